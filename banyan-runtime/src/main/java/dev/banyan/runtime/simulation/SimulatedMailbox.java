package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.Mailbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;

/** A mailbox whose waits pass the baton on. */
final class SimulatedMailbox<T> implements Mailbox<T> {
    private final int capacity;
    private final Queue<T> values = new ArrayDeque<>();
    private final WaitingRoom readers;
    private final WaitingRoom writers;

    SimulatedMailbox(int capacity, Baton baton) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity);
        }
        this.capacity = capacity;
        this.readers = new WaitingRoom(baton);
        this.writers = new WaitingRoom(baton);
    }

    @Override
    public boolean offer(T value) {
        if (values.size() >= capacity) {
            return false;
        }
        values.add(Objects.requireNonNull(value, "value"));
        readers.changed();
        return true;
    }

    @Override
    public void put(T value) throws InterruptedException {
        writers.await(() -> values.size() < capacity);
        offer(value);
    }

    @Override
    public T take() throws InterruptedException {
        readers.await(() -> !values.isEmpty());
        return remove();
    }

    @Override
    public Optional<T> poll(Duration timeout) throws InterruptedException {
        return readers.await(() -> !values.isEmpty(), timeout) ? Optional.of(remove()) : Optional.empty();
    }

    @Override
    public int size() {
        return values.size();
    }

    private T remove() {
        var value = values.remove();
        writers.changed();
        return value;
    }
}
