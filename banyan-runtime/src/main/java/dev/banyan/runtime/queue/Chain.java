package dev.banyan.runtime.queue;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A list in order of arrival whose members carry their own links, so that one in the middle leaves at once. Not thread-safe. */
final class Chain<T> {
    /** A member's place in one chain. */
    static final class Link<T> {
        final T member;
        private @Nullable Link<T> before;
        private @Nullable Link<T> after;

        Link(T member) {
            this.member = member;
        }
    }

    private @Nullable Link<T> first;
    private @Nullable Link<T> last;
    private int size;

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return size;
    }

    /** The member that came first; only when not empty. */
    T first() {
        return Objects.requireNonNull(first).member;
    }

    void add(Link<T> link) {
        var tail = last;
        link.before = tail;
        if (tail == null) {
            first = link;
        } else {
            tail.after = link;
        }
        last = link;
        size++;
    }

    /** Takes out a link that is in this chain. */
    void remove(Link<T> link) {
        var before = link.before;
        var after = link.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        link.before = null;
        link.after = null;
        size--;
    }
}
