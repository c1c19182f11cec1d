package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.planning.Placing.Choice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutOffPlacingTest {
    private static final TaskSpec TASK =
            TaskSpec.newBuilder().setDeployment("shop").setService("web").build();

    @Test
    void goesToAnAgentThatIsConnected() {
        var placing = new Placing(List.of(agent("a1", "WireGuard is missing"), agent("a2", "")));

        assertThat(placing.choose(TASK))
                .isInstanceOfSatisfying(Choice.Chosen.class, chosen -> assertThat(chosen.agent())
                        .isEqualTo("a2"));
    }

    @Test
    void saysWhatAnAgentLacks() {
        assertThat(new Placing(List.of(agent("a1", "WireGuard is missing; install it"))).choose(TASK))
                .isInstanceOfSatisfying(Choice.Nowhere.class, nowhere -> assertThat(nowhere.summary())
                        .isEqualTo("no agent fits: a1 has no overlay: WireGuard is missing; install it"));
    }

    @Test
    void takesAnAgentThatHasOnlyToldOfSinglePeers() {
        var report = AgentReportStatus.newBuilder()
                .setOverlay(OverlayReport.newBuilder().addProblems("agent a9 is not connected"))
                .build();
        var agent = new Candidate("a1", "uid-a1", List.of(), Map.of(), false, State.READY, report, Map.of());

        assertThat(new Placing(List.of(agent)).choose(TASK)).isInstanceOf(Choice.Chosen.class);
    }

    private static Candidate agent(String name, String refusal) {
        var report = AgentReportStatus.newBuilder()
                .setOverlay(OverlayReport.newBuilder().setRefusal(refusal))
                .build();
        return new Candidate(name, "uid-" + name, List.of(), Map.of(), false, State.READY, report, Map.of());
    }
}
