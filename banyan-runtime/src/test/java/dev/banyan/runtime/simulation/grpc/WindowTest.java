package dev.banyan.runtime.simulation.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {
    private static final int KIB = 1024;

    private final Window window = new Window();

    @Test
    void isOpenUntilSixtyFourKibibytesAreUntaken() {
        window.sent(64 * KIB - 1);
        assertThat(window.open()).isTrue();

        window.sent(1);
        assertThat(window.open()).isFalse();
    }

    @Test
    void tellsOnceThatItHasOpened() {
        window.sent(100 * KIB);

        assertThat(window.opened(10 * KIB)).isFalse();
        assertThat(window.opened(30 * KIB)).isTrue();
        assertThat(window.opened(30 * KIB)).isFalse();
    }

    @Test
    void tellsTheOtherSideOfWhatWasTakenInLumps() {
        assertThat(window.took(20 * KIB)).isZero();
        assertThat(window.took(20 * KIB)).isEqualTo(40 * KIB);
        assertThat(window.took(KIB)).isZero();
    }
}
