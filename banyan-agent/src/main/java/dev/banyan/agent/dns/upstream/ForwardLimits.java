package dev.banyan.agent.dns.upstream;

import dev.banyan.agent.host.Ipv4Address;
import java.util.HashMap;
import java.util.Map;

/**
 * How many questions are under way to others at once: in all, of one asker, and one and the same of one asker. The last ends a loop, in
 * which a server that is asked is a container that asks here in turn. Thread-safe.
 */
public final class ForwardLimits {
    /** Each takes a port and some 20 KB for some seconds at most. */
    static final int ALL = 512;

    /** So that one container cannot keep the others from asking. */
    static final int OF_ONE = 128;

    /** A resolver repeats itself once or twice; a loop does so without end. */
    static final int ALIKE = 3;

    private final Map<Object, Integer> underWay = new HashMap<>(); // guarded by this
    private int all; // guarded by this

    private record Alike(Ipv4Address asker, AnswerCache.Key question) {}

    /** Takes a place, to be given back by {@link #leave}; false when there is none. */
    public synchronized boolean enter(Ipv4Address asker, AnswerCache.Key question) {
        var alike = new Alike(asker, question);
        if (all >= ALL || underWay.getOrDefault(asker, 0) >= OF_ONE || underWay.getOrDefault(alike, 0) >= ALIKE) {
            return false;
        }
        all++;
        underWay.merge(asker, 1, Integer::sum);
        underWay.merge(alike, 1, Integer::sum);
        return true;
    }

    /** Gives back what {@link #enter} took. */
    public synchronized void leave(Ipv4Address asker, AnswerCache.Key question) {
        all--;
        less(asker);
        less(new Alike(asker, question));
    }

    private void less(Object key) {
        underWay.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }
}
