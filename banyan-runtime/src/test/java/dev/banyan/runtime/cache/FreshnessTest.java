package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private final Freshness freshness = new Freshness();

    @Test
    void isNotBehindWhatNobodyKnows() {
        freshness.applied(7);
        freshness.known(7, 100);

        assertThat(freshness.lag(1_000)).isEqualTo(Lag.NONE);
    }

    @Test
    void countsFromTheOldestMissingToTheNewestKnown() {
        freshness.applied(7);
        freshness.known(9, 100);
        freshness.known(12, 300);

        assertThat(freshness.lag(1_000)).isEqualTo(new Lag(5, Duration.ofNanos(900)));
        freshness.applied(9);
        assertThat(freshness.lag(1_000)).isEqualTo(new Lag(3, Duration.ofNanos(700)));
        freshness.applied(12);
        assertThat(freshness.lag(1_000)).isEqualTo(Lag.NONE);
    }

    @Test
    void learnsNothingFromWhatItHeardBefore() {
        freshness.known(9, 100);
        freshness.known(9, 300);
        freshness.known(8, 300);

        assertThat(freshness.lag(400)).isEqualTo(new Lag(9, Duration.ofNanos(300)));
    }

    @Test
    void staysExactInRevisionsWhenItHearsMoreThanItKeeps() {
        for (int revision = 1; revision <= 3 * Freshness.MISSING_MAX; revision++) {
            freshness.known(revision, revision);
        }

        assertThat(freshness.lag(1_001)).isEqualTo(new Lag(3L * Freshness.MISSING_MAX, Duration.ofNanos(1_000)));
        freshness.applied(3L * Freshness.MISSING_MAX);
        assertThat(freshness.lag(1_001)).isEqualTo(Lag.NONE);
    }

    @Test
    void forgetsAHistoryThatIsNoMore() {
        freshness.known(90, 100);
        freshness.forget();
        freshness.applied(5);

        assertThat(freshness.lag(400)).isEqualTo(Lag.NONE);
        freshness.known(6, 400);
        assertThat(freshness.lag(500)).isEqualTo(new Lag(1, Duration.ofNanos(100)));
    }
}
