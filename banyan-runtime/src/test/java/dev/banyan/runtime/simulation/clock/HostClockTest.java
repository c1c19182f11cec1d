package dev.banyan.runtime.simulation.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.simulation.SimulatedTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HostClockTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final SimulatedTime truth = new SimulatedTime();
    private final HostClock clock = new HostClock(truth);

    @Test
    void showsTheTruthWithoutFaults() {
        truth.advance(HOUR);

        assertThat(clock.nanos()).isEqualTo(truth.nanos());
        assertThat(clock.bootNanos()).isEqualTo(truth.nanos());
        assertThat(clock.now()).isEqualTo(truth.now());
        assertThat(clock.trueNanosAt(12_345 + truth.nanos())).isEqualTo(12_345 + truth.nanos());
    }

    @Test
    void showsTheTruthWhenItIsMadeLater() {
        truth.advance(HOUR);

        assertThat(new HostClock(truth).nanos()).isEqualTo(HOUR.toNanos());
    }

    @Test
    void driftsOnAllReadingsFromTheMomentItIsTold() {
        truth.advance(HOUR);
        clock.drift(200);
        truth.advance(HOUR);

        var ahead = Duration.ofMillis(720); // 200 ppm of an hour
        assertThat(clock.nanos()).isEqualTo(HOUR.multipliedBy(2).plus(ahead).toNanos());
        assertThat(clock.bootNanos()).isEqualTo(clock.nanos());
        assertThat(clock.now()).isEqualTo(truth.now().plus(ahead));
    }

    @Test
    void keepsWhatItHasGainedWhenTheDriftEnds() {
        clock.drift(-200);
        truth.advance(HOUR);
        clock.drift(0);
        truth.advance(HOUR);

        assertThat(clock.now()).isEqualTo(truth.now().minusMillis(720));
        assertThat(clock.driftPpm()).isZero();
    }

    @Test
    void jumpsOnTheWallClockAlone() {
        truth.advance(HOUR);
        clock.jump(Duration.ofMinutes(-5));
        clock.jump(Duration.ofMinutes(2));

        assertThat(clock.now()).isEqualTo(truth.now().minus(Duration.ofMinutes(3)));
        assertThat(clock.nanos()).isEqualTo(truth.nanos());
        assertThat(clock.bootNanos()).isEqualTo(truth.nanos());
    }

    @Test
    void standsStillOnTheMonotonicClockAlone() {
        truth.advance(HOUR);
        clock.freeze();
        truth.advance(HOUR);

        assertThat(clock.nanos()).isEqualTo(HOUR.toNanos());
        assertThat(clock.bootNanos()).isEqualTo(truth.nanos());
        assertThat(clock.now()).isEqualTo(truth.now());
        assertThat(clock.trueNanosAt(2 * HOUR.toNanos())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void goesOnWhereItStoodStill() {
        clock.freeze();
        truth.advance(HOUR);
        clock.thaw();
        truth.advance(Duration.ofMinutes(1));

        assertThat(clock.nanos()).isEqualTo(Duration.ofMinutes(1).toNanos());
        assertThat(clock.trueNanosAt(Duration.ofMinutes(2).toNanos()))
                .isEqualTo(HOUR.plusMinutes(2).toNanos());
    }

    @Test
    void startsAnewAtARebootButForTheWallClock() {
        truth.advance(HOUR);
        clock.jump(Duration.ofMinutes(1));
        clock.reboot();
        truth.advance(Duration.ofSeconds(1));

        assertThat(clock.nanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(clock.bootNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(clock.now()).isEqualTo(truth.now().plus(Duration.ofMinutes(1)));
    }

    @Test
    void refusesADriftBeyondTheWorst() {
        assertThatThrownBy(() -> clock.drift(HostClock.DRIFT_MAX_PPM + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ppm");
    }

    @Test
    void aDeadlineHasPassedAtItsTrueTimeAndNotANanosecondBefore() {
        var random = new SeededRandom(4);
        for (int i = 0; i < 2_000; i++) {
            var time = new SimulatedTime();
            var drifting = new HostClock(time);
            time.advance(Duration.ofNanos(random.nextLong(HOUR.toNanos())));
            drifting.drift(random.nextInt(2 * HostClock.DRIFT_MAX_PPM + 1) - HostClock.DRIFT_MAX_PPM);
            long deadline = drifting.nanos() + 1 + random.nextLong(1L << (1 + random.nextInt(52)));
            long at = drifting.trueNanosAt(deadline);

            time.advance(Duration.ofNanos(at - 1 - time.nanos()));
            assertThat(drifting.nanos()).isLessThan(deadline);
            time.advance(Duration.ofNanos(1));
            assertThat(drifting.nanos()).isGreaterThanOrEqualTo(deadline);
        }
    }

    @Test
    void doesNotOverflowInCenturies() {
        clock.drift(200);

        assertThat(clock.trueNanosAt(Long.MAX_VALUE - 1)).isPositive();
        assertThat(clock.trueNanosAt(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }
}
