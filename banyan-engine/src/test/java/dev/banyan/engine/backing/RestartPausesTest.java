package dev.banyan.engine.backing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartPausesTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final RestartPauses pauses = new RestartPauses();

    @Test
    void startsTheFirstTimeAndAfterTheFirstDeathAtOnce() {
        assertThat(pauses.remaining(0)).isZero();
        pauses.started(0);

        assertThat(pauses.remaining(1)).isZero();
    }

    @Test
    void waitsLongerEachTimeForOneThatKeepsDying() {
        long now = 7 * SECOND;
        var waited = new ArrayList<Duration>();
        pauses.started(now);
        for (int i = 0; i < 8; i++) {
            pauses.started(now);
            var pause = pauses.remaining(now);
            waited.add(pause);
            now += pause.toNanos();
            assertThat(pauses.remaining(now)).isZero();
        }

        assertThat(waited)
                .isEqualTo(List.of(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30)));
    }

    @Test
    void countsThePauseFromTheLastStart() {
        pauses.started(0);
        pauses.started(0);
        pauses.started(0);

        assertThat(pauses.remaining(SECOND / 4)).isEqualTo(Duration.ofMillis(750));
        assertThat(pauses.remaining(2 * SECOND)).isZero();
    }

    @Test
    void forgivesOneThatLivedForHalfAMinute() {
        for (int i = 0; i < 6; i++) {
            pauses.started(0);
        }
        assertThat(pauses.remaining(40 * SECOND)).isZero();

        pauses.started(40 * SECOND);

        assertThat(pauses.remaining(40 * SECOND)).isEqualTo(Duration.ofMillis(500));
    }
}
