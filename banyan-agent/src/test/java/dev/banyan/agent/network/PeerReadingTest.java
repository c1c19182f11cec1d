package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerReadingTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.0.0/24");
    private static final String OWN = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
    private static final String KEY = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";
    private static final OverlayLoop.Self SELF = new OverlayLoop.Self(
            "self", RANGES, OverlayReport.newBuilder().setPublicKey(OWN).build());

    private final Simulation simulation = new Simulation(1);
    private final MemoryStore store = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(200, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(3)));
    private final Map<String, AgentReportStatus> reports = new HashMap<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    private void agent(String name, String subnet, String address, OverlayReport.Builder overlay) {
        var spec = AgentSpec.newBuilder().setSubnet(subnet).build();
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        store.commit(
                Commit.of(new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(spec)))));
        reports.put(
                name,
                AgentReportStatus.newBuilder()
                        .setHostAddress(address)
                        .setOverlay(overlay)
                        .build());
    }

    private static OverlayReport.Builder routes() {
        return OverlayReport.newBuilder();
    }

    private static OverlayReport.Builder wireguard(String key) {
        return OverlayReport.newBuilder()
                .setKind(OverlayReport.Kind.WIREGUARD)
                .setPublicKey(key)
                .setPort(7_446);
    }

    private PeerReading read() {
        List<Resource<AgentSpec, AgentStatus>> agents =
                store.list(Selection.of(Kinds.AGENTS.name()), ReadAt.LATEST).objects().stream()
                        .map(Kinds.AGENTS::decode)
                        .toList();
        return PeerReading.of(SELF, agents, name -> Optional.ofNullable(reports.get(name)));
    }

    private List<String> names() {
        return read().peers().stream().map(Peer::name).toList();
    }

    @Test
    void takesEveryAgentButItself() {
        agent("zoe", "10.192.1.0/24", "192.0.2.1", wireguard(KEY));
        agent("self", "10.192.0.0/24", "192.0.2.2", wireguard(OWN));
        agent("ann", "10.192.2.0/24", "192.0.2.3", routes());

        assertThat(names()).containsExactly("ann", "zoe");
        assertThat(read().peers().getLast().end()).hasValueSatisfying(end -> {
            assertThat(end.key().text()).isEqualTo(KEY);
            assertThat(end.port()).isEqualTo(7_446);
        });
        assertThat(read().peers().getFirst().end()).isEmpty();
        assertThat(read().problems()).isEmpty();
    }

    @Test
    void waitsForThoseThatHaveNotSaidEnough() {
        agent("fresh", "", "192.0.2.1", wireguard(KEY));
        agent("silent", "10.192.2.0/24", "", wireguard(KEY));
        agent("mute", "10.192.3.0/24", "192.0.2.3", wireguard(KEY));
        reports.remove("mute");

        assertThat(read().peers()).isEmpty();
        assertThat(read().problems()).isEmpty();
    }

    @Test
    void leavesOutWhoDescribesItselfWronglyAndSaysWhy() {
        agent("a", "10.192.1.0/24", "example.org", wireguard(KEY));
        agent("b", "10.192.2.0/24", "192.0.2.2", wireguard("no key"));
        agent("c", "10.192.3.0/24", "192.0.2.3", wireguard(KEY).setPort(0));
        agent("d", "10.1.0.0/24", "192.0.2.4", wireguard(KEY));
        agent("e", "10.192.0.0/24", "192.0.2.5", wireguard(KEY));
        agent("good", "10.192.7.0/24", "192.0.2.7", wireguard(KEY));

        assertThat(names()).containsExactly("good");
        assertThat(read().problems())
                .hasSize(5)
                .allMatch(problem -> problem.matches("agent [a-e] is not connected: .+"));
    }

    @Test
    void sendsNoTunnelThroughItself() {
        agent("inside", "10.192.1.0/24", "10.192.9.9", wireguard(KEY));
        agent("virtual", "10.192.2.0/24", "10.200.0.9", routes());

        assertThat(read().peers()).isEmpty();
        assertThat(read().problems()).hasSize(2).allMatch(problem -> problem.contains("one of the overlay's own"));
        assertThat(RANGES.containers().contains(Ipv4Address.parse("10.192.9.9")))
                .isTrue();
    }

    @Test
    void leavesKeysAndSubnetsWithWhomWasThereFirst() {
        agent("victim", "10.192.1.0/24", "192.0.2.1", wireguard(KEY));
        agent("a-thief-of-keys", "10.192.2.0/24", "192.0.2.2", wireguard(KEY));
        agent("a-thief-of-ours", "10.192.3.0/24", "192.0.2.3", wireguard(OWN));
        agent("a-thief-of-subnets", "10.192.1.0/24", "192.0.2.4", routes());

        assertThat(names()).containsExactly("victim");
        assertThat(read().problems()).hasSize(3).allMatch(problem -> problem.contains("another agent has its"));
    }
}
