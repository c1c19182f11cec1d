package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeviceRequest;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.TaskView.Fate;
import dev.banyan.engine.planning.Placing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tasks that have devices for themselves: the one before gives them back first. */
class DeviceTasksTest {
    private static final Map<String, String> ADDRESSES = Map.of("db", "10.200.0.2");
    private static final ReleaseSpec ONE = release(1, 2, true);
    private static final ReleaseSpec TWO = Fixture.changed(release(2, 2, true));

    @Test
    void asksForThemInEachTask() {
        var wanted = wanted(ONE);

        assertThat(wanted.getDevicesList()).containsExactly(request());
        assertThat(WantedTasks.same(wanted, wanted(release(1, 2, false)))).isFalse();
        assertThat(WantedTasks.same(
                        wanted,
                        wanted.toBuilder()
                                .setAssignment(Assignment.newBuilder().addDevices("a.b/c=0"))
                                .build()))
                .as("what it was given is no other wish")
                .isTrue();
    }

    @Test
    void replacesOneSlotAfterTheOther() {
        var running = Fixture.tasksOf(ONE, State.RUNNING).stream()
                .map(DeviceTasksTest::ready)
                .toList();

        var first = plan(TWO, running);

        assertThat(first.actions()).singleElement().isInstanceOfSatisfying(Action.Stop.class, stop -> assertThat(
                        stop.task().name())
                .isEqualTo("shop.db.1.0.0"));
        assertThat(first.waiting()).singleElement().satisfies(waiting -> assertThat(waiting.reason())
                .isEqualTo("waits for shop.db.1.0.0 to end: both have devices for themselves"));
    }

    @Test
    void theNextSlotWaitsUntilTheOneBeforeServesAgain() {
        var ended = Fixture.stopping(Fixture.task("shop.db.1.0.0", ONE, State.EXITED));
        var other = ready(Fixture.task("shop.db.1.1.0", ONE, State.RUNNING));
        var starting = Fixture.task("shop.db.2.0.0", TWO, State.STARTING);
        var serving = ready(Fixture.task("shop.db.2.0.0", TWO, State.RUNNING));

        assertThat(plan(TWO, List.of(ended, other)).actions()).hasAtLeastOneElementOfType(Action.Create.class);
        assertThat(plan(TWO, List.of(starting, other)).actions()).isEmpty();
        assertThat(plan(TWO, List.of(serving, other)).actions()).singleElement().isInstanceOf(Action.Stop.class);
    }

    @Test
    void doesNotWaitForALostAgentToGiveAnythingBack() {
        var lost =
                new TaskView(Fixture.task("shop.db.1.0.0", ONE, State.RUNNING).task(), Fate.LOST);
        var other = ready(Fixture.task("shop.db.1.1.0", ONE, State.RUNNING));

        assertThat(plan(ONE, List.of(lost, other)).actions()).hasAtLeastOneElementOfType(Action.Create.class);
    }

    @Test
    void startsBesideTheOldOneWhereOnlyOneOfThemHasDevices() {
        var plain = release(1, 2, false);

        assertThat(plan(TWO, Fixture.tasksOf(plain, State.RUNNING)).actions())
                .hasSize(2)
                .hasOnlyElementsOfTypes(Action.Create.class);
    }

    private static DeviceRequest request() {
        return DeviceRequest.newBuilder().setKind("a.b/c").setCount(1).build();
    }

    private static ReleaseSpec release(long number, int replicas, boolean equipped) {
        var service = Fixture.service("db", replicas).toBuilder();
        if (equipped) {
            service.addDevices(request());
        }
        return Fixture.release(number, service.build());
    }

    private static TaskSpec wanted(ReleaseSpec release) {
        return WantedTasks.of(
                DeploymentSpec.getDefaultInstance(),
                "shop",
                release,
                release.getManifest().getServices(0),
                ADDRESSES);
    }

    private static TaskView ready(TaskView view) {
        return Fixture.reporting(
                view,
                TaskStatus.newBuilder().setState(State.RUNNING).setReady(true).build());
    }

    private static DeploymentPlan plan(ReleaseSpec release, List<TaskView> tasks) {
        var deployment = DeploymentSpec.newBuilder().setName("shop").build();
        return new DeploymentPlanner("shop", deployment, tasks).forRelease(release, ADDRESSES, new Placing(List.of()));
    }
}
