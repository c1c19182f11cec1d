package dev.banyan.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.VolumeName;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Write;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Volumes are made, and compared, in the commit that places their tasks. */
class VolumeSchedulingTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");

    private final World world = new World();
    private final SchedulingReconciler scheduling =
            new SchedulingReconciler(world.store, Sources.of(world), new SchedulingNews(world.events));

    private Result reconcile() {
        return scheduling.reconcile(new Request(SHOP));
    }

    private void task(String name, String... volumes) {
        world.task(name, "", spec -> {
            for (var volume : volumes) {
                spec.addVolumes(VolumeUse.newBuilder().setName(volume).setKey("data"));
            }
            return spec;
        });
    }

    private List<TaskSpec> placed() {
        return world.list(Kinds.TASKS).stream()
                .map(task -> task.spec())
                .filter(TaskSpec::hasAssignment)
                .toList();
    }

    @Test
    void makesAVolumeWithItsFirstTaskInOneCommit() {
        world.agent("a1");
        world.agent("a2");
        task("shop.db.1.0.0", "shop.data");
        task("shop.db.1.1.0", "shop.data");

        reconcile();

        assertThat(world.store.commits()).hasSize(1);
        var volume = world.get(Kinds.VOLUMES, "default", "shop.data");
        assertThat(volume.spec().getDeployment()).isEqualTo("shop");
        assertThat(volume.spec().getVolume()).isEqualTo("data");
        assertThat(volume.meta().finalizers()).containsExactly(VolumeName.FINALIZER);
        assertThat(volume.meta().labels())
                .containsEntry(Labels.DEPLOYMENT, "shop")
                .containsEntry(Labels.AGENT, volume.spec().getAgent());
        assertThat(placed()).hasSize(2).allSatisfy(task -> {
            assertThat(task.getAssignment().getAgent()).isEqualTo(volume.spec().getAgent());
            assertThat(task.getVolumes(0).getDirectory())
                    .isEqualTo(volume.spec().getDirectory());
        });
        assertThat(world.told())
                .contains("deployments/default/shop VolumePlaced: volume shop.data is on "
                        + volume.spec().getAgent() + " from now on");
    }

    @Test
    void givesNoTaskAVolumeThatIsRemovedMeanwhile() {
        world.agent("a1");
        task("shop.db.1.0.0", "shop.data");
        reconcile();
        task("shop.db.1.1.0", "shop.data");
        var volume = world.get(Kinds.VOLUMES, "default", "shop.data");
        world.store.beforeNextCommit(() -> world.truth.commit(Commit.of(new Write.Delete(volume.key(), volume.uid()))));

        reconcile();

        assertThat(placed()).hasSize(1);
    }

    @Test
    void placesNoMoreAtOnceThanACommitTakes() {
        world.agent("a1");
        var volumes = IntStream.range(0, 30).mapToObj(n -> "shop.v" + n).toArray(String[]::new);
        task("shop.db.1.0.0", volumes);
        task("shop.db.1.1.0", volumes);
        task("shop.db.1.2.0", volumes);

        for (int i = 0; i < 3; i++) {
            reconcile();
        }

        assertThat(placed()).hasSize(3);
        assertThat(world.store.commits())
                .allSatisfy(commit -> assertThat(commit.writes()).hasSizeLessThanOrEqualTo(Commit.WRITES_MAX));
    }
}
