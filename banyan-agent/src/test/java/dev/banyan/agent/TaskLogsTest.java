package dev.banyan.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogPosition;
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
    private static final long NANOS = 1_000_000_000;
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
    void endsWithTheLastLineThatWasThereWhenItWasAsked() {
        write(1, "stdout F one", "stdout F two");

        reading = env.tasks()
                .spawn(
                        "reading",
                        () -> logs.read(request(1, false), lines -> {
                            write(1, "stdout F later");
                            return read.addAll(lines);
                        }));
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(texts()).containsExactly("two");
        assertThat(reading.done()).isTrue();
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

    @Test
    void readsOnlyWhatWasWrittenBetweenTwoTimesAndCountsTheTailOfThat() {
        for (int second = 1; second <= 6; second++) {
            writeAt(1, "2030-01-01T00:00:0" + second + "Z", "stdout F at " + second);
        }

        read(between(2, 5).setTail(2).build());

        assertThat(texts()).containsExactly("at 3", "at 4");
    }

    @Test
    void followsNoLongerThanTheWantedEnd() {
        var now = env.time().now();
        long end = (now.getEpochSecond() + 10) * NANOS;
        read(request(-1, true).toBuilder().setUntilNs(end).build());
        writeAt(1, now.plusSeconds(9).toString(), "stdout F in time");
        writeAt(1, now.plusSeconds(10).toString(), "stdout F late");

        simulation.runFor(Duration.ofSeconds(8));
        assertThat(reading.done()).isFalse();
        simulation.runFor(Duration.ofSeconds(5));

        assertThat(texts()).containsExactly("in time");
        assertThat(reading.done()).isTrue();
    }

    @Test
    void goesOnBehindALineThatWasReadEvenOverARestart() {
        write(1, "stdout F one", "stderr F two", "stdout F three");
        write(2, "stdout F four");
        write(3, "stdout F five");
        attempt(3);
        simulation.runFor(Duration.ofSeconds(1));

        read(after(position(1, LogLine.Stream.STDOUT, 1)));

        assertThat(texts()).containsExactly("two", "three", "four", "five");
        assertThat(read).extracting(LogLine::getAttempt).containsExactly(1, 1, 2, 3);
        write(3, "stdout F six");
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(texts()).endsWith("six");
    }

    @Test
    void marksAGapWhereTheLineIsNotKeptAnyMore() {
        write(1, "stdout F one");

        read(after(position(1, LogLine.Stream.STDOUT, 7)));

        assertThat(read).extracting(LogLine::getStream).containsExactly(LogLine.Stream.GAP, LogLine.Stream.STDOUT);
        assertThat(texts().getFirst()).contains("not kept any more");
    }

    @Test
    void tellsAReaderWhereItIsWhenThereIsNothingToSend() {
        write(1, "stdout F one", "stdout F two");
        read(request(0, true).toBuilder().setResumes(true).build());

        assertThat(read).extracting(LogLine::getStream).containsExactly(LogLine.Stream.MARK);
        var place = read.getFirst().getPosition();
        assertThat(place).isEqualTo(position(1, LogLine.Stream.STDOUT, 2));

        read.clear();
        write(1, "stdout F three");
        read(after(place));
        assertThat(texts()).contains("three").doesNotContain("two");
    }

    @Test
    void tellsNoPlaceToAReaderThatDoesNotComeBack() {
        read(request(0, true));
        read(request(0, false).toBuilder().setResumes(true).build());

        assertThat(read).isEmpty();
    }

    private static LogRequest.Builder between(int since, int until) {
        return request(-1, false).toBuilder()
                .setSinceNs((1_893_456_000L + since) * NANOS)
                .setUntilNs((1_893_456_000L + until) * NANOS);
    }

    private static LogRequest after(LogPosition position) {
        return request(0, true).toBuilder().setResumes(true).addAfter(position).build();
    }

    private static LogPosition position(int attempt, LogLine.Stream stream, int number) {
        return LogPosition.newBuilder()
                .setTask("shop.web.1.0.0")
                .setAttempt(attempt)
                .setTimeNs(1_893_456_000_000_000_005L)
                .setStream(stream)
                .setNumber(number)
                .build();
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
        for (var line : lines) {
            writeAt(attempt, "2030-01-01T00:00:00.000000005Z", line);
        }
    }

    private void writeAt(int attempt, String time, String line) {
        var file = disk.resolve("logs/shop/shop.web.1.0.0/" + attempt + ".log");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, time + " " + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
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
