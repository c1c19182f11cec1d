package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.host.WholeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Environments of real containers, which containerd must not know. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvironmentServersTest {
    private static final String CLUSTER = "environments";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** All that means something to a shell, to JSON, or to who replaces text in it. */
    private static final String VALUE = "k7marked \"$HOME\" \\1 $1 'x' \u00e9\n\ttwo=lines";

    private Rig rig;

    @BeforeAll
    void startContainerd() throws Exception {
        rig = new Rig();
        rig.runtime(CLUSTER).pull(rig.image());
    }

    @AfterAll
    void removeEverything() throws Exception {
        rig.close();
    }

    @Test
    void aContainerAndItsCommandsSeeWhatContainerdDoesNotKnow() throws Exception {
        var runtime = rig.runtime(CLUSTER);
        var id = started(Map.of("TOKEN", VALUE, "PATH", "/bin:/own"));

        assertThat(output(id, "printf %s \"$TOKEN\"")).isEqualTo(VALUE);
        assertThat(output(id, "tr '\\0' '|' < /proc/1/environ")).contains("TOKEN=" + VALUE + "|", "PATH=/bin:/own|");
        assertThat(output(id, "umask")).isEqualTo("0022\n");
        assertThat(holders(rig.directory().data(), 20)).isEmpty();
        assertThat(holders(rig.directory().runtime().resolve("state"), 4)).isEmpty();

        runtime.remove(id);
        assertThat(rig.directory().environments().resolve(id)).doesNotExist();
    }

    @Test
    void theEnvironmentGoesWithTheSandbox() throws Exception {
        var runtime = rig.runtime(CLUSTER);
        var id = started(Map.of("TOKEN", VALUE));
        var sandbox = runtime.list().containers().stream()
                .filter(container -> container.id().equals(id))
                .map(ObservedContainer::sandboxId)
                .findFirst()
                .orElseThrow();
        assertThat(rig.directory().environments().resolve(id)).exists();

        runtime.removeSandbox(sandbox);
        var ignored = runtime.list();

        assertThat(rig.directory().environments().resolve(id)).doesNotExist();
    }

    @Test
    void aContainerdOfAnotherConfigurationIsReplacedAndContainersGoOn() throws Exception {
        var id = started(Map.of("TOKEN", VALUE));
        long before = rig.child().pid().orElseThrow();
        rig.child().stop();
        var config = rig.directory().data().resolve("config.toml");
        WholeFile.replace(config, Files.readString(config) + "\n# of an older agent\n");

        var next = rig.startChild();

        assertThat(next.pid()).isPresent().isNotEqualTo(Optional.of(before));
        assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
        awaitCri();
        assertThat(output(id, "printf %s \"$TOKEN\"")).isEqualTo(VALUE);
    }

    /** As when a service manager gives each start of the agent mounts of its own. */
    @Test
    void aContainerdThatSeesOtherMountsIsReplaced() throws Exception {
        rig.child().terminate();
        var elsewhere = Files.writeString(
                rig.directory().data().resolve("elsewhere"), "#!/bin/sh\nexec unshare --mount setsid \"$@\"\n");
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
        long before = rig.startChild(elsewhere).pid().orElseThrow();
        rig.child().stop();

        var next = rig.startChild();

        assertThat(next.pid()).isPresent().isNotEqualTo(Optional.of(before));
        assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
        awaitCri();
        var id = started(Map.of("TOKEN", VALUE));
        assertThat(output(id, "printf %s \"$TOKEN\"")).isEqualTo(VALUE);
    }

    /** Whoever calls runc may see another memory than the agent; a container without its settings may do anything. */
    @Test
    void aContainerWhoseEnvironmentIsLostDoesNotStart() throws Exception {
        var runtime = rig.runtime(CLUSTER);
        var id = created(Map.of("TOKEN", VALUE));
        Files.delete(rig.directory().environments().resolve(id).resolve("environment"));

        assertThatThrownBy(() -> runtime.start(id)).hasMessageContaining("the environment of " + id + " is not where");
    }

    private void awaitCri() throws InterruptedException {
        long begun = rig.env().time().nanos();
        while (true) {
            try {
                var ignored = rig.runtime(CLUSTER).list();
                return;
            } catch (RuntimeException starting) {
                assertThat(rig.env().time().since(begun)).as("CRI answers").isLessThan(PATIENCE);
            }
        }
    }

    private String started(Map<String, String> environment) throws InterruptedException {
        var id = created(environment);
        rig.runtime(CLUSTER).start(id);
        return id;
    }

    private String created(Map<String, String> environment) throws InterruptedException {
        var runtime = rig.runtime(CLUSTER);
        var sandbox = runtime.runSandbox(rig.sandbox());
        var process = new ContainerSpec.Process(
                Optional.of(List.of()),
                Optional.of(List.of("sh", "-c", "sleep 3600")),
                environment,
                Optional.empty(),
                Optional.empty());
        return runtime.createContainer(
                sandbox.id(), ContainerSpec.of("web", 0, rig.image(), "0.log").withProcess(process));
    }

    private String output(String id, String script) throws InterruptedException {
        var outcome = rig.runtime(CLUSTER).exec(id, List.of("sh", "-c", script), PATIENCE);
        return ((ExecOutcome.Finished) outcome).output();
    }

    private static List<Path> holders(Path directory, int depth) throws Exception {
        try (var all = Files.walk(directory, depth)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/rootfs/"))
                    .filter(EnvironmentServersTest::holds)
                    .toList();
        }
    }

    private static boolean holds(Path file) {
        try {
            return Files.size(file) < 100 << 20
                    && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("k7marked");
        } catch (java.io.IOException gone) {
            return false;
        }
    }
}
