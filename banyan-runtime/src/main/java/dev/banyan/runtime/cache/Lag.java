package dev.banyan.runtime.cache;

import java.time.Duration;
import java.util.ArrayDeque;

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

    /** Which revisions are known to exist and not yet applied, and since when. Stepped; its owner locks. */
    static final class Meter {
        /** Far more than any process asks for while it is behind; beyond it the newest only grows, and the lag stays exact in revisions. */
        static final int MISSING_MAX = 64;

        private record Missing(long revision, long sinceNanos) {}

        private final ArrayDeque<Missing> missing = new ArrayDeque<>(); // by revision and by time
        private long applied;

        /** The store has reached {@code revision}. */
        void known(long revision, long nowNanos) {
            if (revision <= applied
                    || (!missing.isEmpty() && revision <= missing.getLast().revision())) {
                return;
            }
            long since = nowNanos;
            if (missing.size() == MISSING_MAX) {
                since = missing.removeLast().sinceNanos();
            }
            missing.addLast(new Missing(revision, since));
        }

        /** The copy shows {@code revision}. */
        void applied(long revision) {
            applied = revision;
            while (!missing.isEmpty() && missing.getFirst().revision() <= revision) {
                missing.removeFirst();
            }
        }

        /** The store has another history: what was known of the old one says nothing. */
        void forget() {
            missing.clear();
        }

        Lag lag(long nowNanos) {
            return missing.isEmpty()
                    ? Lag.NONE
                    : new Lag(
                            missing.getLast().revision() - applied,
                            Duration.ofNanos(nowNanos - missing.getFirst().sinceNanos()));
        }
    }
}
