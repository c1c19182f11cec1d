package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagTest {
    private final Lag.Meter meter = new Lag.Meter();

    @Test
    void isNotBehindWhatNobodyKnows() {
        meter.applied(7);
        meter.known(7, 100);

        assertThat(meter.lag(1_000)).isEqualTo(Lag.NONE);
    }

    @Test
    void countsFromTheOldestMissingToTheNewestKnown() {
        meter.applied(7);
        meter.known(9, 100);
        meter.known(12, 300);

        assertThat(meter.lag(1_000)).isEqualTo(new Lag(5, Duration.ofNanos(900)));
        meter.applied(9);
        assertThat(meter.lag(1_000)).isEqualTo(new Lag(3, Duration.ofNanos(700)));
        meter.applied(12);
        assertThat(meter.lag(1_000)).isEqualTo(Lag.NONE);
    }

    @Test
    void learnsNothingFromWhatItHeardBefore() {
        meter.known(9, 100);
        meter.known(9, 300);
        meter.known(8, 300);

        assertThat(meter.lag(400)).isEqualTo(new Lag(9, Duration.ofNanos(300)));
    }

    @Test
    void staysExactInRevisionsWhenItHearsMoreThanItKeeps() {
        for (int revision = 1; revision <= 3 * Lag.Meter.MISSING_MAX; revision++) {
            meter.known(revision, revision);
        }

        assertThat(meter.lag(1_001)).isEqualTo(new Lag(3L * Lag.Meter.MISSING_MAX, Duration.ofNanos(1_000)));
        meter.applied(3L * Lag.Meter.MISSING_MAX);
        assertThat(meter.lag(1_001)).isEqualTo(Lag.NONE);
    }

    @Test
    void forgetsAHistoryThatIsNoMore() {
        meter.known(90, 100);
        meter.forget();
        meter.applied(5);

        assertThat(meter.lag(400)).isEqualTo(Lag.NONE);
        meter.known(6, 400);
        assertThat(meter.lag(500)).isEqualTo(new Lag(1, Duration.ofNanos(100)));
    }
}
