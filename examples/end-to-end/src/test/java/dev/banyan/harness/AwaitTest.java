package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    @Test
    void asksUntilTheConditionHolds() {
        var asked = new AtomicInteger();

        Await.until(() -> asked.incrementAndGet() == 3, Duration.ofMinutes(2), () -> "three times");

        assertThat(asked).hasValue(3);
    }

    @Test
    void givesTheValueThatTheProbeFinds() {
        var asked = new AtomicInteger();

        int value = Await.value(
                () -> asked.incrementAndGet() < 2 ? Optional.empty() : Optional.of(asked.get()),
                Duration.ofMinutes(2),
                () -> "a value");

        assertThat(value).isEqualTo(2);
    }

    @Test
    void looksOnceMoreEvenWhenTheDeadlineHasPassed() {
        Await.until(() -> true, Duration.ZERO, () -> "at once");
    }

    @Test
    void saysAtTheDeadlineWhatItWaitedFor() {
        assertThatThrownBy(() -> Await.until(() -> false, Duration.ofMillis(1), () -> "the impossible"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not within 1 ms: the impossible");
    }

    @Test
    void failsWhenItsThreadIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Await.until(() -> false, Duration.ofMinutes(2), () -> "calm"))
                .hasMessageContaining("interrupted");
    }
}
