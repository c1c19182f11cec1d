package dev.banyan.agent.plane;

import dev.banyan.agent.plane.rules.Packet;

/** A flow that has begun and is meant to last: it holds its places in the kernels that track it until it is closed. */
public final class Connection implements AutoCloseable {
    private final Wire wire;
    private final Asker asker;
    private final Packet first;
    private final Reach began;

    Connection(Wire wire, Asker asker, Packet first, Reach began) {
        this.wire = wire;
        this.asker = asker;
        this.first = first;
        this.began = began;
    }

    /** How its first packet ended. */
    public Reach began() {
        return began;
    }

    /** What becomes of its next packet; one that is led to somebody else is answered there by a reset. */
    public Reach next() {
        return wire.next(asker, first);
    }

    /** Whether its next packet is answered by whom it began with. */
    public boolean lasts() {
        return began instanceof Reach.Reached before
                && next() instanceof Reach.Reached now
                && now.server().equals(before.server())
                && now.towards().equals(before.towards());
    }

    @Override
    public void close() {
        wire.forget(first.from().port());
    }
}
