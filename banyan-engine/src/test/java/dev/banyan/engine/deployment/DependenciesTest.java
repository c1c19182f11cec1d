package dev.banyan.engine.deployment;

import static dev.banyan.engine.deployment.Fixture.named;
import static dev.banyan.engine.deployment.Fixture.release;
import static dev.banyan.engine.deployment.Fixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.Dependency.Condition;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.DeploymentPlan.Waiting;
import dev.banyan.engine.deployment.DeploymentPlan.Waived;
import dev.banyan.engine.planning.Placing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code depends_on} says, with {@code restart} and {@code required}. */
class DependenciesTest {
    private static final DeploymentSpec SHOP =
            DeploymentSpec.newBuilder().setName("shop").build();
    private static final Map<String, String> ADDRESSES = Map.of("web", "10.200.0.1", "db", "10.200.0.2");
    private static final Placing NO_AGENTS = new Placing(List.of());

    @Test
    void waitsForWhatTheReleaseChangesNotForWhatItReplaces() {
        var tasks = new ArrayList<>(Fixture.tasksOf(app(1, healthy()), State.RUNNING));
        var next = Fixture.changed(app(2, healthy()));

        assertThat(created(plan(next, tasks))).containsExactly("shop.db.2.0.0");

        tasks.add(Fixture.task("shop.db.2.0.0", next, State.STARTING));
        assertThat(created(plan(next, tasks))).isEmpty();

        tasks.set(2, Fixture.task("shop.db.2.0.0", next, State.RUNNING));
        assertThat(created(plan(next, tasks))).containsExactly("shop.web.2.0.0");
    }

    @Test
    void replacesALostReplicaWhileTheDependencyIsBeingChanged() {
        var release = app(1, healthy());
        var tasks = new ArrayList<>(Fixture.tasksOf(release, State.RUNNING));
        var next = release(2, release.getManifest().getServices(0), service("db", 1)).toBuilder()
                .putImages("db", "registry.banyan/db@sha256:2")
                .build();
        tasks.replaceAll(
                task -> task.spec().getService().equals("web") ? new TaskView(task.task(), TaskView.Fate.LOST) : task);

        assertThat(created(plan(next, tasks))).containsExactly("shop.web.2.0.0", "shop.db.2.0.0");
    }

    @Test
    void restartsWhatAskedForItOnceTheDependencyWasReplaced() {
        var tasks = new ArrayList<>(Fixture.tasksOf(app(1, restarting()), State.RUNNING));
        var next = changedDatabase(app(2, restarting()));
        replaceWithPlanned(tasks, app(1, restarting()));

        assertThat(created(plan(next, tasks))).as("the dependency first").containsExactly("shop.db.2.0.0");
        tasks.add(Fixture.task("shop.db.2.0.0", next, State.RUNNING));
        assertThat(created(plan(next, tasks))).containsExactly("shop.web.2.0.0");
    }

    @Test
    void leavesAloneWhatDidNotAskForARestart() {
        var tasks = new ArrayList<>(Fixture.tasksOf(app(1, healthy()), State.RUNNING));
        var next = changedDatabase(app(2, healthy()));
        tasks.add(Fixture.task("shop.db.2.0.0", next, State.RUNNING));

        assertThat(created(plan(next, tasks))).isEmpty();
    }

    @Test
    void aNewReleaseAloneRestartsNothing() {
        var tasks = new ArrayList<>(Fixture.tasksOf(app(1, restarting()), State.RUNNING));
        replaceWithPlanned(tasks, app(1, restarting()));
        var moreOfIt = app(2, restarting()).toBuilder();
        moreOfIt.getManifestBuilder().getServicesBuilder(1).setReplicas(2);

        assertThat(created(plan(moreOfIt.build(), tasks)))
                .as("more replicas of the dependency are no replacement")
                .containsExactly("shop.db.2.1.0");
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTED", "HEALTHY", "COMPLETED_SUCCESSFULLY"})
    void doesNotWaitForAServiceThatIsToHaveNoReplica(Condition condition) {
        var none = release(1, dependent(Dependency.newBuilder().setCondition(condition)), service("db", 0));

        assertThat(created(plan(none, List.of()))).containsExactly("shop.web.1.0.0");
    }

    @Test
    void saysThatAJobHasFailedForGood() {
        var release = app(1, Dependency.newBuilder().setCondition(Condition.COMPLETED_SUCCESSFULLY));
        var failed = ended(Fixture.task("shop.db.1.0.0", release, State.EXITED), 3);

        var plan = plan(release, List.of(failed));

        var words = "db to complete, which never will: shop.db.1.0.0 ended with exit code 3";
        assertThat(created(plan)).isEmpty();
        assertThat(plan.waiting()).containsExactly(new Waiting("web", "waits for " + words, words));
        assertThat(progress(release, plan, "web").getFailure()).isEqualTo(words);
    }

    @Test
    void saysThatWhatHasEndedWillNeverBeHealthy() {
        var release = app(1, healthy());
        var over = ended(Fixture.task("shop.db.1.0.0", release, State.EXITED), 0);

        assertThat(progress(release, plan(release, List.of(over)), "web").getFailure())
                .isEqualTo("db to be healthy, which never will: shop.db.1.0.0 ended with exit code 0");
    }

    @Test
    void hopesAsLongAsTheDependencyIsTried() {
        var release = app(1, healthy());
        var restarting = backingOff(Fixture.task("shop.db.1.0.0", release, State.STARTING));

        assertThat(progress(release, plan(release, List.of(restarting)), "web").getFailure())
                .isEmpty();
    }

    @Test
    void triesAFailedJobAgainWithTheNextRelease() {
        var job = Dependency.newBuilder().setCondition(Condition.COMPLETED_SUCCESSFULLY);
        var failed = ended(Fixture.task("shop.db.1.0.0", app(1, job), State.EXITED), 3);

        var plan = plan(app(2, job), List.of(failed));

        assertThat(created(plan)).containsExactly("shop.db.2.0.0");
        assertThat(plan.waiting()).extracting(Waiting::failure).containsExactly("");
    }

    @Test
    void keepsAJobThatHasCompletedForTheNextRelease() {
        var job = Dependency.newBuilder().setCondition(Condition.COMPLETED_SUCCESSFULLY);
        var done = ended(Fixture.task("shop.db.1.0.0", app(1, job), State.EXITED), 0);

        assertThat(created(plan(app(2, job), List.of(done)))).containsExactly("shop.web.2.0.0");
    }

    @Test
    void goesOnWithoutADependencyThatIsNotRequiredOnceItFails() {
        var release = app(1, healthy().setOptional(true));
        var starting = Fixture.task("shop.db.1.0.0", release, State.STARTING);
        assertThat(created(plan(release, List.of(starting))))
                .as("it may come up")
                .isEmpty();

        var plan = plan(release, List.of(backingOff(starting)));

        assertThat(created(plan)).containsExactly("shop.web.1.0.0");
        assertThat(plan.waived())
                .containsExactly(new Waived("web", "goes on without db to be healthy: shop.db.1.0.0: BackOff"));
    }

    @Test
    void goesOnWithoutADependencyThatIsNotRequiredAndFitsNowhere() {
        var release = app(1, healthy().setOptional(true));
        var pending = Fixture.unassigned(Fixture.task("shop.db.1.0.0", release, State.PENDING));

        assertThat(created(plan(release, List.of(pending)))).containsExactly("shop.web.1.0.0");
    }

    @Test
    void waitsForARequiredDependencyThatFails() {
        var release = app(1, healthy());
        var failing = backingOff(Fixture.task("shop.db.1.0.0", release, State.STARTING));

        assertThat(created(plan(release, List.of(failing)))).isEmpty();
    }

    @Test
    void countsAsReadyOnlyWhatTheReleaseWants() {
        var tasks = Fixture.tasksOf(app(1, healthy()), State.RUNNING);
        var next = Fixture.changed(app(2, healthy()));

        var progress = progress(next, plan(next, tasks), "db");

        assertThat(progress.getReady()).isZero();
        assertThat(progress.getRunning()).isEqualTo(1);
    }

    /** As {@link Fixture#tasksOf} makes them, but with what the planner itself adds. */
    private static void replaceWithPlanned(List<TaskView> tasks, ReleaseSpec release) {
        var db = Fixture.task("shop.db." + release.getNumber() + ".0.0", release, State.RUNNING);
        var wanted = plan(release, List.of(db)).actions().stream()
                .map(action -> ((Action.Create) action).spec())
                .findFirst()
                .orElseThrow();
        tasks.replaceAll(task -> task.spec().getService().equals("web")
                ? Fixture.with(task, spec -> spec.toBuilder()
                        .setDependencies(wanted.getDependencies())
                        .build())
                : task);
    }

    private static ReleaseSpec changedDatabase(ReleaseSpec release) {
        return release.toBuilder()
                .putImages("db", "registry.banyan/db@sha256:2")
                .build();
    }

    private static Dependency.Builder healthy() {
        return Dependency.newBuilder().setCondition(Condition.HEALTHY);
    }

    private static Dependency.Builder restarting() {
        return healthy().setRestart(true);
    }

    private static ReleaseSpec app(long number, Dependency.Builder dependency) {
        return release(number, dependent(dependency), service("db", 1));
    }

    private static ServiceManifest dependent(Dependency.Builder dependency) {
        return service("web", 1).toBuilder()
                .addDependsOn(dependency.setService("db"))
                .build();
    }

    private static TaskView ended(TaskView view, int code) {
        return Fixture.reporting(
                view,
                TaskStatus.newBuilder().setState(State.EXITED).setExitCode(code).build());
    }

    private static TaskView backingOff(TaskView view) {
        return Fixture.reporting(
                view,
                TaskStatus.newBuilder()
                        .setState(State.STARTING)
                        .setReason("BackOff")
                        .setAttempt(2)
                        .build());
    }

    private static ServiceProgress progress(ReleaseSpec release, DeploymentPlan plan, String service) {
        return DeploymentReport.of(1, release, plan, NO_AGENTS).getServicesList().stream()
                .filter(progress -> progress.getService().equals(service))
                .findFirst()
                .orElseThrow();
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
}
