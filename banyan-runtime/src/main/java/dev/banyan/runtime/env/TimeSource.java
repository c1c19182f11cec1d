package dev.banyan.runtime.env;

import java.time.Duration;
import java.time.Instant;

/** Time, in two kinds that must not be mixed. Thread-safe. */
public interface TimeSource {
    /** Monotonic nanoseconds from an arbitrary origin. Every decision about elapsed time uses this one. */
    long nanos();

    /** Wall clock: for people, certificates and token expiry. It may jump either way. */
    Instant now();

    /** Monotonic time passed since {@code earlierNanos}, a former answer of {@link #nanos()}. */
    default Duration since(long earlierNanos) {
        return Duration.ofNanos(nanos() - earlierNanos);
    }
}
