package dev.banyan.runtime.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The earliest of many, each of which knows its place and so leaves or moves in logarithmic time without being searched. Gives memory back
 * as it empties. Not thread-safe.
 */
final class TimeHeap<T extends Timed> {
    private static final int CAPACITY_MIN = 16;

    private @Nullable Timed[] slots = new Timed[CAPACITY_MIN];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The earliest; only when not empty. */
    T first() {
        return at(0);
    }

    void add(T member) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size * 2);
        }
        size++;
        up(size - 1, member);
    }

    void remove(T member) {
        int hole = member.slot;
        member.slot = -1;
        size--;
        T last = at(size);
        slots[size] = null;
        if (hole < size) {
            settle(hole, last);
        }
        if (slots.length > CAPACITY_MIN && size < slots.length / 4) {
            slots = Arrays.copyOf(slots, slots.length / 2);
        }
    }

    /** The member's time has changed. */
    void moved(T member) {
        settle(member.slot, member);
    }

    private void settle(int slot, T member) {
        if (slot > 0 && before(member, at((slot - 1) >>> 1))) {
            up(slot, member);
        } else {
            down(slot, member);
        }
    }

    private void up(int from, T member) {
        int slot = from;
        while (slot > 0) {
            int parent = (slot - 1) >>> 1;
            T above = at(parent);
            if (!before(member, above)) {
                break;
            }
            put(slot, above);
            slot = parent;
        }
        put(slot, member);
    }

    private void down(int from, T member) {
        int slot = from;
        while (2 * slot + 1 < size) {
            int child = 2 * slot + 1;
            if (child + 1 < size && before(at(child + 1), at(child))) {
                child++;
            }
            T below = at(child);
            if (!before(below, member)) {
                break;
            }
            put(slot, below);
            slot = child;
        }
        put(slot, member);
    }

    private void put(int slot, T member) {
        slots[slot] = member;
        member.slot = slot;
    }

    /** Only members of this heap are in its slots, and only slots below its size are asked for. */
    @SuppressWarnings({"unchecked", "NullAway"})
    private T at(int slot) {
        return (T) slots[slot];
    }

    /** Monotonic time may overflow, so times are compared by their difference. */
    private static boolean before(Timed left, Timed right) {
        long difference = left.at - right.at;
        return difference < 0 || (difference == 0 && left.order < right.order);
    }
}
