package dev.banyan.runtime.simulation.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.grpc.KeepAlive.Due;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final KeepAlive keepAlive = new KeepAlive(0);

    @Test
    void pingsAfterTenSecondsOfSilenceAndGivesUpFiveLater() {
        assertThat(keepAlive.look(10 * SECOND - 1, true)).isEqualTo(Due.NOTHING);
        assertThat(keepAlive.look(10 * SECOND, true)).isEqualTo(Due.PING);
        assertThat(keepAlive.nextNanos(true)).isEqualTo(15 * SECOND);
        assertThat(keepAlive.look(15 * SECOND - 1, true)).isEqualTo(Due.NOTHING);
        assertThat(keepAlive.look(15 * SECOND, true)).isEqualTo(Due.GIVE_UP);
    }

    @Test
    void beginsAnewWithEachSignOfLife() {
        assertThat(keepAlive.look(10 * SECOND, true)).isEqualTo(Due.PING);
        keepAlive.heard(14 * SECOND);

        assertThat(keepAlive.look(15 * SECOND, true)).isEqualTo(Due.NOTHING);
        assertThat(keepAlive.nextNanos(true)).isEqualTo(24 * SECOND);
    }

    @Test
    void asksNobodyWhileNobodyNeedsTheConnection() {
        assertThat(keepAlive.nextNanos(false)).isEqualTo(Long.MAX_VALUE);
        assertThat(keepAlive.look(100 * SECOND, false)).isEqualTo(Due.NOTHING);
    }
}
