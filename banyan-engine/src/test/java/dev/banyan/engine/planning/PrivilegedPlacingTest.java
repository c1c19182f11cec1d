package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.planning.Placing.Choice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrivilegedPlacingTest {
    private static final TaskSpec GREEDY =
            task(Powers.newBuilder().addAdd("NET_ADMIN").addAdd("CHOWN").setSeccompUnconfined(true));

    @Test
    void goesWhereEverythingIsGranted() {
        var placing = new Placing(
                List.of(agent("a1"), agent("a2", "cap:NET_ADMIN"), agent("a3", "cap:NET_ADMIN", "seccomp:unconfined")));

        assertThat(placing.choose(GREEDY))
                .isInstanceOfSatisfying(Choice.Chosen.class, chosen -> assertThat(chosen.agent())
                        .isEqualTo("a3"));
    }

    @Test
    void saysWhatIsNotGrantedWhere() {
        var placing = new Placing(List.of(agent("a1"), agent("a2", "cap:*")));

        assertThat(placing.choose(GREEDY)).isInstanceOfSatisfying(Choice.Nowhere.class, nowhere -> assertThat(
                        nowhere.summary())
                .isEqualTo("no agent fits: a1 does not grant cap:NET_ADMIN, seccomp:unconfined; add it to privileges in"
                        + " its agent.yaml; a2 does not grant seccomp:unconfined; add it to privileges in its"
                        + " agent.yaml"));
    }

    @Test
    void asksNothingForAnOrdinaryTask() {
        var ordinary = task(Powers.newBuilder().addAdd("CHOWN").addDrop("ALL"));

        assertThat(new Placing(List.of(agent("a1"))).choose(ordinary)).isInstanceOf(Choice.Chosen.class);
    }

    private static TaskSpec task(Powers.Builder powers) {
        return TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService("web")
                .setContainer(ContainerSpec.newBuilder()
                        .setSettings(ContainerSettings.newBuilder().setPowers(powers)))
                .build();
    }

    private static Candidate agent(String name, String... grants) {
        var report =
                AgentReportStatus.newBuilder().addAllPrivileges(List.of(grants)).build();
        return new Candidate(name, "uid-" + name, List.of(), Map.of(), false, State.READY, report, Map.of());
    }
}
