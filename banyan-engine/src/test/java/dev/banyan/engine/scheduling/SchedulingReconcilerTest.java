package dev.banyan.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SchedulingReconcilerTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");
    private static final long GIB = 1L << 30;

    private final World world = new World();
    private final SchedulingReconciler scheduling =
            new SchedulingReconciler(world.store, Sources.of(world), new SchedulingNews(world.events));

    @Test
    void placesTheWaitingTasksOfAnAppTogetherAndReservesForThem() {
        world.agent("a1");
        world.agent("a2");
        for (int slot = 0; slot < 3; slot++) {
            world.task("shop.web.1." + slot + ".0", "", needing(GIB));
        }

        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(world.store.commits()).hasSize(1);
        assertThat(assignments()).containsExactly("a1", "a2", "a1");
        assertThat(world.list(Kinds.TASKS)).allSatisfy(task -> {
            var assignment = task.spec().getAssignment();
            assertThat(task.meta().labels()).containsEntry(Labels.AGENT, assignment.getAgent());
            assertThat(assignment.getAgentUid())
                    .isEqualTo(
                            world.get(Kinds.AGENTS, "", assignment.getAgent()).uid());
        });
        var first = world.list(Kinds.TASKS).getFirst();
        assertThat(reservations("a1"))
                .hasSize(2)
                .containsEntry(
                        first.uid(),
                        Reservation.newBuilder()
                                .setTask("shop.web.1.0.0")
                                .setAmounts(ResourceAmounts.newBuilder().setMemoryBytes(GIB))
                                .setDeployment("shop")
                                .setService("web")
                                .build());
        assertThat(world.told())
                .containsExactlyInAnyOrder(
                        "tasks/default/shop.web.1.0.0 Placed: on a1",
                        "tasks/default/shop.web.1.1.0 Placed: on a2",
                        "tasks/default/shop.web.1.2.0 Placed: on a1");
    }

    @Test
    void leavesOtherAppsStoppedAndAssignedTasksAlone() {
        world.agent("a1");
        world.task("blog.web.1.0.0", "");
        world.task("shop.web.1.0.0", "", spec -> spec.setDesired(TaskSpec.Desired.STOP));
        world.task("shop.web.1.1.0", "a1");
        long revision = world.revision();

        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(world.revision()).isEqualTo(revision);
    }

    @Test
    void writesNothingWhenNothingFitsAndSaysWhyOnceForAService() {
        world.agent("a1");
        world.judge("a1", AgentStatus.State.SUSPECT);
        world.task("shop.web.1.0.0", "");
        world.task("shop.web.1.1.0", "");
        world.task("shop.db.1.0.0", "");

        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(world.store.commits()).isEmpty();
        assertThat(world.told())
                .containsExactlyInAnyOrder(
                        "deployments/default/shop Unplaceable: web: no agent fits: a1 is silent",
                        "deployments/default/shop Unplaceable: db: no agent fits: a1 is silent");
    }

    @Test
    void placesWhatFitsThoughTheRestDoesNot() {
        world.agent("a1");
        world.task("shop.big.1.0.0", "", needing(100 * GIB));
        world.task("shop.web.1.0.0", "", needing(GIB));

        reconcile();

        assertThat(assignments()).containsExactly("", "a1");
        assertThat(world.told())
                .containsExactlyInAnyOrder(
                        "tasks/default/shop.web.1.0.0 Placed: on a1",
                        "deployments/default/shop Unplaceable: big: no agent fits: a1 needs 102400 MiB, free 8192 MiB");
    }

    @Test
    void takesNoRoomThatAnotherEngineTookAtTheSameMoment() {
        world.agent("a1");
        world.task("shop.web.1.0.0", "", needing(5 * GIB));
        world.task("blog.web.1.0.0", "", needing(5 * GIB));
        var other = new SchedulingReconciler(world.truth, Sources.of(world), new SchedulingNews(world.events));
        world.store.beforeNextCommit(() -> {
            var done = other.reconcile(new Request(Kinds.DEPLOYMENTS.key("default", "blog")));
            assertThat(done).isEqualTo(Result.done());
        });

        assertThat(reconcile()).isNotEqualTo(Result.done());
        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(assignments()).containsExactly("a1", "");
        assertThat(reservations("a1")).hasSize(1);
    }

    @Test
    void takesNoRoomThatAnotherEngineTookSinceItRead() {
        world.agent("a1");
        world.task("seed.web.1.0.0", "", needing(GIB));
        new SchedulingReconciler(world.truth, Sources.of(world), new SchedulingNews(world.events))
                .reconcile(new Request(Kinds.DEPLOYMENTS.key("default", "seed")));
        world.task("shop.web.1.0.0", "", needing(5 * GIB));
        world.store.beforeNextCommit(
                () -> world.update(Kinds.ALLOCATIONS, Kinds.ALLOCATIONS.key("", "a1"), before -> before.toBuilder()
                        .putReservations(
                                "stranger",
                                Reservation.newBuilder().setTask("x").build())
                        .build()));

        assertThat(reconcile()).isInstanceOf(Result.Await.class);
        assertThat(reservations("a1"))
                .doesNotContainValue(Reservation.getDefaultInstance())
                .hasSize(2);
        assertThat(assignments()).contains("");
    }

    @Test
    void assignsNothingToAnAgentThatWasRemovedAndJoinedAgainMeanwhile() {
        world.agent("a1");
        world.task("shop.web.1.0.0", "");
        world.store.beforeNextCommit(() -> {
            world.delete(Kinds.AGENTS.key("", "a1"));
            world.create(Kinds.AGENTS, Kinds.AGENTS.key("", "a1"), AgentSpec.getDefaultInstance());
        });

        assertThat(reconcile()).isNotEqualTo(Result.done());

        assertThat(assignments()).containsExactly("");
        assertThat(world.told()).isEmpty();
    }

    @Test
    void anAllocationBelongsToItsAgentAlsoWhenAFormerOneLeftIt() {
        world.agent("a1");
        var former = world.get(Kinds.AGENTS, "", "a1");
        var left = AllocationSpec.newBuilder()
                .putReservations(
                        "old",
                        Reservation.newBuilder().setTask("shop.web.0.0.0").build())
                .build();
        world.create(Kinds.ALLOCATIONS, Kinds.ALLOCATIONS.key("", "a1"), left, former.asOwner());
        world.delete(former.key());
        world.delete(Kinds.AGENT_REPORTS.key("", "a1"));
        world.agent("a1");
        world.task("shop.web.1.0.0", "");

        reconcile();

        var allocation = world.get(Kinds.ALLOCATIONS, "", "a1");
        assertThat(allocation.meta().owners())
                .containsExactly(world.get(Kinds.AGENTS, "", "a1").asOwner());
        assertThat(allocation.spec().getReservationsMap()).hasSize(2).containsKey("old");
    }

    @Test
    void placesManyTasksInCommitsThatTheStoreTakes() {
        world.agent("a1");
        for (int slot = 0; slot < 70; slot++) {
            world.task("shop.web.1." + slot + ".0", "");
        }

        for (int round = 1; round <= 3; round++) {
            assertThat(reconcile()).isEqualTo(Result.done());
        }

        assertThat(assignments()).containsOnly("a1");
        assertThat(world.store.commits())
                .hasSize(3)
                .allMatch(commit -> commit.writes().size() <= 33);
    }

    @Test
    void onlyATaskThatNeedsAnAgentAsksForOne() {
        world.agent("a1");
        var waiting = world.task("shop.web.1.0.0", "");
        var placed = world.task("shop.web.1.1.0", "a1");
        var stopped = world.task("shop.web.1.2.0", "", spec -> spec.setDesired(TaskSpec.Desired.STOP));

        assertThat(SchedulingReconciler.requestsOf(task(waiting))).containsExactly(SHOP);
        assertThat(SchedulingReconciler.requestsOf(task(placed))).isEmpty();
        assertThat(SchedulingReconciler.requestsOf(task(stopped))).isEmpty();
        assertThat(Sources.of(world).waiting()).containsExactly(SHOP);
    }

    private Result reconcile() {
        return scheduling.reconcile(new Request(SHOP));
    }

    private Resource<TaskSpec, ?> task(ObjectKey key) {
        return world.get(Kinds.TASKS, "default", key.name());
    }

    private List<String> assignments() {
        return world.list(Kinds.TASKS).stream()
                .map(task -> task.spec().getAssignment().getAgent())
                .toList();
    }

    private Map<String, Reservation> reservations(String agent) {
        return world.get(Kinds.ALLOCATIONS, "", agent).spec().getReservationsMap();
    }

    private static Function<TaskSpec.Builder, TaskSpec.Builder> needing(long bytes) {
        return spec -> spec.setReservations(ResourceAmounts.newBuilder().setMemoryBytes(bytes));
    }
}
