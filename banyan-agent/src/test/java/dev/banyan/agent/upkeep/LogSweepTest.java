package dev.banyan.agent.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSweepTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);

    @TempDir
    private Path top;

    private LogSweep sweep;

    @BeforeEach
    void open() {
        sweep = new LogSweep(top);
    }

    @Test
    void removesOutputADayAfterTheTaskEnded() throws Exception {
        var task = output("app/web-0", "1.log", "1.log.1", "2.log");
        var ended = Map.of(task, NOW);

        sweep(ended, NOW.plus(DAY).minusMillis(1));
        assertThat(task.resolve("2.log")).exists();
        sweep(ended, NOW.plus(DAY));

        assertThat(top.resolve("app")).doesNotExist();
    }

    @Test
    void keepsTheOutputOfATaskThatGoesOnForEver() throws Exception {
        var task = output("app/web-0", "1.log");

        sweep(Map.of(task, Instant.MAX), NOW.plus(DAY.multipliedBy(1_000)));

        assertThat(task.resolve("1.log")).exists();
    }

    @Test
    void countsADayFromWhenItFoundATaskGone() throws Exception {
        var task = output("app/web-0", "1.log");

        sweep(Map.of(), NOW);
        sweep(Map.of(), NOW.plus(DAY).minusMillis(1));
        assertThat(task.resolve("1.log")).exists();
        new LogSweep(top).sweep(new Needs.Needed(Set.of(), Map.of()), NOW.plus(DAY));

        assertThat(task).doesNotExist();
    }

    @Test
    void startsCountingAnewForATaskThatCameBack() throws Exception {
        var task = output("app/web-0", "1.log");
        sweep(Map.of(), NOW);
        sweep(Map.of(task, Instant.MAX), NOW.plus(DAY));

        sweep(Map.of(), NOW.plus(DAY).plusSeconds(1));

        assertThat(task.resolve("1.log")).exists();
    }

    @Test
    void keepsTheNewestAttemptsOfATaskThatGoesOn() throws Exception {
        var task = top.resolve("app/web-0");
        for (int attempt = 1; attempt <= 14; attempt++) {
            output("app/web-0", attempt + ".log", attempt + ".log.1");
        }

        sweep(Map.of(task, Instant.MAX), NOW);

        for (int attempt = 1; attempt <= 14; attempt++) {
            assertThat(Files.exists(task.resolve(attempt + ".log"))).isEqualTo(attempt > 4);
            assertThat(Files.exists(task.resolve(attempt + ".log.1"))).isEqualTo(attempt > 4);
        }
    }

    @Test
    void leavesEveryFileThatIsNotOutput() throws Exception {
        var task = output("app/web-0", "1.log", "notes.txt", "x.log", "1.log.old");
        var beside = output("app", "readme");

        sweep(Map.of(task, NOW.minus(DAY)), NOW);

        assertThat(task.resolve("1.log")).doesNotExist();
        assertThat(task.resolve("notes.txt")).exists();
        assertThat(task.resolve("x.log")).exists();
        assertThat(task.resolve("1.log.old")).exists();
        assertThat(beside.resolve("readme")).exists();
    }

    @Test
    void writesNoMarkWhereNothingIsIts() throws Exception {
        var foreign = output("other/things", "notes.txt");

        sweep(Map.of(), NOW);
        sweep(Map.of(), NOW.plus(DAY.multipliedBy(2)));

        try (var files = Files.list(foreign)) {
            assertThat(files).containsExactly(foreign.resolve("notes.txt"));
        }
    }

    @Test
    void removesADirectoryThatStayedEmptyForADay() throws Exception {
        var empty = Files.createDirectories(top.resolve("app/never-started"));
        Files.setLastModifiedTime(empty, FileTime.from(NOW));

        sweep(Map.of(), NOW.plus(DAY).minusMillis(1));
        assertThat(empty).exists();
        sweep(Map.of(), NOW.plus(DAY));

        assertThat(top.resolve("app")).doesNotExist();
    }

    @Test
    void followsNoLinkOutOfItsDirectory(@TempDir Path elsewhere) throws Exception {
        Files.createDirectories(elsewhere.resolve("web-0"));
        Files.writeString(elsewhere.resolve("web-0/1.log"), "kept");
        Files.createSymbolicLink(top.resolve("app"), elsewhere);

        sweep(Map.of(), NOW);
        sweep(Map.of(), NOW.plus(DAY));

        assertThat(elsewhere.resolve("web-0/1.log")).exists();
    }

    @Test
    void findsNothingWhereThereIsNoDirectoryYet() {
        new LogSweep(top.resolve("absent")).sweep(new Needs.Needed(Set.of(), Map.of()), NOW);

        assertThat(top.resolve("absent")).doesNotExist();
    }

    private void sweep(Map<Path, Instant> logs, Instant now) {
        sweep.sweep(new Needs.Needed(Set.of(), logs), now);
    }

    private Path output(String directory, String... files) throws IOException {
        var path = Files.createDirectories(top.resolve(directory));
        for (var file : files) {
            Files.writeString(path.resolve(file), "output");
        }
        return path;
    }
}
