package dev.banyan.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReleaseReconcilerTest {
    private static final ObjectKey ALLOCATION = Kinds.ALLOCATIONS.key("", "a1");

    private final World world = new World();
    private final ReleaseReconciler release = new ReleaseReconciler(world.store, Sources.of(world));

    @BeforeEach
    void join() {
        world.agent("a1");
    }

    @Test
    void freesWhatEndedTasksReservedAndKeepsTheRest() {
        for (var state : TaskStatus.State.values()) {
            if (state != TaskStatus.State.UNRECOGNIZED) {
                var key = world.task("shop.web.1." + state.getNumber() + ".0", "a1");
                world.report(
                        Kinds.TASKS,
                        key,
                        TaskStatus.newBuilder().setState(state).build());
            }
        }
        reserve(world.list(Kinds.TASKS).stream().map(task -> task.uid()).toList());

        assertThat(reconcile()).isEqualTo(Result.done());

        var kept = world.list(Kinds.TASKS).stream()
                .filter(task -> reservations().containsKey(task.uid()))
                .map(task -> task.status().getState())
                .toList();
        assertThat(kept)
                .containsExactlyInAnyOrder(
                        TaskStatus.State.STATE_UNSPECIFIED,
                        TaskStatus.State.PENDING,
                        TaskStatus.State.PREPARING,
                        TaskStatus.State.STARTING,
                        TaskStatus.State.RUNNING,
                        TaskStatus.State.STOPPING);
    }

    @Test
    void freesWhatATaskReservedThatIsGone() {
        var running = world.runningTask("shop.web.1.0.0", "a1", "10.192.0.2");
        var uid = world.get(Kinds.TASKS, "default", running.name()).uid();
        reserve(List.of("gone", uid));

        reconcile();

        assertThat(reservations()).containsOnlyKeys(uid);
    }

    @Test
    void keepsWhatItsCacheDoesNotKnowYetButTheStoreDoes() {
        world.runningTask("shop.web.1.0.0", "a1", "10.192.0.2");
        var uid = world.list(Kinds.TASKS).getFirst().uid();
        reserve(List.of(uid));
        var empty = new World();
        var behind = new SchedulingSource(
                Sources.of(empty).tasks(),
                Sources.of(world).agents(),
                Sources.of(world).reports(),
                Sources.of(world).allocations(),
                Sources.of(world).volumes());
        long revision = world.revision();

        assertThat(new ReleaseReconciler(world.store, behind).reconcile(new Request(ALLOCATION)))
                .isEqualTo(Result.done());

        assertThat(world.revision()).isEqualTo(revision);
    }

    @Test
    void freesOnlyWhatItReadAndTriesAgainWhenSomebodyReservedMeanwhile() {
        reserve(List.of("gone"));
        world.store.beforeNextCommit(() -> world.update(Kinds.ALLOCATIONS, ALLOCATION, before -> before.toBuilder()
                .putReservations("new", Reservation.getDefaultInstance())
                .build()));

        assertThat(reconcile()).isInstanceOf(Result.Await.class);

        assertThat(reservations()).containsOnlyKeys("gone", "new");
    }

    @Test
    void hasNothingToDoForAnAgentWithoutReservations() {
        assertThat(reconcile()).isEqualTo(Result.done());
        reserve(List.of());
        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(world.store.commits()).isEmpty();
    }

    private Result reconcile() {
        return release.reconcile(new Request(ALLOCATION));
    }

    private Map<String, Reservation> reservations() {
        return world.get(Kinds.ALLOCATIONS, "", "a1").spec().getReservationsMap();
    }

    private void reserve(List<String> uids) {
        var spec = AllocationSpec.newBuilder();
        uids.forEach(uid -> spec.putReservations(uid, Reservation.getDefaultInstance()));
        world.create(Kinds.ALLOCATIONS, ALLOCATION, spec.build());
    }
}
