package dev.banyan.runtime.simulation.grpc;

import java.time.Duration;

/** Asks a silent peer whether it is there, and tells when it is not. Stepped; times are the caller's. */
final class KeepAlive {
    /** What is due. */
    enum Due {
        NOTHING,
        PING,
        /** The peer is gone. */
        GIVE_UP
    }

    private static final long SILENCE = Duration.ofSeconds(10).toNanos();
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();
    private static final long NEVER = Long.MAX_VALUE;

    private long heardNanos;
    private long giveUpNanos = NEVER;

    KeepAlive(long nowNanos) {
        heardNanos = nowNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
        giveUpNanos = NEVER;
    }

    /** When something is due next; {@code active}: whether anybody needs the connection. */
    long nextNanos(boolean active) {
        if (giveUpNanos != NEVER) {
            return giveUpNanos;
        }
        return active ? heardNanos + SILENCE : NEVER;
    }

    Due look(long nowNanos, boolean active) {
        if (nextNanos(active) > nowNanos) {
            return Due.NOTHING;
        }
        if (giveUpNanos != NEVER) {
            return Due.GIVE_UP;
        }
        giveUpNanos = nowNanos + PATIENCE;
        return Due.PING;
    }
}
