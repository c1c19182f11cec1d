package dev.banyan.agent.container.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFollowerTest {
    private static final LogRotation ROTATION = new LogRotation(1, 3);

    @TempDir
    Path directory = Path.of("");

    private Path log = Path.of("");

    @BeforeEach
    void nameLog() {
        log = directory.resolve("0.log");
    }

    @Test
    void beginsWithTheLastLinesAndGoesOn() throws Exception {
        write("a", "b", "c");

        try (var follower = LogFollower.fromTail(log, ROTATION, 2)) {
            assertThat(texts(follower)).containsExactly("b", "c");
            assertThat(texts(follower)).isEmpty();
            write("d");
            assertThat(texts(follower)).containsExactly("d");
        }
    }

    @Test
    void beginsWithNothingWhenAskedForNone() throws Exception {
        write("a");

        try (var follower = LogFollower.fromTail(log, ROTATION, 0)) {
            assertThat(texts(follower)).isEmpty();
            write("b");
            assertThat(texts(follower)).containsExactly("b");
        }
    }

    @Test
    void takesTheLastLinesFromRotatedFilesToo() throws Exception {
        write("a", "b");
        rotate();
        write("c");
        rotate();
        write("d");

        assertThat(tail(1)).containsExactly("d");
        assertThat(tail(2)).containsExactly("c", "d");
        assertThat(tail(3)).containsExactly("b", "c", "d");
        assertThat(tail(Integer.MAX_VALUE)).containsExactly("a", "b", "c", "d");
    }

    @Test
    void followsOverARotation() throws Exception {
        write("a");
        try (var follower = LogFollower.fromTail(log, ROTATION, 9)) {
            texts(follower);

            write("b");
            rotate();
            write("c");

            assertThat(all(follower)).containsExactly("b", "c");
        }
    }

    @Test
    void readsWhatWasWrittenToTheOldFileAfterTheNewOneWasThere() throws Exception {
        write("a");
        try (var follower = LogFollower.fromTail(log, ROTATION, 9)) {
            texts(follower);
            rotate();
            write("c");
            assertThat(texts(follower)).isEmpty();

            Files.writeString(rotated(1), line("b"), StandardOpenOption.APPEND);

            assertThat(all(follower)).containsExactly("b", "c");
        }
    }

    @Test
    void followsOverSeveralRotationsAtOnce() throws Exception {
        write("a");
        try (var follower = LogFollower.fromTail(log, ROTATION, 9)) {
            texts(follower);
            rotate();
            write("b");
            rotate();
            write("c");

            assertThat(all(follower)).containsExactly("b", "c");
        }
    }

    @Test
    void goesOnWithTheOldestThatIsLeftWhenItsOwnFileWasDeleted() throws Exception {
        write("a");
        try (var follower = LogFollower.fromTail(log, ROTATION, 9)) {
            texts(follower);
            for (var text : List.of("b", "c", "d")) {
                rotate();
                write(text);
            }

            assertThat(all(follower)).containsExactly("b", "c", "d");
        }
    }

    @Test
    void waitsForAFileThatIsNotThereYet() throws Exception {
        try (var follower = LogFollower.fromTail(log, ROTATION, 9)) {
            assertThat(texts(follower)).isEmpty();
            write("a");
            rotate();
            write("b");
            assertThat(all(follower)).containsExactly("a", "b");
        }
    }

    @Test
    void joinsALineWhosePartsAreInTwoFiles() throws Exception {
        Files.writeString(log, "2026-11-21T00:00:00Z stdout P one \n");
        try (var follower = LogFollower.fromTail(log, ROTATION, 9)) {
            rotate();
            write("two");

            assertThat(all(follower)).containsExactly("one two");
        }
    }

    @Test
    void readsLogsLargerThanOneRead() throws Exception {
        var many = IntStream.range(0, 20_000).mapToObj(i -> "line " + i).toArray(String[]::new);

        try (var follower = LogFollower.fromTail(log, ROTATION, 0)) {
            write(many);
            assertThat(all(follower)).containsExactly(many);
        }
        assertThat(tail(3)).containsExactly("line 19997", "line 19998", "line 19999");
    }

    @Test
    void deliversUntilItsTaskIsCancelled() throws Exception {
        write("a");
        var env = new SystemEnv();
        var seen = new CopyOnWriteArrayList<String>();
        var arrived = env.signal();
        try (var follower = LogFollower.fromTail(log, ROTATION, 9)) {
            var task = env.tasks()
                    .spawn(
                            "follow",
                            () -> follower.deliver(env, line -> {
                                seen.add(line.text());
                                arrived.raise();
                            }));
            arrived.await();
            write("b");
            arrived.await();
            task.cancel();
            task.join();
        }

        assertThat(seen).containsExactly("a", "b");
    }

    private List<String> tail(int lines) {
        try (var follower = LogFollower.fromTail(log, ROTATION, lines)) {
            return texts(follower);
        }
    }

    @Test
    void countsOnlyTheLinesThatAreWanted() throws Exception {
        write("a", "no", "b", "no", "c", "no");

        try (var follower =
                LogFollower.fromTail(log, ROTATION, 2, line -> !line.text().equals("no"))) {
            assertThat(texts(follower)).containsExactly("b", "c");
            assertThat(follower.beginning().number())
                    .as("all lines of that time")
                    .isEqualTo(6);
        }
    }

    @Test
    void goesOnBehindALineOverRotations() throws Exception {
        write("a", "b");
        rotate();
        write("c", "d");
        var place = place(3);
        rotate();
        write("e");

        try (var follower = LogFollower.after(log, ROTATION, place, any -> true).orElseThrow()) {
            assertThat(all(follower)).containsExactly("d", "e");
            write("f");
            assertThat(all(follower)).containsExactly("f");
        }
    }

    @Test
    void goesOnBehindTheNewestLine() throws Exception {
        write("a", "b");

        try (var follower =
                LogFollower.after(log, ROTATION, place(2), any -> true).orElseThrow()) {
            assertThat(all(follower)).isEmpty();
            write("c");
            assertThat(all(follower)).containsExactly("c");
        }
    }

    @Test
    void knowsWhenALineIsNotThereAnyMore() throws Exception {
        write("a", "b", "c");

        assertThat(LogFollower.after(log, ROTATION, place(4), any -> true)).isEmpty();
        assertThat(LogFollower.after(
                        log, ROTATION, new LogPlace(place(1).time(), LogLine.Stream.STDERR, 1), any -> true))
                .isEmpty();
        try (var all = LogFollower.after(log, ROTATION, LogPlace.BEGINNING, any -> true)
                .orElseThrow()) {
            assertThat(all(all)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void theNewestLineMayBeInARotatedFile() throws Exception {
        write("a", "b");
        rotate();
        Files.createFile(log);

        try (var follower = LogFollower.fromTail(log, ROTATION, 0)) {
            assertThat(follower.beginning()).isEqualTo(place(2));
        }
        try (var none = LogFollower.fromTail(log.resolveSibling("none"), ROTATION, 0)) {
            assertThat(none.beginning()).isEqualTo(LogPlace.BEGINNING);
        }
    }

    private static LogPlace place(int number) {
        return new LogPlace(Instant.parse("2026-11-21T00:00:00Z"), LogLine.Stream.STDOUT, number);
    }

    private static List<String> texts(LogFollower follower) {
        return follower.poll().stream().map(LogLine::text).toList();
    }

    /** Polls until nothing has come twice, as a follower needs a second look before it leaves a file. */
    private static List<String> all(LogFollower follower) {
        var all = new ArrayList<String>();
        int empty = 0;
        while (empty < 2) {
            var texts = texts(follower);
            all.addAll(texts);
            empty = texts.isEmpty() ? empty + 1 : 0;
        }
        return all;
    }

    private void write(String... texts) throws Exception {
        var lines = new StringBuilder();
        for (var text : texts) {
            lines.append(line(text));
        }
        Files.writeString(log, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String line(String text) {
        return "2026-11-21T00:00:00Z stdout F " + text + "\n";
    }

    private void rotate() throws Exception {
        for (var move : ROTATION.plan(log, Long.MAX_VALUE)) {
            if (Files.exists(move.from())) {
                Files.move(move.from(), move.to(), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path rotated(int age) {
        return log.resolveSibling("0.log." + age);
    }
}
