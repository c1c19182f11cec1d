package dev.banyan.runtime.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/** What happened in a simulation: a hash over everything, and the last events in words. Not thread-safe. */
public final class Trace {
    /** Events that are kept in words. */
    public static final int LAST = 200;

    private static final long HASH_START = 0xcbf29ce484222325L; // FNV-1a
    private static final long HASH_FACTOR = 0x100000001b3L;

    private record Event(long nanos, String actor, String action) {
        @Override
        public String toString() {
            return Duration.ofNanos(nanos) + " " + actor + ": " + action;
        }
    }

    private final SimulatedTime time;
    private final ArrayDeque<Event> last = new ArrayDeque<>();
    private long hash = HASH_START;
    private long events;

    Trace(SimulatedTime time) {
        this.time = time;
    }

    /** Notes that {@code actor} did {@code action}. Both count for the hash, so nothing that differs from run to run belongs in them. */
    public void note(String actor, String action) {
        mix(time.nanos());
        mix(actor.hashCode());
        mix(action.hashCode());
        events++;
        if (last.size() == LAST) {
            last.removeFirst();
        }
        last.add(new Event(time.nanos(), actor, action));
    }

    /** Notes that a task ran. */
    void ran(int task) {
        mix(time.nanos());
        mix(task);
    }

    long hash() {
        return hash;
    }

    /** How many events were noted. */
    public long events() {
        return events;
    }

    /** The last events in words, the newest at the end. */
    public List<String> last() {
        return last.stream().map(Event::toString).toList();
    }

    private void mix(long value) {
        hash = (hash ^ value) * HASH_FACTOR;
    }
}
