package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = Backoff.of(Duration.ofMillis(10), Duration.ofSeconds(1), new SeededRandom(1));

    @Test
    void doublesUpToTheMaximumLessAFifthOfJitter() {
        assertThat(backoff.after(1)).isBetween(Duration.ofMillis(8), Duration.ofMillis(10));
        assertThat(backoff.after(2)).isBetween(Duration.ofMillis(16), Duration.ofMillis(20));
        assertThat(backoff.after(7)).isBetween(Duration.ofMillis(512), Duration.ofMillis(640));
        assertThat(backoff.after(8)).isBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
        assertThat(backoff.after(Integer.MAX_VALUE)).isBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
    }

    @Test
    void waitsAtLeastAsLongAsAKeyHeldItsPlaceAndLongerEachTime() {
        var held = Duration.ofMillis(100);
        assertThat(backoff.after(1, held)).isEqualTo(held);
        assertThat(backoff.after(3, held)).isEqualTo(Duration.ofMillis(400));
        assertThat(backoff.after(9, held)).isBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
        assertThat(backoff.after(1, Duration.ofMinutes(1)))
                .as("beyond the maximum")
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(backoff.after(9, Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
        assertThat(backoff.after(1, Duration.ZERO)).isBetween(Duration.ofMillis(8), Duration.ofMillis(10));
    }

    @Test
    void spreadsKeysThatFailedTogether() {
        assertThat(backoff.after(5)).isNotEqualTo(backoff.after(5));
    }

    @Test
    void refusesRangesThatWouldSpinOrNeverComeBack() {
        var random = new SeededRandom(1);

        assertThatThrownBy(() -> Backoff.of(Duration.ZERO, Duration.ofSeconds(1), random))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Backoff.of(Duration.ofSeconds(2), Duration.ofSeconds(1), random))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Backoff.of(Duration.ofSeconds(2), Duration.ofDays(2), random))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
