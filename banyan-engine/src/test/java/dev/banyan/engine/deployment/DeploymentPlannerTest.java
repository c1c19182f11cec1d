package dev.banyan.engine.deployment;

import static dev.banyan.engine.deployment.Fixture.named;
import static dev.banyan.engine.deployment.Fixture.release;
import static dev.banyan.engine.deployment.Fixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.DeploymentPlan.Waiting;
import dev.banyan.engine.deployment.TaskView.Fate;
import dev.banyan.engine.planning.Placing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeploymentPlannerTest {
    private static final DeploymentSpec SHOP =
            DeploymentSpec.newBuilder().setName("shop").setRelease(1).build();
    private static final Map<String, String> ADDRESSES = Map.of("web", "10.200.0.1", "db", "10.200.0.2");

    private static final Placing NO_AGENTS = new Placing(List.of());

    @Test
    void createsATaskForEverySlot() {
        var plan = plan(release(1, service("web", 3)), List.of());

        assertThat(created(plan)).containsExactly("shop.web.1.0.0", "shop.web.1.1.0", "shop.web.1.2.0");
    }

    @Test
    void doesNothingOnceEverySlotIsHeld() {
        var release = release(1, service("web", 2));

        assertThat(plan(release, Fixture.tasksOf(release, State.RUNNING)).actions())
                .isEmpty();
    }

    @Test
    void replacesATaskOnALostAgentUnderTheNextOrdinal() {
        var release = release(1, service("web", 2));
        var tasks = Fixture.tasksOf(release, State.RUNNING);
        tasks.set(0, new TaskView(tasks.getFirst().task(), Fate.LOST));

        var plan = plan(release, tasks);

        assertThat(created(plan)).containsExactly("shop.web.1.0.1");
        assertThat(stopped(plan)).containsExactly("shop.web.1.0.0");
    }

    @Test
    void replacesAFailedTaskAndKeepsItAsHistory() {
        var release = release(1, service("web", 1));

        var plan = plan(release, Fixture.tasksOf(release, State.FAILED));

        assertThat(created(plan)).containsExactly("shop.web.1.0.1");
        assertThat(forgotten(plan)).isEmpty();
    }

    @Test
    void leavesATaskThatExitedByItsPolicyAlone() {
        var release = release(1, service("web", 1));

        assertThat(plan(release, Fixture.tasksOf(release, State.EXITED)).actions())
                .isEmpty();
    }

    @Test
    void stopsTheHighestSlotsWhenScaledDown() {
        var release = release(1, service("web", 3));
        var scaled = SHOP.toBuilder().putScale("web", 1).build();

        var plan = new DeploymentPlanner("shop", scaled, Fixture.tasksOf(release, State.RUNNING))
                .forRelease(release, ADDRESSES, NO_AGENTS);

        assertThat(stopped(plan)).containsExactlyInAnyOrder("shop.web.1.1.0", "shop.web.1.2.0");
    }

    @Test
    void forgetsAStoppedTaskOnceItEnded() {
        var release = release(1, service("web", 1));
        var ended = Fixture.stopping(Fixture.task("shop.web.1.1.0", release, State.EXITED));
        var tasks = new ArrayList<>(Fixture.tasksOf(release, State.RUNNING));
        tasks.add(ended);

        assertThat(forgotten(plan(release, tasks))).containsExactly("shop.web.1.1.0");
    }

    @Test
    void keepsTasksThatTheNextReleaseDidNotChange() {
        var tasks = Fixture.tasksOf(release(1, service("web", 2)), State.RUNNING);

        assertThat(plan(release(2, service("web", 2)), tasks).actions()).isEmpty();
    }

    @Test
    void startsTheTasksOfAChangedServiceBeforeItStopsTheOld() {
        var tasks = Fixture.tasksOf(release(1, service("web", 2)), State.RUNNING);
        var next = Fixture.changed(release(2, service("web", 2)));

        var first = plan(next, tasks);

        assertThat(created(first)).containsExactly("shop.web.2.0.0", "shop.web.2.1.0");
        assertThat(stopped(first)).isEmpty();
    }

    @Test
    void keepsTheOldTasksWhileAnyNewOneIsNotReady() {
        var tasks = Fixture.tasksOf(release(1, service("web", 2)), State.RUNNING);
        var next = Fixture.changed(release(2, service("web", 2)));
        tasks.add(Fixture.task("shop.web.2.0.0", next, State.RUNNING));
        tasks.add(Fixture.task("shop.web.2.1.0", next, State.STARTING));

        assertThat(plan(next, tasks).actions()).isEmpty();
    }

    @Test
    void stopsTheOldTasksOnceAllNewOnesAreReady() {
        var tasks = Fixture.tasksOf(release(1, service("web", 2)), State.RUNNING);
        var next = Fixture.changed(release(2, service("web", 2)));
        tasks.addAll(Fixture.tasksOf(next, State.RUNNING));

        assertThat(stopped(plan(next, tasks))).containsExactlyInAnyOrder("shop.web.1.0.0", "shop.web.1.1.0");
    }

    @Test
    void stopsTheTasksOfAServiceThatLeftTheManifest() {
        var tasks = Fixture.tasksOf(release(1, service("web", 1), service("db", 1)), State.RUNNING);

        assertThat(stopped(plan(release(2, service("web", 1)), tasks))).containsExactly("shop.db.1.0.0");
    }

    @Test
    void waitsForADependencyAndSaysSo() {
        var web = service("web", 1).toBuilder()
                .addDependsOn(Dependency.newBuilder().setService("db").setCondition(Dependency.Condition.HEALTHY))
                .build();
        var release = release(1, web, service("db", 1));

        var plan = plan(release, List.of());

        assertThat(created(plan)).containsExactly("shop.db.1.0.0");
        assertThat(plan.waiting()).containsExactly(new Waiting("web", "waits for db to be healthy", ""));
    }

    @Test
    void goesOnOnceTheDependencyCompleted() {
        var web = service("web", 1).toBuilder()
                .addDependsOn(Dependency.newBuilder()
                        .setService("db")
                        .setCondition(Dependency.Condition.COMPLETED_SUCCESSFULLY))
                .build();
        var release = release(1, web, service("db", 1));
        var done = Fixture.task("shop.db.1.0.0", release, State.EXITED);

        assertThat(created(plan(release, List.of(done)))).containsExactly("shop.web.1.0.0");
    }

    @Test
    void createsNothingBeforeEveryServiceHasAnAddress() {
        var release = release(1, service("web", 1));

        var plan = new DeploymentPlanner("shop", SHOP, List.of()).forRelease(release, Map.of(), NO_AGENTS);

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.waiting()).containsExactly(new Waiting("web", "waits for virtual addresses", ""));
    }

    @Test
    void removalStopsEverythingThatRuns() {
        var tasks = Fixture.tasksOf(release(1, service("web", 2)), State.RUNNING);

        var plan = new DeploymentPlanner("shop", SHOP, tasks).forRemoval();

        assertThat(stopped(plan)).hasSize(2);
        assertThat(plan.actions()).noneMatch(Action.Release.class::isInstance);
    }

    @Test
    void removalWaitsForWhatIsStillStopping() {
        var tasks = Fixture.tasksOf(release(1, service("web", 2)), State.STOPPING).stream()
                .map(Fixture::stopping)
                .toList();

        assertThat(new DeploymentPlanner("shop", SHOP, tasks).forRemoval().actions())
                .isEmpty();
    }

    @Test
    void removalForgetsWhatNeverGotAnAgent() {
        var unassigned =
                Fixture.unassigned(Fixture.task("shop.web.1.0.0", release(1, service("web", 1)), State.PENDING));

        var plan = new DeploymentPlanner("shop", SHOP, List.of(unassigned)).forRemoval();

        assertThat(plan.actions()).containsExactly(new Action.Forget(unassigned.task()));
    }

    @Test
    void forgetsAStoppedTaskOfAnAgentThatWasRemoved() {
        var release = release(1, service("web", 1));
        var orphan = Fixture.stopping(Fixture.task("shop.web.1.0.0", release, State.RUNNING));

        assertThat(forgotten(plan(release, List.of(new TaskView(orphan.task(), Fate.GONE)))))
                .containsExactly("shop.web.1.0.0");
        assertThat(forgotten(plan(release, List.of(new TaskView(orphan.task(), Fate.LOST)))))
                .isEmpty();
    }

    @Test
    void removalDoesNotWaitForAnAgentThatWasRemoved() {
        var release = release(1, service("web", 1));
        var task = Fixture.task("shop.web.1.0.0", release, State.RUNNING);

        var plan = new DeploymentPlanner("shop", SHOP, List.of(new TaskView(task.task(), Fate.GONE))).forRemoval();

        assertThat(plan.actions()).containsExactly(new Action.Forget(task.task()));
    }

    @Test
    void keepsTasksThatKnowMoreServicesThanThereAre() {
        var tasks = Fixture.tasksOf(release(1, service("web", 1), service("db", 1)), State.RUNNING);

        var plan = plan(release(2, service("web", 1)), tasks);

        assertThat(created(plan)).isEmpty();
        assertThat(stopped(plan)).containsExactly("shop.db.1.0.0");
    }

    @Test
    void leavesTasksAloneThatLookUpTheServiceThatIsNew() {
        var tasks = Fixture.tasksOf(release(1, service("web", 1)), State.RUNNING);

        var plan = plan(release(2, service("web", 1), service("db", 1)), tasks);

        assertThat(created(plan)).containsExactly("shop.db.2.0.0");
        assertThat(stopped(plan)).isEmpty();
    }

    @Test
    void removalEndsWhenNothingIsLeft() {
        assertThat(new DeploymentPlanner("shop", SHOP, List.of()).forRemoval().actions())
                .containsExactly(new Action.Release());
    }

    @Test
    void keepsFiveFailedTasksOfASlot() {
        var release = release(1, service("web", 1));
        var tasks = new ArrayList<TaskView>();
        for (int ordinal = 0; ordinal < 8; ordinal++) {
            tasks.add(Fixture.stopping(Fixture.task("shop.web.1.0." + ordinal, release, State.FAILED)));
        }

        assertThat(forgotten(plan(release, tasks)))
                .containsExactlyInAnyOrder("shop.web.1.0.0", "shop.web.1.0.1", "shop.web.1.0.2");
    }

    private static DeploymentPlan plan(ReleaseSpec release, List<TaskView> tasks) {
        return new DeploymentPlanner("shop", SHOP, tasks).forRelease(release, ADDRESSES, NO_AGENTS);
    }

    private static List<String> created(DeploymentPlan plan) {
        return plan.actions().stream()
                .filter(Action.Create.class::isInstance)
                .map(action -> named(((Action.Create) action).spec()))
                .toList();
    }

    private static List<String> stopped(DeploymentPlan plan) {
        return plan.actions().stream()
                .filter(Action.Stop.class::isInstance)
                .map(action -> ((Action.Stop) action).task().name())
                .toList();
    }

    private static List<String> forgotten(DeploymentPlan plan) {
        return plan.actions().stream()
                .filter(Action.Forget.class::isInstance)
                .map(action -> ((Action.Forget) action).task().name())
                .toList();
    }
}
