package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.NamedVolume;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.api.v1.Tmpfs;
import dev.banyan.api.v1.VolumeManifest;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.TaskView.Fate;
import dev.banyan.engine.planning.Placing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tasks that have volumes: one at a time, and where the volume is. */
class VolumeTasksTest {
    private static final Map<String, String> ADDRESSES = Map.of("db", "10.200.0.2");

    private static ReleaseSpec release(long number, int replicas, boolean readOnly) {
        var mount = Mount.newBuilder()
                .setTarget("/data")
                .setReadOnly(readOnly)
                .setVolume(NamedVolume.newBuilder().setName("Data"));
        var service = Fixture.service("db", replicas).toBuilder()
                .addMounts(mount)
                .addMounts(Mount.newBuilder().setTarget("/tmp").setTmpfs(Tmpfs.getDefaultInstance()))
                .build();
        var release = Fixture.release(number, service).toBuilder();
        release.getManifestBuilder()
                .addVolumes(VolumeManifest.newBuilder().setKey("Data").putLabels("a", "b"))
                .addVolumes(VolumeManifest.newBuilder().setKey("other"));
        return release.build();
    }

    private static final ReleaseSpec ONE = release(1, 1, false);

    private static DeploymentPlan plan(ReleaseSpec release, List<TaskView> tasks) {
        var deployment = DeploymentSpec.newBuilder().setName("shop").build();
        return new DeploymentPlanner("shop", deployment, tasks).forRelease(release, ADDRESSES, new Placing(List.of()));
    }

    @Test
    void namesVolumesAsTheClusterDoes() {
        var task = WantedTasks.of(
                DeploymentSpec.getDefaultInstance(),
                "shop",
                ONE,
                ONE.getManifest().getServices(0),
                ADDRESSES);

        assertThat(task.getContainer().getMounts(0).getVolume().getName()).isEqualTo("shop.data");
        assertThat(task.getContainer().getMounts(1).hasTmpfs()).isTrue();
        assertThat(task.getVolumesList())
                .containsExactly(VolumeUse.newBuilder()
                        .setName("shop.data")
                        .setKey("Data")
                        .putLabels("a", "b")
                        .build());
    }

    @Test
    void keepsATaskWhoseVolumeHasADirectoryByNow() {
        var task = Fixture.task("shop.db.1.0.0", ONE, State.RUNNING);
        var placed = task.spec().toBuilder();
        placed.getVolumesBuilder(0).setDirectory("d");
        var wanted = WantedTasks.of(
                DeploymentSpec.getDefaultInstance(),
                "shop",
                ONE,
                ONE.getManifest().getServices(0),
                ADDRESSES);

        assertThat(WantedTasks.same(wanted, placed.build())).isTrue();
        assertThat(WantedTasks.same(
                        wanted.toBuilder()
                                .setContainer(wanted.getContainer().toBuilder().removeMounts(0))
                                .build(),
                        task.spec()))
                .as("without a mount it is another container")
                .isFalse();
    }

    @Test
    void stopsTheOneThatWritesToAVolumeBeforeTheNextBegins() {
        var next = Fixture.changed(release(2, 1, false));
        var running = Fixture.task("shop.db.1.0.0", ONE, State.RUNNING);

        var first = plan(next, List.of(running));

        assertThat(first.actions()).singleElement().isInstanceOf(Action.Stop.class);
        assertThat(first.waiting()).singleElement().satisfies(waiting -> assertThat(waiting.reason())
                .isEqualTo("waits for shop.db.1.0.0 to end: both have a volume"));
        var stopping = Fixture.stopping(running);
        assertThat(plan(next, List.of(stopping)).actions()).isEmpty();
        var ended = Fixture.stopping(Fixture.task("shop.db.1.0.0", ONE, State.EXITED));
        assertThat(plan(next, List.of(ended)).actions()).hasAtLeastOneElementOfType(Action.Create.class);
    }

    @Test
    void stopsAlsoTheOneThatHasNoAgentYet() {
        var waiting = Fixture.unassigned(Fixture.task("shop.db.1.0.0", ONE, State.PENDING));

        var plan = plan(Fixture.changed(release(2, 1, false)), List.of(waiting));

        assertThat(plan.actions()).hasOnlyElementsOfTypes(Action.Stop.class);
    }

    @Test
    void startsTheNextBesideTheOldWhereBothOnlyReadOrReplicasShareTheVolumeAnyway() {
        var readers = release(1, 1, true);
        var many = release(1, 2, false);

        assertThat(plan(Fixture.changed(release(2, 1, true)), Fixture.tasksOf(readers, State.RUNNING))
                        .actions())
                .hasOnlyElementsOfTypes(Action.Create.class);
        assertThat(plan(Fixture.changed(release(2, 2, false)), Fixture.tasksOf(many, State.RUNNING))
                        .actions())
                .hasSize(2)
                .hasOnlyElementsOfTypes(Action.Create.class);
    }

    @Test
    void aReaderWaitsForAWriterAndTheOtherWayRound() {
        assertThat(plan(release(2, 1, true), Fixture.tasksOf(ONE, State.RUNNING))
                        .actions())
                .hasOnlyElementsOfTypes(Action.Stop.class);
        assertThat(plan(release(2, 1, false), Fixture.tasksOf(release(1, 1, true), State.RUNNING))
                        .actions())
                .hasOnlyElementsOfTypes(Action.Stop.class);
    }

    @Test
    void replacesNothingOnALostAgentThatHasTheVolume() {
        var task =
                new TaskView(Fixture.task("shop.db.1.0.0", ONE, State.RUNNING).task(), Fate.AWAY);

        assertThat(plan(ONE, List.of(task)).actions()).isEmpty();
        var report = DeploymentReport.of(1, ONE, plan(ONE, List.of(task)), new Placing(List.of()));
        assertThat(report.getServices(0).getWaitingFor())
                .isEqualTo("shop.db.1.0.0 waits for agent a1, which is lost: volume shop.data is there");
        assertThat(report.getServices(0).getReady()).isZero();
    }

    @Test
    void doesNotBelieveThatATaskOfALostAgentHasEnded() {
        var task =
                new TaskView(Fixture.task("shop.db.1.0.0", ONE, State.RUNNING).task(), Fate.AWAY);

        assertThat(plan(Fixture.changed(release(2, 1, false)), List.of(task)).actions())
                .singleElement()
                .isInstanceOf(Action.Stop.class);
        assertThat(plan(Fixture.changed(release(2, 1, false)), List.of(Fixture.stopping(task)))
                        .actions())
                .isEmpty();
    }

    @Test
    void replacesATaskOfAnAgentThatHasLeft() {
        var task =
                new TaskView(Fixture.task("shop.db.1.0.0", ONE, State.RUNNING).task(), Fate.GONE);

        assertThat(plan(ONE, List.of(task)).actions()).hasAtLeastOneElementOfType(Action.Create.class);
    }
}
