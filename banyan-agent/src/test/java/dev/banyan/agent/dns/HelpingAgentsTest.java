package dev.banyan.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HelpingAgentsTest {
    private static final ObjectMeta META = new ObjectMeta(
            "0123456789abcdef0123456789abcdef",
            Map.of(),
            Map.of(),
            List.of(),
            List.of(),
            1,
            1,
            1,
            Instant.EPOCH,
            Optional.empty(),
            "nonce");

    @Test
    void areThreeOthersThatAreReady() {
        var agents = agents(20);

        for (var agent : agents) {
            assertThat(HelpingAgents.of(agent.name(), agents))
                    .hasSize(HelpingAgents.MOST)
                    .doesNotHaveDuplicates()
                    .isSorted()
                    .doesNotContain(gateway(agents.indexOf(agent)));
        }
    }

    @Test
    void areFewerWhereThereAreFewer() {
        assertThat(HelpingAgents.of("agent-0", agents(1))).isEmpty();
        assertThat(HelpingAgents.of("agent-0", agents(3))).containsExactly(gateway(1), gateway(2));
        assertThat(HelpingAgents.of("another", List.of())).isEmpty();
    }

    @Test
    void areNoneThatAreSilentOrHaveNoSubnetYet() {
        var agents = List.of(
                agent(1, AgentStatus.State.SUSPECT, true),
                agent(2, AgentStatus.State.LOST, true),
                agent(3, AgentStatus.State.READY, false),
                agent(4, AgentStatus.State.READY, true));

        assertThat(HelpingAgents.of("agent-0", agents)).containsExactly(gateway(4));
    }

    @Test
    void changeOnlyWhereOneOfThemGoes() {
        var all = agents(20);
        var without = new ArrayList<>(all);
        without.remove(7);
        for (var agent : without) {
            var before = HelpingAgents.of(agent.name(), all);
            var after = HelpingAgents.of(agent.name(), without);
            if (before.contains(gateway(7))) {
                assertThat(after)
                        .containsAll(before.stream()
                                .filter(address -> !address.equals(gateway(7)))
                                .toList());
            } else {
                assertThat(after).isEqualTo(before);
            }
        }
    }

    @Test
    void areNotTheSameForAll() {
        var agents = agents(50);
        var asked = new HashMap<Ipv4Address, Integer>();
        agents.forEach(agent ->
                HelpingAgents.of(agent.name(), agents).forEach(helper -> asked.merge(helper, 1, Integer::sum)));

        assertThat(asked.values()).as("nobody helps a third of the cluster").allMatch(many -> many <= 16);
        assertThat(asked).hasSizeGreaterThan(40);
    }

    private static List<Resource<AgentSpec, AgentStatus>> agents(int count) {
        var agents = new ArrayList<Resource<AgentSpec, AgentStatus>>();
        for (int i = 0; i < count; i++) {
            agents.add(agent(i, AgentStatus.State.READY, true));
        }
        return agents;
    }

    private static Resource<AgentSpec, AgentStatus> agent(int number, AgentStatus.State state, boolean subnet) {
        return new Resource<>(
                Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "agent-" + number),
                META,
                AgentSpec.newBuilder()
                        .setSubnet(subnet ? "10.192." + number + ".0/24" : "")
                        .build(),
                AgentStatus.newBuilder().setState(state).build());
    }

    private static Ipv4Address gateway(int number) {
        return Ipv4Address.parse("10.192." + number + ".1");
    }
}
