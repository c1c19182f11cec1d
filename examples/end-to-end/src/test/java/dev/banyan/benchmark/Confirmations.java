package dev.banyan.benchmark;

import dev.banyan.harness.Await;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which changes all agents have confirmed, and how long after the change the last of them did. Both are known from watches of one program,
 * so that what it takes to be told is in both. Thread-safe.
 */
final class Confirmations {
    private final int agents;
    private final TreeMap<Long, Long> open = new TreeMap<>(); // revision to time; guarded by this, as all below
    private final Map<String, Long> confirmed = new HashMap<>();
    private Figures figures = new Figures("");
    private long count;

    Confirmations(int agents) {
        this.agents = agents;
    }

    /** Samples from now on are of another quantity. */
    synchronized void begin(String what) {
        figures = new Figures(what);
    }

    synchronized Figures figures() {
        return figures;
    }

    /** How many changes were confirmed by all so far. */
    synchronized long count() {
        return count;
    }

    /** Endpoints changed at a revision, seen at a time in nanoseconds. */
    synchronized void changed(long revision, long nanos) {
        open.put(revision, nanos);
        close(nanos);
    }

    /** An agent's kernel has what the store had at a revision. */
    synchronized void reported(String agent, long revision, long nanos) {
        confirmed.merge(agent, revision, Math::max);
        close(nanos);
    }

    /** Waits until every change that was seen is confirmed by all. */
    void settled(Duration most) {
        Await.until(this::none, most, () -> "every change is confirmed");
    }

    private synchronized boolean none() {
        return open.isEmpty();
    }

    private void close(long nanos) {
        if (confirmed.size() < agents) {
            return;
        }
        long least = confirmed.values().stream().min(Long::compare).orElseThrow();
        for (Iterator<Long> times = open.headMap(least, true).values().iterator(); times.hasNext(); count++) {
            figures.add(Math.max(0, nanos - times.next()));
            times.remove();
        }
    }
}
