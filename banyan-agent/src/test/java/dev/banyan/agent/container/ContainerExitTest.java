package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ContainerExitTest {
    @Test
    void tellsSignalsFromExitCodes() {
        assertThat(exit(3, false).signal()).isEmpty();
        assertThat(exit(128, false).signal()).isEmpty();
        assertThat(exit(143, false).signal()).hasValue(15);
        assertThat(exit(255, false).signal()).isEmpty();
    }

    @Test
    void saysInWordsHowItEnded() {
        assertThat(exit(0, false).reason()).isEqualTo("exit code 0");
        assertThat(exit(137, false).reason()).isEqualTo("killed by signal 9");
        assertThat(exit(137, true).reason()).isEqualTo("out of memory");
    }

    private static ContainerExit exit(int code, boolean oomKilled) {
        return new ContainerExit(code, Instant.EPOCH, oomKilled);
    }
}
