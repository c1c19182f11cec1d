package dev.banyan.runtime.cache;

import java.time.Duration;

/**
 * How far a copy is behind what is known of the store. What nobody has told this process of is not counted, so it is worth as much as the
 * last question to the store: see {@link Informer#storeReached}, which the auditor calls every few seconds.
 *
 * @param revisions from the revision that the copy shows to the newest known; 0 when it shows that
 * @param duration how long the oldest missing revision has been known; zero when none is
 */
public record Lag(long revisions, Duration duration) {
    /** Not behind. */
    public static final Lag NONE = new Lag(0, Duration.ZERO);
}
