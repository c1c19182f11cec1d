package dev.banyan.runtime.queue;

import java.util.Objects;

/**
 * Why a key was asked for. Kept for people; nothing is decided from it.
 *
 * @param what a word or a short sentence, such as {@code tasks changed}; the same text each time, since one is made for each event
 * @param revision the store's revision that made it, 0 for none
 */
public record Cause(String what, long revision) {
    /** Asked for by a caller that gave no cause. */
    public static final Cause ADDED = new Cause("added", 0);

    /** Its own wish to come again. */
    public static final Cause DELAY = new Cause("delay over", 0);

    /** It failed. */
    public static final Cause FAILURE = new Cause("failure", 0);

    public Cause {
        Objects.requireNonNull(what, "what");
    }

    @Override
    public String toString() {
        return revision == 0 ? what : what + " at revision " + revision;
    }
}
