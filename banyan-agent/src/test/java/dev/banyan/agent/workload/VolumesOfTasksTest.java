package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Mount.Sort;
import dev.banyan.agent.volume.disk.TaskMounts;
import dev.banyan.api.v1.AnonymousVolume;
import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.NamedVolume;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.Tmpfs;
import dev.banyan.api.v1.VolumeUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers are given of volumes, and what becomes of that. */
class VolumesOfTasksTest {
    @TempDir
    private Path disk;

    private OneServer one;

    @BeforeEach
    void begin() {
        one = new OneServer(disk);
        one.web(new Behaviour.Heeds());
    }

    @AfterEach
    void end() {
        one.close();
    }

    private static TaskSpec.Builder mounting(Mount.Builder mount) {
        var task = task();
        task.getContainerBuilder().addMounts(mount.setTarget("/data"));
        return task;
    }

    private static TaskSpec.Builder named(NamedVolume.Builder volume) {
        return mounting(Mount.newBuilder().setVolume(volume.setName("shop.data")))
                .addVolumes(VolumeUse.newBuilder().setName("shop.data").setDirectory("u1-0"));
    }

    private static NamedVolume.Builder volume() {
        return NamedVolume.newBuilder();
    }

    private Path data() {
        return disk.resolve("volumes/named/u1-0/data");
    }

    private ContainerSpec.Mount mounted() {
        return one.alive().getFirst().mounts().getFirst();
    }

    @Test
    void showsAVolumeThatBeginsWithTheImagesContent() {
        one.server().contains(OneServer.IMAGE, Map.of("/data/a/b", "from the image", "/other", "not this"));
        var key = one.want("t1", named(volume()));

        one.untilRunning(key);

        assertThat(mounted()).isEqualTo(new ContainerSpec.Mount(data().toString(), "/data", false));
        assertThat(data().resolve("a/b")).hasContent("from the image");
        assertThat(one.alive().getFirst().annotations()).containsEntry(TaskMounts.ANNOTATION, "u1-0");
    }

    @Test
    void copiesNothingWhenToldNotTo() {
        one.server().contains(OneServer.IMAGE, Map.of("/data/a", "from the image"));

        one.untilRunning(one.want("t1", named(volume().setNocopy(true))));

        assertThat(data()).isEmptyDirectory();
    }

    @Test
    void keepsTheVolumeOverRestartsAgentsAndTasks() throws IOException {
        one.server().contains(OneServer.IMAGE, Map.of("/data/a", "from the image"));
        var key = one.want("t1", named(volume()));
        one.untilRunning(key);
        Files.writeString(data().resolve("a"), "changed");

        one.server().end(one.aliveId(), 1);
        one.untilStarts(2);
        one.killAgent();
        one.server().end(one.aliveId(), 1);
        one.startAgent();
        one.untilStarts(3);
        one.delete(key);
        one.until(() -> one.alive().isEmpty());
        one.untilRunning(one.want("t2", named(volume())));

        assertThat(data().resolve("a")).hasContent("changed");
    }

    @Test
    void showsADirectoryOfAVolumeThatIsThereAndNoneThatIsNot() throws IOException {
        Files.createDirectories(data().resolve("sub"));
        Files.createSymbolicLink(data().resolve("out"), disk);

        one.untilRunning(one.want("t1", named(volume().setSubpath("sub"))));
        assertThat(mounted().source())
                .isEqualTo(data().toRealPath().resolve("sub").toString());

        var missing = one.want("t2", named(volume().setSubpath("none")));
        one.until(() -> one.status(missing).getReason().equals("SubpathMissing"));
        var escaping = one.want("t3", named(volume().setSubpath("out")));
        one.until(() -> one.status(escaping).getReason().equals("SubpathDenied"));
    }

    @Test
    void deletesAVolumeWithoutANameWithItsTaskAndNotBefore() throws IOException {
        var key = one.want("t1", mounting(Mount.newBuilder().setAnonymous(AnonymousVolume.getDefaultInstance())));
        one.untilRunning(key);
        var own = Path.of(mounted().source());
        Files.writeString(own.resolve("a"), "kept");

        one.server().end(one.aliveId(), 1);
        one.untilStarts(2);
        assertThat(own.resolve("a")).hasContent("kept");
        one.delete(key);

        one.until(() -> !Files.exists(own));
    }

    @Test
    void deletesAVolumeWithoutANameOnceItsTaskEndedOrIsGoneWithoutAWord() {
        var anonymous = Mount.newBuilder().setAnonymous(AnonymousVolume.getDefaultInstance());
        var key = one.want("t1", mounting(anonymous));
        one.untilRunning(key);
        var own = Path.of(mounted().source());
        one.stop(key);
        one.until(() -> one.state(key) == TaskStatus.State.EXITED && !Files.exists(own));

        var gone = one.want("t2", mounting(anonymous));
        one.untilRunning(gone);
        var other = Path.of(mounted().source());
        one.killAgent();
        one.delete(gone);
        one.startAgent();
        one.until(() -> !Files.exists(other));
    }

    @Test
    void givesMemoryWithItsOptions() {
        one.untilRunning(one.want(
                "t1",
                mounting(Mount.newBuilder()
                        .setReadOnly(true)
                        .setTmpfs(Tmpfs.newBuilder()
                                .setSizeBytes(5)
                                .setMode(0750)
                                .setUid(1)
                                .setGid(2)))));
        assertThat(mounted())
                .isEqualTo(new ContainerSpec.Mount(
                        "",
                        "/data",
                        true,
                        Sort.MEMORY,
                        List.of("nosuid", "nodev", "noexec", "mode=750", "size=5", "uid=1", "gid=2")));
    }

    @Test
    void givesMemoryThatEverybodyMayWriteToUnlessToldOtherwise() {
        one.untilRunning(one.want(
                "t1", mounting(Mount.newBuilder().setTmpfs(Tmpfs.newBuilder().setExec(true)))));

        assertThat(mounted().options()).containsExactly("nosuid", "nodev", "mode=1777");
    }

    @Test
    void refusesPathsOfTheServerThatItsSettingsDoNotName() {
        var key = one.want(
                "t1", mounting(Mount.newBuilder().setHost(HostPath.newBuilder().setPath("/etc"))));

        one.until(() -> one.status(key).getReason().equals("BindDenied"));

        assertThat(one.status(key).getMessage()).contains("does not let containers have /etc");
        assertThat(one.alive()).isEmpty();
    }

    @Test
    void waitsForWhoeverFillsTheSameVolume() {
        one.server().contains(OneServer.IMAGE, Map.of("/data/a", "from the image"));
        var keys = List.of(
                one.want("t1", named(volume())), one.want("t2", named(volume())), one.want("t3", named(volume())));

        keys.forEach(one::untilRunning);

        assertThat(one.now()).isLessThan(Duration.ofMinutes(1));
        assertThat(data().resolve("a")).hasContent("from the image");
        assertThat(disk.resolve("volumes/named/u1-0")).isDirectoryNotContaining("glob:**draft");
    }
}
