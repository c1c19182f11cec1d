package dev.banyan.runtime.queue;

/** A member of a {@link TimeHeap}. Its fields are the heap's while it is in one. */
class Timed {
    /** Monotonic nanoseconds by which the heap is ordered; changed only outside the heap or followed by {@link TimeHeap#moved}. */
    long at;

    /** Settles ties. */
    long order;

    /** Position in the heap, -1 outside. */
    int slot = -1;
}
