package dev.banyan.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading what tasks wrote: the tail, what follows, and over a restart of the container. */
class TaskLogsTest {
    private static final ObjectKey KEY = Kinds.TASKS.key("default", "shop.web.1.0.0");

    @TempDir
    private Path disk;

    private final Simulation simulation = new Simulation(1);
    private final Env env = simulation.process("agent").env();
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());
    private final List<LogLine> read = new ArrayList<>();
    private TaskLogs logs;
    private Task reading = env.tasks().spawn("nothing", () -> {});

    @BeforeEach
    void begin() {
        var spec = TaskSpec.newBuilder().setDeployment("shop").setService("web").build();
        assertThat(store.commit(Commit.of(new Write.Create(
                                Draft.of(KEY, Kinds.TASKS.spec().encode(spec)))))
                        .written())
                .isTrue();
        attempt(1);
        var tasks = Informer.of(Kinds.TASKS, store, env).build();
        tasks.start();
        logs = new TaskLogs(env, tasks.lister(), new WorkloadConfig("uid", disk, disk.resolve("logs"), "/banyan"));
        simulation.runFor(Duration.ofSeconds(1));
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void readsEverythingWithStreamAndTime() {
        write(1, "stdout F hello", "stderr F oh no");

        read(request(-1, false));

        assertThat(read).extracting(LogLine::getText).containsExactly("hello", "oh no");
        assertThat(read).extracting(LogLine::getStream).containsExactly(LogLine.Stream.STDOUT, LogLine.Stream.STDERR);
        assertThat(read).extracting(LogLine::getTask).containsOnly("shop.web.1.0.0");
        assertThat(read.getFirst().getTimeNs()).isEqualTo(1_893_456_000_000_000_005L);
        assertThat(reading.done()).isTrue();
    }

    @Test
    void readsTheTailAlone() {
        write(1, "stdout F one", "stdout F two", "stdout F three");

        read(request(2, false));

        assertThat(texts()).containsExactly("two", "three");
    }

    @Test
    void aTailOfNothingIsNothing() {
        write(1, "stdout F one");

        read(request(0, false));

        assertThat(read).isEmpty();
    }

    @Test
    void readsTheNewestAttempt() {
        write(1, "stdout F former");
        write(2, "stdout F present");
        attempt(2);
        simulation.runFor(Duration.ofSeconds(1));

        read(request(-1, false));

        assertThat(texts()).containsExactly("present");
    }

    @Test
    void aContainerThatWroteNothingHasNoLines() {
        read(request(-1, false));

        assertThat(read).isEmpty();
        assertThat(reading.done()).isTrue();
    }

    @Test
    void followsWhatIsWrittenLater() {
        write(1, "stdout F one");
        read(request(-1, true));

        write(1, "stdout F two");
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(texts()).containsExactly("one", "two");
        assertThat(reading.done()).isFalse();
    }

    @Test
    void followsOverARestartFromTheNextLogsBeginning() {
        write(1, "stdout F last words");
        read(request(0, true));
        write(1, "stdout F really");
        write(2, "stdout F born", "stdout F again");

        attempt(2);
        simulation.runFor(Duration.ofSeconds(1));
        write(2, "stdout F alive");
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(texts()).containsExactly("really", "born", "again", "alive");
    }

    @Test
    void endsWithTheTask() {
        write(1, "stdout F one");
        read(request(-1, true));

        var uid = store.get(KEY, ReadAt.LATEST).orElseThrow().meta().uid();
        assertThat(store.commit(Commit.of(new Write.Delete(KEY, uid))).written())
                .isTrue();
        simulation.runFor(Duration.ofSeconds(2));

        assertThat(texts()).containsExactly("one");
        assertThat(reading.done()).isTrue();
    }

    @Test
    void endsWhenTheReaderHasGone() {
        write(1, "stdout F one");
        reading = env.tasks()
                .spawn(
                        "reading",
                        () -> logs.read(request(-1, true), lines -> {
                            read.addAll(lines);
                            return false;
                        }));
        simulation.runFor(Duration.ofSeconds(5));

        assertThat(reading.done()).isTrue();
        assertThat(texts()).containsExactly("one");
    }

    @Test
    void aTaskOfAnotherAgentIsNamed() {
        simulation.runIn(simulation.process("reader"), Duration.ofSeconds(1), () -> assertThatThrownBy(() -> logs.read(
                        request(-1, false).toBuilder().setTask("shop.db.1.0.0").build(), lines -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task shop.db.1.0.0 is not on this agent"));
    }

    @Test
    void aTaskOfAnotherNamespaceIsAnotherTask() {
        simulation.runIn(simulation.process("reader"), Duration.ofSeconds(1), () -> assertThatThrownBy(() -> logs.read(
                        request(-1, false).toBuilder().setNamespace("other").build(), lines -> true))
                .isInstanceOf(IllegalArgumentException.class));
    }

    private List<String> texts() {
        return read.stream().map(LogLine::getText).toList();
    }

    private void read(LogRequest request) {
        reading =
                env.tasks().spawn("reading", () -> logs.read(request, lines -> read.addAll(lines) || lines.isEmpty()));
        simulation.runFor(Duration.ofSeconds(1));
    }

    private void attempt(int number) {
        var uid = store.get(KEY, ReadAt.LATEST).orElseThrow().meta().uid();
        var status = TaskStatus.newBuilder().setAttempt(number).build();
        assertThat(store.commit(Commit.of(new Write.UpdateStatus(
                                KEY, uid, Kinds.TASKS.status().encode(status))))
                        .written())
                .isTrue();
    }

    private void write(int attempt, String... lines) {
        var file = disk.resolve("logs/shop/shop.web.1.0.0/" + attempt + ".log");
        try {
            Files.createDirectories(file.getParent());
            for (var line : lines) {
                Files.writeString(
                        file,
                        "2030-01-01T00:00:00.000000005Z " + line + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static LogRequest request(int tail, boolean follow) {
        return LogRequest.newBuilder()
                .setNamespace("default")
                .setDeployment("shop")
                .setTask("shop.web.1.0.0")
                .setTail(tail)
                .setFollow(follow)
                .build();
    }
}
