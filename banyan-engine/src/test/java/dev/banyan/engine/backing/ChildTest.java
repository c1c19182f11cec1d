package dev.banyan.engine.backing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.engine.OwnHost;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: the JDK's own file server plays the child. */
class ChildTest {
    private static final Env ENV = new SystemEnv();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** On an address that follows from the number of this process, where nobody else has any port. */
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(8_000);

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    Path directory;

    private final List<Child> children = new ArrayList<>();
    private final int port = NEXT_PORT.getAndIncrement();

    @AfterEach
    void end() throws InterruptedException {
        for (var child : children) {
            child.terminate();
        }
    }

    @Test
    void startsAChildAndSaysHowItIs() throws InterruptedException {
        var child = child();
        assertThat(child.health().ready()).isFalse();
        assertThat(child.health().detail()).contains("not running", "server.log");

        child.start();

        assertThat(child.awaitReady(PATIENCE)).isTrue();
        assertThat(child.health().ready()).isTrue();
        assertThat(child.health().detail()).isEqualTo("pid " + pid());
    }

    @Test
    void leavesItRunningAndAdoptsItAgain() throws InterruptedException {
        started(child());
        long first = pid();
        children.getFirst().stop();
        assertThat(alive(first)).isTrue();

        started(child());

        assertThat(pid()).isEqualTo(first);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void findsItByItsMarkWhenTheRecordIsLost() throws Exception {
        started(child());
        long first = pid();
        children.getFirst().stop();
        Files.delete(directory.resolve("server.pid"));

        started(child());

        await(() -> Files.exists(directory.resolve("server.pid")) && pid() == first);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void isNotMisledByARecordOfAProcessThatIsAnother() throws Exception {
        var ourselves = ProcessMark.of(ProcessHandle.current().pid()).orElseThrow();
        Files.writeString(directory.resolve("server.pid"), ourselves.text());

        started(child());

        await(() -> pid() != ourselves.pid());
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void neverStartsASecondOneOnADirectory() throws InterruptedException {
        started(child());

        assertThatThrownBy(() -> child().start())
                .isInstanceOf(BackingException.class)
                .hasMessageContaining("another engine holds " + directory.resolve("server.lock"));

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void startsItAgainWhenItIsKilled() throws Exception {
        started(child());
        long first = pid();

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await(() -> pid() != first && children.getFirst().health().ready());
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void startsItAgainWhenItIsToReadItsFilesAgain() throws Exception {
        started(child());
        long first = pid();

        children.getFirst().restart();

        await(() -> pid() != first && children.getFirst().health().ready());
        assertThat(alive(first)).isFalse();
    }

    @Test
    void startsNothingMoreOnceItWasStopped() throws Exception {
        started(child());
        long first = pid();
        children.getFirst().stop();

        var ended = ProcessHandle.of(first).orElseThrow();
        ended.destroyForcibly();
        ended.onExit().get();

        assertThat(children.getFirst().awaitReady(Duration.ofMillis(600))).isFalse();
        assertThat(count()).isZero();
    }

    @Test
    void terminatesItWhenAskedTo() throws InterruptedException {
        started(child());
        long first = pid();

        children.getFirst().terminate();

        assertThat(alive(first)).isFalse();
    }

    @Test
    void namesThePackageOfAProgramThatIsMissing() {
        var settings = new ChildSettings(
                "server", "server-package", List.of("/nowhere/server", "x"), "x", directory, address(), Map.of());

        assertThatThrownBy(() -> new Child(settings, ENV).start())
                .isInstanceOf(BackingException.class)
                .hasMessageContainingAll("/nowhere/server is missing", "apt-get install server-package");
    }

    @Test
    void showsTheLastLinesOfAChildThatDoesNotComeUp() throws Exception {
        var settings = new ChildSettings(
                "server",
                "jdk",
                List.of(JAVA, "-cp", directory.toString(), "no.such.Program"),
                directory.toString(),
                directory,
                address(),
                Map.of("LC_ALL", "C.UTF-8"));
        var child = new Child(settings, ENV);
        children.add(child);

        child.start();

        await(() -> String.join(" ", child.lastOutput(2)).contains("no.such.Program"));
        assertThat(child.lastOutput(1)).hasSize(1);
        assertThat(child.health().ready()).isFalse();
    }

    @Test
    void keepsALogThatGrewTooLongBesideTheNewOne() throws Exception {
        try (var log = new RandomAccessFile(directory.resolve("server.log").toFile(), "rw")) {
            log.setLength((10L << 20) + 1);
        }

        started(child());

        assertThat(Files.size(directory.resolve("server.log.1"))).isEqualTo((10L << 20) + 1);
        assertThat(Files.size(directory.resolve("server.log"))).isLessThan(1L << 20);
    }

    @Test
    void aMarkIsOneOfTheArguments() {
        assertThatThrownBy(() ->
                        new ChildSettings("server", "p", List.of("/bin/true"), "other", directory, address(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Child child() {
        var command = List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-Xmx32m",
                "-m",
                "jdk.httpserver",
                "-b",
                OwnHost.address(),
                "-p",
                Integer.toString(port),
                "-d",
                directory.toString());
        var settings =
                new ChildSettings("server", "jdk", command, directory.toString(), directory, address(), Map.of());
        var child = new Child(settings, ENV);
        children.add(child);
        return child;
    }

    private void started(Child child) throws InterruptedException {
        child.start();
        assertThat(child.awaitReady(PATIENCE))
                .as(String.join("\n", child.lastOutput(10)))
                .isTrue();
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(OwnHost.address(), port);
    }

    private long pid() {
        try {
            return Long.parseLong(
                    Files.readString(directory.resolve("server.pid")).strip().split(" ")[0]);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Processes that have the directory among their arguments, but for this one. */
    private long count() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> ProcessMark.of(process.pid())
                        .filter(mark -> mark.has(directory.toString()))
                        .isPresent())
                .count();
    }

    private static boolean alive(long pid) {
        return ProcessMark.of(pid).isPresent();
    }

    private interface Fact {
        boolean holds() throws Exception;
    }

    private static void await(Fact fact) throws Exception {
        var pause = ENV.signal();
        long begun = ENV.time().nanos();
        while (!fact.holds()) {
            assertThat(ENV.time().since(begun)).isLessThan(PATIENCE);
            var ignored = pause.await(Duration.ofMillis(20));
        }
    }
}
