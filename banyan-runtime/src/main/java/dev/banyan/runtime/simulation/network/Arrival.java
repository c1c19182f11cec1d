package dev.banyan.runtime.simulation.network;

/** What a wait for the other side came to. */
public sealed interface Arrival {
    /** What the other side sent. */
    record Message(Object value) implements Arrival {}

    /** The other side has closed the connection in order; nothing comes after this. */
    record End() implements Arrival {}

    /** Nothing came in time. */
    record Nothing() implements Arrival {}
}
