package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.planning.Placing.Choice;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacingTest {
    private static final long GIB = 1L << 30;
    private static final AgentReportStatus REPORT = AgentReportStatus.newBuilder()
            .setPlatform("linux/amd64")
            .setCapacity(ResourceAmounts.newBuilder().setCpuMilli(2_000).setMemoryBytes(4 * GIB))
            .build();
    private static final TaskSpec WEB =
            TaskSpec.newBuilder().setDeployment("shop").setService("web").build();

    @Test
    void spreadsTheReplicasOfAServiceEvenly() {
        var placing = new Placing(List.of(agent("a1"), agent("a2"), agent("a3")));

        var agents = IntStream.range(0, 6)
                .mapToObj(i -> chosen(placing.place("uid" + i, "t" + i, WEB)))
                .toList();

        assertThat(agents).containsExactly("a1", "a2", "a3", "a1", "a2", "a3");
    }

    @Test
    void prefersTheAgentWithMoreFreeMemoryAmongEquals() {
        var small = new Candidate(
                "a1",
                "u",
                List.of(),
                Map.of(),
                false,
                State.READY,
                REPORT.toBuilder()
                        .setCapacity(ResourceAmounts.newBuilder().setMemoryBytes(GIB))
                        .build(),
                Map.of());

        assertThat(chosen(new Placing(List.of(small, agent("a2"))).choose(WEB))).isEqualTo("a2");
    }

    @Test
    void neverReservesMoreMemoryThanAnAgentHas() {
        var placing = new Placing(List.of(agent("a1")));
        var big = WEB.toBuilder()
                .setReservations(ResourceAmounts.newBuilder().setMemoryBytes(3 * GIB))
                .build();

        assertThat(chosen(placing.place("1", "t1", big))).isEqualTo("a1");

        assertThat(refusal(placing.place("2", "t2", big))).isEqualTo("needs 3072 MiB, free 1024 MiB");
    }

    @Test
    void undeclaredTasksAreNeverRefusedForMemory() {
        var placing = new Placing(List.of(agent("a1")));

        var placed = IntStream.range(0, 100)
                .mapToObj(i -> placing.place("uid" + i, "t" + i, WEB))
                .filter(Choice.Chosen.class::isInstance)
                .count();

        assertThat(placed).isEqualTo(100);
    }

    @Test
    void refusesCpuBeyondTheCapacityWithNumbers() {
        var task = WEB.toBuilder()
                .setReservations(ResourceAmounts.newBuilder().setCpuMilli(2_500))
                .build();

        assertThat(refusal(new Placing(List.of(agent("a1"))).choose(task)))
                .isEqualTo("needs 2500 mCPU, free 2000 mCPU");
    }

    @Test
    void saysOfEveryAgentWhyItCannotTakeATask() {
        var lost = new Candidate("a1", "u", List.of(), Map.of(), false, State.LOST, REPORT, Map.of());
        var silent = new Candidate("a2", "u", List.of(), Map.of(), false, State.SUSPECT, REPORT, Map.of());
        var cordoned = new Candidate("a3", "u", List.of(), Map.of(), true, State.READY, REPORT, Map.of());
        var tagged = new Candidate("a4", "u", List.of("gpu"), Map.of(), false, State.READY, REPORT, Map.of());
        var unseen = new Candidate("a5", "u", List.of(), Map.of(), false, State.STATE_UNSPECIFIED, REPORT, Map.of());

        var choice = new Placing(List.of(lost, silent, cordoned, tagged, unseen)).choose(WEB);

        assertThat(((Choice.Nowhere) choice).summary())
                .isEqualTo("no agent fits: a1 is lost; a2 is silent; a3 is cordoned;"
                        + " a4 tags [gpu] do not match []; a5 has not connected yet");
    }

    @Test
    void placesOnlyWhereTheNameMatchesAGlob() {
        var task = WEB.toBuilder()
                .setPlacement(Placement.newBuilder().addAgents("db-*"))
                .build();

        assertThat(chosen(new Placing(List.of(agent("a1"), agent("db-1"))).choose(task)))
                .isEqualTo("db-1");
    }

    @Test
    void placesOnlyOnTheWantedPlatform() {
        var task = WEB.toBuilder()
                .setPlacement(Placement.newBuilder().setPlatform("linux/arm64"))
                .build();

        assertThat(refusal(new Placing(List.of(agent("a1"))).choose(task)))
                .isEqualTo("platform is linux/amd64, not linux/arm64");
    }

    @Test
    void keepsTheLimitOfReplicasPerAgent() {
        var placing = new Placing(List.of(agent("a1")));
        var task = WEB.toBuilder()
                .setPlacement(Placement.newBuilder().setReplicasMaxPerAgent(1))
                .build();

        assertThat(chosen(placing.place("1", "t1", task))).isEqualTo("a1");

        assertThat(refusal(placing.place("2", "t2", task))).isEqualTo("has 1 of at most 1 replicas of web");
    }

    @Test
    void avoidsAnAgentOnWhichAPublishedPortIsTaken() {
        var report = REPORT.toBuilder()
                .addPortsTaken(PortTaken.newBuilder()
                        .setPort(80)
                        .setProtocol(Protocol.TCP)
                        .setHolder("nginx"))
                .build();
        var taken = new Candidate("a1", "u", List.of(), Map.of(), false, State.READY, report, Map.of());
        var port = PortMapping.newBuilder().setPublished(80).setTarget(80).setProtocol(Protocol.TCP);
        var task = WEB.toBuilder()
                .setContainer(ContainerSpec.newBuilder().addPorts(port))
                .build();

        assertThat(refusal(new Placing(List.of(taken)).choose(task))).isEqualTo("port 80 is taken by nginx");
    }

    @Test
    void saysThatNoAgentHasJoined() {
        assertThat(((Choice.Nowhere) new Placing(List.of()).choose(WEB)).summary())
                .isEqualTo("no agent has joined");
    }

    private static Candidate agent(String name) {
        return new Candidate(name, "uid-" + name, List.of(), Map.of(), false, State.READY, REPORT, Map.of());
    }

    private static String chosen(Choice choice) {
        assertThat(choice).isInstanceOf(Choice.Chosen.class);
        return ((Choice.Chosen) choice).agent();
    }

    private static String refusal(Choice choice) {
        assertThat(choice).isInstanceOf(Choice.Nowhere.class);
        return ((Choice.Nowhere) choice).refusals().getFirst().reason();
    }
}
