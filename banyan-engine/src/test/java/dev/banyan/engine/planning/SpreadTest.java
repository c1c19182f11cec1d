package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PlacementPreference;
import dev.banyan.api.v1.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the replicas of one service are spread, also while they are replaced. */
class SpreadTest {
    private static final List<Candidate> AGENTS = List.of(
            agent("a1", Map.of("zone", "eu", "rack", "1")),
            agent("a2", Map.of("zone", "eu", "rack", "1")),
            agent("a3", Map.of("zone", "eu", "rack", "2")),
            agent("a4", Map.of("zone", "us", "rack", "1")));

    private final Placing placing = new Placing(AGENTS);

    @Test
    void countsEachAgentAloneWithoutAPreference() {
        assertThat(placed(1, 4, placement())).isEqualTo(Map.of("a1", 1L, "a2", 1L, "a3", 1L, "a4", 1L));
    }

    @Test
    void spreadsOverTheValuesOfALabelBeforeTheAgents() {
        assertThat(placed(1, 6, placement("zone"))).isEqualTo(Map.of("a1", 1L, "a2", 1L, "a3", 1L, "a4", 3L));
    }

    @Test
    void spreadsWithinAGroupOverTheNextLabel() {
        // Three in eu: two of them are rack 1 and 2, the third is on the agent of rack 1 that has none; without it a3
        // would have one only.
        assertThat(placed(1, 8, placement("zone", "rack"))).isEqualTo(Map.of("a1", 1L, "a2", 1L, "a3", 2L, "a4", 4L));
    }

    @Test
    void takesAgentsWithoutTheLabelAsAGroupOfTheirOwn() {
        var some = new Placing(
                List.of(agent("a1", Map.of("zone", "eu")), agent("a2", Map.of("zone", "eu")), agent("bare", Map.of())));

        assertThat(placed(some, 1, 4, placement("zone"))).isEqualTo(Map.of("a1", 1L, "a2", 1L, "bare", 2L));
    }

    @Test
    void spreadsNewReplicasAsIfTheOldOnesThatTheyReplaceWereGone() {
        var one = new Placing(List.of(AGENTS.getFirst()));
        var old = IntStream.range(0, 4)
                .mapToObj(slot -> one.place("old" + slot, name(1, slot), task(slot, placement())))
                .map(choice -> ((Placing.Choice.Chosen) choice).reservation())
                .toList();
        var reserved = Map.of("o0", old.get(0), "o1", old.get(1), "o2", old.get(2), "o3", old.get(3));
        var crowded = new Candidate(
                "a1",
                "uid-a1",
                List.of(),
                Map.of(),
                false,
                State.READY,
                AGENTS.getFirst().report(),
                reserved);
        var both = new Placing(List.of(crowded, agent("a2", Map.of())));

        assertThat(placed(both, 2, 4, placement())).isEqualTo(Map.of("a1", 2L, "a2", 2L));
    }

    @Test
    void replacesReplicasWhereOnlyOneOfThemMayBe() {
        var limited = placement().toBuilder().setReplicasMaxPerAgent(1).build();

        assertThat(placed(1, 4, limited)).hasSize(4);
        assertThat(placed(2, 4, limited)).as("each beside the one it replaces").hasSize(4);
        assertThat(placing.choose(task(4, limited))).isInstanceOf(Placing.Choice.Nowhere.class);
    }

    @Test
    void findsRoomAgainOnceAReplicaHasLeft() {
        var limited = placement().toBuilder().setReplicasMaxPerAgent(1).build();
        var full = new Placing(List.of(AGENTS.getFirst()));
        full.place("t0", name(1, 0), task(0, limited));
        assertThat(full.choose(task(1, limited))).isInstanceOf(Placing.Choice.Nowhere.class);

        full.free("a1", "t0");

        assertThat(full.choose(task(1, limited))).isInstanceOf(Placing.Choice.Chosen.class);
    }

    @Test
    void saysWhatAnAgentHasBeforeTheOthers() {
        placing.place("t0", name(1, 0), task(0, placement("zone")));

        assertThat(placing.merits(task(1, placement("zone")), "a4"))
                .isEqualTo("best of 4: 0 of web in zone us, 0 of web there, 4096 MiB free");
        assertThat(new Placing(List.of(AGENTS.getFirst())).merits(task(0, placement()), "a1"))
                .isEqualTo("the only one that fits");
    }

    private Map<String, Long> placed(long release, int replicas, Placement placement) {
        return placed(placing, release, replicas, placement);
    }

    private static Map<String, Long> placed(Placing on, long release, int replicas, Placement placement) {
        var counts = new TreeMap<String, Long>();
        for (int slot = 0; slot < replicas; slot++) {
            var choice = on.place(release + "-" + slot, name(release, slot), task(slot, placement));
            if (choice instanceof Placing.Choice.Chosen chosen) {
                counts.merge(chosen.agent(), 1L, Long::sum);
            }
        }
        return counts;
    }

    private static String name(long release, int slot) {
        return new TaskName("shop", "web", release, slot, 0).toString();
    }

    private static TaskSpec task(int slot, Placement placement) {
        return TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService("web")
                .setSlot(slot)
                .setPlacement(placement)
                .build();
    }

    private static Placement placement(String... labels) {
        var placement = Placement.newBuilder();
        for (var label : labels) {
            placement.addPreferences(PlacementPreference.newBuilder().setLabel(label));
        }
        return placement.build();
    }

    private static Candidate agent(String name, Map<String, String> labels) {
        var report = AgentReportStatus.newBuilder();
        report.getCapacityBuilder().setMemoryBytes(4L << 30);
        return new Candidate(name, "uid-" + name, List.of(), labels, false, State.READY, report.build(), Map.of());
    }
}
