package dev.banyan.runtime.queue;

import dev.banyan.runtime.queue.WorkQueue.State;

/** All that is known of one key, one object for as long as anything is. As a {@link Timed} it is in the heap of waiting keys. */
final class Entry<K> extends Timed {
    final K key;
    final Owner<K> owner;
    final Chain.Link<Entry<K>> inLane = new Chain.Link<>(this);
    final Chain.Link<Entry<K>> byAge = new Chain.Link<>(this);

    State state = State.IDLE;
    Lane lane = Lane.FRESH;
    Cause cause = Cause.ADDED;
    long since; // when it came into its state
    int budget; // which rate it counts against as the oldest; fixed while it is ready
    long waited; // how long it was due before it ran
    int failures;

    boolean ran; // it did, and coolUntil says from when on it may again
    long coolUntil;
    boolean again; // it runs and is asked for; lane, cause and at say how

    Entry(K key, Owner<K> owner, long order) {
        this.key = key;
        this.owner = owner;
        this.order = order;
    }
}
