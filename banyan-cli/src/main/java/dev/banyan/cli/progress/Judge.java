package dev.banyan.cli.progress;

import java.util.Optional;

/** Says when following an app is over. Stepped; for one thread. */
public interface Judge {
    /**
     * Looks at a state.
     *
     * @param nowNanos monotonic time, never falling from one call to the next
     * @return empty while it is not over
     */
    Optional<Ending> step(AppState state, long nowNanos);
}
