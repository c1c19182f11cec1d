package dev.banyan.engine.server.call;

import io.grpc.Attributes;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One of the streams that a connection may have open at once; a call with a single answer needs none. Thread-safe. */
public final class StreamSlot {
    /** An agent or command line needs about ten. */
    static final int MAX = 100;

    private static final Attributes.Key<AtomicInteger> OPEN = Attributes.Key.create("banyan-streams");

    private final AtomicInteger open;
    private final AtomicInteger held;

    private StreamSlot(AtomicInteger open, int held) {
        this.open = open;
        this.held = new AtomicInteger(held);
    }

    /** Gives each connection its count; to be added to the server beside the guard. */
    public static ServerTransportFilter counter() {
        return new ServerTransportFilter() {
            @Override
            public Attributes transportReady(Attributes attributes) {
                return attributes.toBuilder().set(OPEN, new AtomicInteger()).build();
            }
        };
    }

    /** A slot for {@code call}; empty when the connection has as many as it may. */
    static Optional<StreamSlot> take(ServerCall<?, ?> call) {
        var open = call.getAttributes().get(OPEN);
        if (open == null || call.getMethodDescriptor().getType() == MethodType.UNARY) {
            return Optional.of(new StreamSlot(new AtomicInteger(), 0));
        }
        if (open.incrementAndGet() > MAX) {
            open.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new StreamSlot(open, 1));
    }

    /** Gives it back; once however often it is called. */
    void release() {
        open.addAndGet(-held.getAndSet(0));
    }
}
