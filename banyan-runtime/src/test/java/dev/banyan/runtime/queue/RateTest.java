package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void letsABurstThroughAtOnceAndThenOneEachInterval() {
        var pacer = new Pacer(Rate.perSecond(2, 3));

        assertThat(takenAt(pacer, 0)).isEqualTo(3);
        assertThat(pacer.opensAt()).isEqualTo(SECOND / 2);
        assertThat(takenAt(pacer, SECOND / 2 - 1)).isZero();
        assertThat(takenAt(pacer, SECOND / 2)).isEqualTo(1);
        assertThat(takenAt(pacer, 3 * SECOND / 2)).isEqualTo(2);
    }

    @Test
    void earnsNoMoreThanItsBurst() {
        var pacer = new Pacer(Rate.perSecond(2, 3));
        pacer.taken(0);

        assertThat(takenAt(pacer, 3_600 * SECOND)).isEqualTo(3);
    }

    @Test
    void worksAcrossTheOverflowOfTheClock() {
        var pacer = new Pacer(Rate.perSecond(1, 1));
        long now = Long.MAX_VALUE - SECOND / 2;
        pacer.taken(now);

        assertThat(pacer.open(now)).isFalse();
        assertThat(pacer.open(now + SECOND)).isTrue();
    }

    @Test
    void neverClosesWithoutALimit() {
        var pacer = new Pacer(Rate.UNLIMITED);
        pacer.taken(0);

        assertThat(pacer.open(0)).isTrue();
    }

    @Test
    void refusesRatesThatWouldStopOrOverflow() {
        assertThatThrownBy(() -> Rate.perSecond(0, 1)).hasMessageContaining("not 0.0");
        assertThatThrownBy(() -> Rate.perSecond(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Rate.perSecond(2_000_000, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Rate.perSecond(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rate(Duration.ofMillis(-1), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rate(Duration.ofDays(2), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rate(Duration.ofHours(1), 100_000)).hasMessageContaining("more than a year");
    }

    private static int takenAt(Pacer pacer, long now) {
        int taken = 0;
        while (taken < 100 && pacer.open(now)) {
            pacer.taken(now);
            taken++;
        }
        return taken;
    }
}
