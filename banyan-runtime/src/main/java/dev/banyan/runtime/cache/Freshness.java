package dev.banyan.runtime.cache;

import java.time.Duration;
import java.util.ArrayDeque;

/** Which revisions are known to exist and not yet applied, and since when. Stepped; its owner locks. */
final class Freshness {
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
