package dev.banyan.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogLine.Stream;
import dev.banyan.api.v1.LogPosition;
import org.junit.jupiter.api.Test;

class LogProgressTest {
    private final LogProgress progress = new LogProgress();

    @Test
    void countsTheLinesOfOneTime() {
        read("web", 1, 10, Stream.STDOUT);
        read("web", 1, 20, Stream.STDOUT);
        read("web", 1, 20, Stream.STDOUT);

        assertThat(progress.of("web")).containsExactly(position("web", 1, 20, Stream.STDOUT, 2));
    }

    @Test
    void countsEachStreamOfItsOwn() {
        read("web", 1, 20, Stream.STDOUT);
        read("web", 1, 20, Stream.STDERR);
        read("web", 1, 20, Stream.STDERR);
        read("web", 1, 20, Stream.STDOUT);

        assertThat(progress.of("web")).containsExactly(position("web", 1, 20, Stream.STDOUT, 2));
    }

    @Test
    void beginsAnewWithTheNextAttempt() {
        read("web", 1, 20, Stream.STDOUT);
        read("web", 2, 20, Stream.STDOUT);

        assertThat(progress.of("web")).containsExactly(position("web", 2, 20, Stream.STDOUT, 1));
    }

    @Test
    void keepsTasksApartAndPassesOverWhatIsNoOutput() {
        read("web", 1, 10, Stream.STDOUT);
        read("db", 3, 30, Stream.STDERR);
        read("web", 0, 99, Stream.GAP);
        read("cache", 0, 99, Stream.AWAY);

        assertThat(progress.all())
                .containsExactlyInAnyOrder(
                        position("web", 1, 10, Stream.STDOUT, 1), position("db", 3, 30, Stream.STDERR, 1));
        assertThat(progress.of("cache")).isEmpty();
    }

    @Test
    void whatWasReadCountsMoreThanWhatIsTold() {
        var told = position("web", 1, 0, Stream.STDOUT, 0);
        progress.told(told);
        assertThat(progress.of("web")).containsExactly(told);

        read("web", 1, 10, Stream.STDOUT);
        progress.told(told);

        assertThat(progress.of("web")).containsExactly(position("web", 1, 10, Stream.STDOUT, 1));
    }

    @Test
    void forgetsTheTaskThatWasSilentForLongest() {
        read("first", 1, 1, Stream.STDOUT);
        read("second", 1, 1, Stream.STDOUT);
        read("first", 1, 2, Stream.STDOUT);
        for (int i = 0; i < 999; i++) {
            read("more" + i, 1, 1, Stream.STDOUT);
        }

        assertThat(progress.all()).hasSize(1_000);
        assertThat(progress.of("first")).hasSize(1);
        assertThat(progress.of("second")).isEmpty();
    }

    private void read(String task, int attempt, long time, Stream stream) {
        progress.read(LogLine.newBuilder()
                .setTask(task)
                .setAttempt(attempt)
                .setTimeNs(time)
                .setStream(stream)
                .build());
    }

    private static LogPosition position(String task, int attempt, long time, Stream stream, int number) {
        return LogPosition.newBuilder()
                .setTask(task)
                .setAttempt(attempt)
                .setTimeNs(time)
                .setStream(stream)
                .setNumber(number)
                .build();
    }
}
