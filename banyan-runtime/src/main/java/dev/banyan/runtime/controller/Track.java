package dev.banyan.runtime.controller;

import dev.banyan.runtime.controller.RecordingStore.OwnWrites;
import dev.banyan.runtime.controller.Source.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one key's runs have in common: what the last one wrote, what came while it ran, and whether they follow each other though nothing
 * changes. Stepped and not thread-safe.
 */
final class Track {
    /**
     * A run that starts within this long after the last one ended, without a foreign change, has no reason outside itself. A reconciler that
     * asks for a longer delay paces itself.
     */
    static final Duration GAP = Duration.ofMillis(100);

    /** Runs without a reason before a key is hot: a reconciler that works in steps needs a few. */
    static final int HOT_RUNS = 10;

    /** Events kept until a run ends. Beyond it whose they are is not asked. */
    static final int DEFERRED_MAX = 64;

    private static final Duration PAUSE_MIN = Duration.ofMillis(10);
    private static final int PAUSE_DOUBLINGS_MAX = 10; // about ten seconds

    private List<Trigger> deferred = new ArrayList<>();
    private OwnWrites written = OwnWrites.NONE;
    private boolean running;
    private boolean foreign = true; // a reason from outside since the last start
    private int unchanged;
    private long endedNanos;

    /** Keeps an event until the run is over; false when nothing runs, or too many came. */
    boolean defer(Trigger trigger) {
        return running && deferred.size() < DEFERRED_MAX && deferred.add(trigger);
    }

    /** Whether the last run made what an event shows. */
    boolean made(Trigger trigger) {
        return written.explain(trigger);
    }

    /** Something outside asked for a run. */
    void foreign() {
        foreign = true;
    }

    /** A run begins. True when it makes the key hot. */
    boolean start(long now) {
        boolean reason = foreign || now - endedNanos >= GAP.toNanos() + pauseNanos();
        unchanged = reason ? 0 : unchanged + 1;
        foreign = false;
        running = true;
        return unchanged == HOT_RUNS;
    }

    /** The run is over. Answers what came meanwhile. */
    List<Trigger> end(OwnWrites own, long now) {
        running = false;
        written = own;
        endedNanos = now;
        if (deferred.isEmpty()) {
            return List.of();
        }
        var events = deferred;
        deferred = new ArrayList<>();
        return events;
    }

    /** How long a hot key has to wait yet. */
    Duration pause(long now) {
        long left = endedNanos + pauseNanos() - now;
        return foreign || left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    boolean hot() {
        return unchanged >= HOT_RUNS;
    }

    /** Nothing is left to be known: it does not run, its writes are in the caches, and the next run has a reason of its own. */
    boolean over(long applied, long now) {
        return !running && written.revision() <= applied && now - endedNanos >= GAP.toNanos() + pauseNanos();
    }

    private long pauseNanos() {
        return hot() ? PAUSE_MIN.toNanos() << Math.min(unchanged - HOT_RUNS, PAUSE_DOUBLINGS_MAX) : 0;
    }
}
