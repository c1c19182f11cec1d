package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.workload.HealthTracker.State;
import dev.banyan.api.v1.HealthCheck;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthTrackerTest {
    private final HealthTracker tracker = new HealthTracker(
            HealthCheck.newBuilder().setRetries(3).setStartPeriodMs(5_000).build(), Duration.ofSeconds(1), 0);

    @Test
    void isStartingBeforeTheFirstVerdict() {
        assertThat(tracker.state()).isEqualTo(State.STARTING);
    }

    @Test
    void oneSuccessMakesItHealthy() {
        tracker.succeeded();

        assertThat(tracker.state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void isUnhealthyAfterItsRetriesInARow() {
        tracker.succeeded();

        tracker.failed(at(1));
        tracker.failed(at(2));
        assertThat(tracker.state()).isEqualTo(State.HEALTHY);

        tracker.failed(at(3));
        assertThat(tracker.state()).isEqualTo(State.UNHEALTHY);
    }

    @Test
    void aSuccessBetweenFailuresStartsTheCountAnew() {
        tracker.failed(at(6));
        tracker.failed(at(7));
        tracker.succeeded();
        tracker.failed(at(8));

        assertThat(tracker.state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void failuresInTheStartPeriodDoNotCount() {
        for (int second = 0; second < 5; second++) {
            tracker.failed(at(second));
        }
        assertThat(tracker.state()).isEqualTo(State.STARTING);

        tracker.failed(at(5));
        tracker.failed(at(6));
        tracker.failed(at(7));
        assertThat(tracker.state()).isEqualTo(State.UNHEALTHY);
    }

    @Test
    void failuresOfExtraChecksWhileItStartsDoNotCount() {
        tracker.failed(at(5));
        for (int extra = 1; extra < 10; extra++) {
            tracker.failed(at(5) + Duration.ofMillis(100L * extra).toNanos());
        }
        assertThat(tracker.state()).isEqualTo(State.STARTING);

        tracker.failed(at(6));
        tracker.failed(at(7));
        assertThat(tracker.state()).isEqualTo(State.UNHEALTHY);
    }

    @Test
    void anExtraCheckThatSucceedsMakesItHealthyAtOnce() {
        tracker.failed(at(5));
        tracker.succeeded();

        assertThat(tracker.state()).isEqualTo(State.HEALTHY);
    }

    private static long at(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
