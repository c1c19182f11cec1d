package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PlacementConstraint.Subject;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskSpec.Desired;
import dev.banyan.api.v1.TaskStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service on every agent, by the real controllers. */
class GlobalServiceTest {
    private static final ServiceManifest PROBE = Fixture.service("probe", 0).toBuilder()
            .setGlobal(true)
            .setPlacement(Placement.newBuilder()
                    .addConstraints(PlacementConstraint.newBuilder()
                            .setSubject(Subject.LABEL)
                            .setLabel("zone")
                            .setNegated(true)
                            .setValue("dmz")))
            .build();

    private final Happening happening = new Happening();

    @BeforeEach
    void agents() {
        happening.agent("a1", Map.of("zone", "eu"));
        happening.agent("a2", Map.of());
        happening.agent("a3", Map.of("zone", "dmz"));
    }

    @Test
    void hasOneTaskOnEachAgentThatSuits() {
        happening.release(1, List.of(PROBE));

        assertThat(running()).isEqualTo(Map.of("shop.probe.1.0.0", "a1", "shop.probe.1.1.0", "a2"));
        assertThat(progress().getWanted()).isEqualTo(2);
        assertThat(progress().getReady()).isEqualTo(2);
    }

    @Test
    void followsAgentsThatJoinAndThoseWhoseLabelsChange() {
        happening.release(1, List.of(PROBE));

        happening.agent("a0", Map.of());
        happening.label("a3", Map.of());
        happening.label("a2", Map.of("zone", "dmz"));
        happening.settle();

        assertThat(running())
                .as("the one that has its task keeps it, under its number")
                .isEqualTo(Map.of("shop.probe.1.0.0", "a1", "shop.probe.1.2.0", "a0", "shop.probe.1.3.0", "a3"));
        assertThat(happening.stopped).containsExactly("shop.probe.1.1.0");
    }

    @Test
    void keepsTheTaskOfALostAgentForWhenItComesBack() {
        happening.release(1, List.of(PROBE));
        happening.world.judge("a2", State.LOST);
        happening.settle();

        assertThat(running()).containsEntry("shop.probe.1.1.0", "a2");
        assertThat(progress().getWanted()).isEqualTo(1);

        happening.world.judge("a2", State.READY);
        happening.settle();

        assertThat(running()).isEqualTo(Map.of("shop.probe.1.0.0", "a1", "shop.probe.1.1.0", "a2"));
        assertThat(happening.seen).as("nothing was made in its place").hasSize(2);
    }

    @Test
    void leavesTheTaskOfACordonedAgentAsItIsAndMakesNoNewOneThere() {
        happening.release(1, List.of(PROBE));
        cordon("a1");
        happening.agent("a4", Map.of());
        cordon("a4");

        happening.release(2, List.of(PROBE.toBuilder().setImage("probe:2").build()));

        assertThat(running()).isEqualTo(Map.of("shop.probe.1.0.0", "a1", "shop.probe.2.1.0", "a2"));
        assertThat(progress().getWanted()).isEqualTo(1);
    }

    @Test
    void replacesAFailedTaskOnTheSameAgent() {
        happening.release(1, List.of(PROBE));
        var task = happening.world.get(Kinds.TASKS, "default", "shop.probe.1.1.0");
        happening.report(
                task, TaskStatus.newBuilder().setState(TaskStatus.State.FAILED).build());

        happening.settle();

        assertThat(running()).isEqualTo(Map.of("shop.probe.1.0.0", "a1", "shop.probe.1.1.1", "a2"));
    }

    @Test
    void forgetsTheTaskOfAnAgentThatWasRemovedAndGivesItsNumberAway() {
        happening.release(1, List.of(PROBE));

        happening.world.delete(Kinds.AGENTS.key("", "a1"));
        happening.settle();
        happening.agent("a9", Map.of());
        happening.settle();

        assertThat(running().values()).containsExactlyInAnyOrder("a2", "a9");
        assertThat(progress().getReady()).isEqualTo(2);
    }

    @Test
    void becomesReplicatedAndGlobalAgainWithoutAGap() {
        happening.release(1, List.of(PROBE));
        var replicated = PROBE.toBuilder().setGlobal(false).setReplicas(2).build();

        happening.release(2, List.of(replicated));
        assertThat(running().keySet()).containsExactly("shop.probe.2.0.0", "shop.probe.2.1.0");

        happening.release(3, List.of(PROBE));
        assertThat(running()).isEqualTo(Map.of("shop.probe.3.0.0", "a1", "shop.probe.3.1.0", "a2"));
    }

    @Test
    void saysSoWhenNoAgentSuits() {
        happening.label("a1", Map.of("zone", "dmz"));
        happening.label("a2", Map.of("zone", "dmz"));

        happening.release(1, List.of(PROBE));

        assertThat(progress().getWanted()).isZero();
        assertThat(progress().getWaitingFor()).isEqualTo("no agent suits");
    }

    private void cordon(String agent) {
        happening.world.update(Kinds.AGENTS, Kinds.AGENTS.key("", agent), spec -> spec.toBuilder()
                .setCordoned(true)
                .build());
    }

    private ServiceProgress progress() {
        return happening
                .world
                .get(Kinds.DEPLOYMENTS, "default", "shop")
                .status()
                .getServices(0);
    }

    /** Agents by the names of tasks that shall run. */
    private Map<String, String> running() {
        var running = new TreeMap<String, String>();
        happening.world.list(Kinds.TASKS).stream()
                .filter(task -> task.spec().getDesired() == Desired.RUN)
                .filter(task -> task.status().getState() == TaskStatus.State.RUNNING)
                .forEach(task ->
                        running.put(task.name(), task.spec().getAssignment().getAgent()));
        return running;
    }
}
