package dev.banyan.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class VerifyPaceTest {
    /** Monotonic clocks start anywhere, also below zero. */
    private static final long START = -5_000_000_000L;

    private final VerifyPace pace = new VerifyPace(START);

    @Test
    void isDueASecondAfterTheStart() {
        assertThat(pace.due(at(999))).isFalse();
        assertThat(pace.due(at(1_000))).isTrue();
    }

    @Test
    void looksEverySecondWhileThatIsCheap() {
        pace.looked(at(1_000), at(1_020));

        assertThat(pace.due(at(2_019))).isFalse();
        assertThat(pace.due(at(2_020))).isTrue();
    }

    @Test
    void spendsAtMostTwoPartsInAHundredOnLooking() {
        pace.looked(at(1_000), at(1_190));

        assertThat(pace.due(at(1_190 + 9_499))).isFalse();
        assertThat(pace.due(at(1_190 + 9_500))).isTrue();
    }

    @Test
    void looksOnceAMinuteWhateverItTakes() {
        pace.looked(at(0), at(5_000));

        assertThat(pace.due(at(64_999))).isFalse();
        assertThat(pace.due(at(65_000))).isTrue();
    }

    @Test
    void isQuickAgainOnceLookingIs() {
        pace.looked(at(0), at(500));
        pace.looked(at(25_500), at(25_501));

        assertThat(pace.due(at(26_501))).isTrue();
    }

    private static long at(long millis) {
        return START + Duration.ofMillis(millis).toNanos();
    }
}
