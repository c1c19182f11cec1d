package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.runtime.env.SystemEnv;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are called like shims, like what is in them, and like containerd. */
class LostShimsTest {
    private static final String MADE = "/bin/sleep";
    private static final long SOON = 60_000_000_000L;
    private static final String NOT_YET = "runc:[2:INIT]";

    @TempDir
    private Path directory;

    private final List<Process> all = new ArrayList<>();
    private DaemonDirectory daemon;
    private Path init;
    private LostShims shims;

    @BeforeEach
    void knowOneSandbox() throws IOException {
        daemon = new DaemonDirectory(directory.resolve("data"), directory.resolve("run"));
        init = Files.createSymbolicLink(directory.resolve(NOT_YET), Path.of(MADE));
        Files.createDirectories(daemon.processRecord().toAbsolutePath().getParent());
        shims = new LostShims(new SystemEnv(), daemon, () -> Set.of("known"));
    }

    @AfterEach
    void endAll() throws IOException {
        Files.delete(init);
        all.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void endsAShimOfBeforeWhoseSandboxWasNeverMadeWhole() throws Exception {
        var shim = shim("lost", daemon.socket(), init);
        var inside = shim.children().toList();
        containerd();

        shims.sweep();

        assertThat(shim.waitFor(Duration.ofNanos(SOON))).isTrue();
        assertThat(shim.exitValue()).isNotZero();
        assertThat(inside).hasSize(1).allSatisfy(process -> process.onExit().join());
    }

    @Test
    void leavesAShimWhoseContainerRuns() throws Exception {
        var shim = shim("lost", daemon.socket(), Path.of(MADE));
        containerd();

        shims.sweep();

        assertGoesOn(shim);
    }

    @Test
    void leavesAShimWhoseSandboxIsListed() throws Exception {
        var shim = shim("known", daemon.socket(), init);
        containerd();

        shims.sweep();

        assertGoesOn(shim);
    }

    @Test
    void leavesAShimOfAnotherContainerd() throws Exception {
        var shim = shim("lost", directory.resolve("other.sock"), init);
        containerd();

        shims.sweep();

        assertGoesOn(shim);
    }

    @Test
    void leavesAShimOfTheContainerdThatRuns() throws Exception {
        containerd();
        var shim = shim("lost", daemon.socket(), init);

        shims.sweep();

        assertGoesOn(shim);
    }

    @Test
    void leavesAllWhileNoContainerdRuns() throws Exception {
        var shim = shim("lost", daemon.socket(), init);
        containerd().destroyForcibly().waitFor();

        shims.sweep();

        assertGoesOn(shim);
    }

    @Test
    void leavesAllWhenContainerdDoesNotAnswer() throws Exception {
        var shim = shim("lost", daemon.socket(), init);
        containerd();
        var unanswered = new LostShims(new SystemEnv(), daemon, () -> {
            throw new ContainerException(ContainerException.Kind.UNAVAILABLE, "away");
        });

        assertThatThrownBy(unanswered::sweep).isInstanceOf(ContainerException.class);

        assertGoesOn(shim);
    }

    /** All that is ended has ended when the next process has. */
    private void assertGoesOn(Process shim) {
        assertThat(shim.isAlive()).isTrue();
        assertThat(shim.children()).hasSize(1).allMatch(ProcessHandle::isAlive);
    }

    /** One that goes on when what is inside has ended, as a real one does: it ends by being ended alone. */
    private Process shim(String sandbox, Path socket, Path inside) throws IOException {
        var shim = started(
                "exec -a containerd-shim-runc-v2 bash -c '\"$6\" 600 & echo; read -r' -namespace k8s.io -id \"$0\" -address \"$1\" \"$2\"",
                sandbox,
                socket.toString(),
                inside.toString());
        awaitProgram(
                shim.children().findFirst().orElseThrow(), inside.getFileName().toString());
        return shim;
    }

    /** What was forked is still called like its parent. */
    private static void awaitProgram(ProcessHandle process, String name) throws IOException {
        long begun = System.nanoTime();
        var comm = Path.of("/proc/" + process.pid() + "/comm");
        while (!Files.readString(comm).strip().equals(name)) {
            assertThat(System.nanoTime() - begun)
                    .as("process %s runs %s", process.pid(), name)
                    .isLessThan(SOON);
            Thread.onSpinWait();
        }
    }

    /** One that is younger than all others here: the kernel counts starts in hundredths of a second. */
    private Process containerd() throws IOException {
        var youngest = all.stream()
                .map(process -> ProcessRecord.of(process.pid()).orElseThrow())
                .mapToLong(ProcessRecord::startTicks)
                .max()
                .orElse(0);
        while (true) {
            var process = started("echo; read -r", "--config", daemon.config().toString());
            var record = ProcessRecord.of(process.pid()).orElseThrow();
            if (record.startTicks() > youngest) {
                Files.writeString(daemon.processRecord(), record.text());
                return process;
            }
        }
    }

    /** Returns when it has begun what it does. */
    private Process started(String script, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("bash", "-c", script));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).start();
        all.add(process);
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return process;
    }
}
