package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.VolumeName;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.NamedVolume;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeManifest;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.engine.World;
import dev.banyan.engine.admission.VolumeRemoval.Outcome;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeRemovalTest {
    private final World world = new World();
    private final VolumeRemoval removal = new VolumeRemoval(world.store);

    @BeforeEach
    void join() {
        world.agent("a1");
        world.agent("a2");
    }

    private void volume(String name, String deployment, String agent) {
        var spec = VolumeSpec.newBuilder()
                .setDeployment(deployment)
                .setAgent(agent)
                .setAgentUid(world.get(Kinds.AGENTS, "", agent).uid())
                .setDirectory("d-" + name)
                .build();
        world.truth.commit(Commit.of(new Write.Create(Draft.of(
                        Kinds.VOLUMES.key("default", name), Kinds.VOLUMES.spec().encode(spec))
                .labelled(Map.of(Labels.DEPLOYMENT, deployment))
                .finalizedBy(List.of(VolumeName.FINALIZER)))));
    }

    private Optional<Boolean> deleting(String name) {
        return world.truth
                .get(Kinds.VOLUMES.key("default", name), ReadAt.LATEST)
                .map(object -> object.meta().deleting());
    }

    private Outcome remove(String name, boolean force) {
        return removal.remove("default", name, force);
    }

    private static String reason(Outcome outcome) {
        return ((Outcome.Refused) outcome).reason();
    }

    @Test
    void marksAVolumeThatNobodyHasAndLeavesTheRestToItsAgent() {
        volume("shop.data", "shop", "a1");

        assertThat(remove("shop.data", false)).isInstanceOf(Outcome.Removing.class);
        assertThat(remove("shop.data", false)).isInstanceOf(Outcome.Removing.class);

        assertThat(deleting("shop.data")).contains(true);
    }

    @Test
    void knowsNoVolumeOfAnotherName() {
        assertThat(remove("shop.data", false)).isEqualTo(new Outcome.Unknown());
        assertThat(remove("Not A Name", false)).isEqualTo(new Outcome.Unknown());
    }

    @Test
    void refusesAVolumeThatATaskHasOrWaitsFor() {
        volume("shop.data", "shop", "a1");
        world.task(
                "shop.db.1.0.0",
                "a1",
                spec -> spec.addVolumes(VolumeUse.newBuilder().setName("shop.data")));
        world.task(
                "shop.db.1.1.0",
                "",
                spec -> spec.addVolumes(VolumeUse.newBuilder().setName("shop.data")));
        world.task("shop.web.1.0.0", "a1");

        assertThat(reason(remove("shop.data", false)))
                .isEqualTo("it is in use by shop.db.1.0.0, shop.db.1.1.0; stop the app first (banyan-cli down)");
        assertThat(deleting("shop.data")).contains(false);
    }

    @Test
    void namesThreeOfManyTasks() {
        volume("shop.data", "shop", "a1");
        for (int slot = 0; slot < 5; slot++) {
            world.task(
                    "shop.db.1." + slot + ".0",
                    "a1",
                    spec -> spec.addVolumes(VolumeUse.newBuilder().setName("shop.data")));
        }

        assertThat(reason(remove("shop.data", false))).contains("shop.db.1.2.0 and 2 more");
    }

    @Test
    void doesNotMindTasksThatEnded() {
        volume("shop.data", "shop", "a1");
        world.task(
                "shop.db.1.0.0",
                "a1",
                spec -> spec.addVolumes(VolumeUse.newBuilder().setName("shop.data")));
        world.report(
                Kinds.TASKS,
                Kinds.TASKS.key("default", "shop.db.1.0.0"),
                TaskStatus.newBuilder().setState(TaskStatus.State.EXITED).build());

        assertThat(remove("shop.data", false)).isInstanceOf(Outcome.Removing.class);
    }

    @Test
    void givesUpAVolumeOfALostAgentByForceAlone() {
        volume("shop.data", "shop", "a1");

        assertThat(reason(remove("shop.data", true))).isEqualTo("agent a1 is there and deletes it without force");
        world.judge("a1", AgentStatus.State.LOST);
        assertThat(remove("shop.data", true)).isInstanceOf(Outcome.Removing.class);

        assertThat(deleting("shop.data")).isEmpty();
    }

    @Test
    void givesUpAVolumeOfAnAgentThatHasLeftByForceAlone() {
        volume("shop.data", "shop", "a1");
        var agent = world.get(Kinds.AGENTS, "", "a1");
        world.truth.commit(Commit.of(new Write.Delete(agent.key(), agent.uid())));

        assertThat(reason(remove("shop.data", false)))
                .contains("a1 has left the cluster")
                .contains("--force");
        assertThat(deleting("shop.data")).contains(false);
        assertThat(remove("shop.data", true)).isInstanceOf(Outcome.Removing.class);

        assertThat(deleting("shop.data")).isEmpty();
    }

    @Test
    void takesWithAnAppItsOwnVolumesUnlessAnotherAppHasThem() {
        volume("shop.data", "shop", "a1");
        volume("shop.shared", "shop", "a1");
        volume("blog.data", "blog", "a1");
        world.task(
                "shop.db.1.0.0",
                "a1",
                spec -> spec.addVolumes(VolumeUse.newBuilder().setName("shop.data")));
        world.task(
                "blog.db.1.0.0",
                "a1",
                spec -> spec.addVolumes(VolumeUse.newBuilder().setName("shop.shared")));

        assertThat(removal.ofApp("default", "shop"))
                .extracting(delete -> delete.key().name())
                .containsExactly("shop.data");
    }

    @Test
    void refusesAppsWhoseVolumesAreElsewhereOrNotThere() {
        volume("shop.data", "shop", "a1");
        volume("shop.more", "shop", "a2");
        volume("blog.data", "blog", "a1");
        var service = ServiceManifest.newBuilder().setName("db");
        for (var key : List.of("data", "more")) {
            service.addMounts(Mount.newBuilder()
                    .setTarget("/" + key)
                    .setVolume(NamedVolume.newBuilder().setName(key)));
        }
        var manifest = Manifest.newBuilder()
                .setName("shop")
                .addServices(service)
                .addVolumes(VolumeManifest.newBuilder().setKey("data"))
                .addVolumes(VolumeManifest.newBuilder().setKey("more"))
                .addVolumes(VolumeManifest.newBuilder().setKey("taken").setName("blog.data"))
                .addVolumes(VolumeManifest.newBuilder()
                        .setKey("theirs")
                        .setName("blog.data")
                        .setExternal(true))
                .addVolumes(VolumeManifest.newBuilder()
                        .setKey("none")
                        .setName("none")
                        .setExternal(true))
                .build();

        assertThat(new VolumeClaims(world.store, "default", "shop", manifest).violations())
                .containsExactly(
                        new Violation(
                                "volumes.taken",
                                "volume blog.data belongs to app blog; write external: true to use it"),
                        new Violation(
                                "volumes.none",
                                "there is no volume none; an external volume is one that another app has made"
                                        + " (banyan-cli volume ls)"),
                        new Violation(
                                "services.db.volumes",
                                "volume data is on a1, volume more is on a2; a container can only be on one of them"));
    }
}
