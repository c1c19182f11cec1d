package dev.banyan.api.client;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.Signal;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * A stream to and from an engine. One task sends, one task receives, any task closes. What was received and not yet taken is bounded by
 * the window; the engine waits beyond it.
 *
 * @param <Q> what is sent
 * @param <R> what is received
 */
public final class Duplex<Q, R> implements AutoCloseable {
    /** What a receiver meets. */
    public sealed interface Item<R> {
        /** A message. */
        record Message<R>(R content) implements Item<R> {}

        /** The stream has ended; nothing follows. The status is OK when the engine ended it in peace. */
        record Ended<R>(Status status, Metadata trailers) implements Item<R> {}
    }

    private final ClientCall<Q, R> call;
    private final Env env;
    private final Mailbox<Item<R>> inbox;
    private final Signal writable;
    private final int askedTogether;
    private int taken; // of the one task that receives
    private volatile boolean ended; // written by the transport and close

    private Duplex(ClientCall<Q, R> call, Env env, int window) {
        this.call = call;
        this.env = env;
        // No more messages are asked for than were taken, so that with the end of the stream there are never more than
        // these.
        this.inbox = env.mailbox(window + 2);
        this.askedTogether = Math.max(1, window / 4);
        this.writable = env.signal();
    }

    static <Q, R> Duplex<Q, R> open(ClientCall<Q, R> call, Env env, int window) {
        var stream = new Duplex<>(call, env, window);
        call.start(stream.new Receiver(), new Metadata());
        call.request(window);
        return stream;
    }

    /**
     * Sends one message, waiting until the transport has room; false when it had none in time or the stream has ended: then the message
     * was not sent.
     */
    public boolean send(Q message, Duration timeout) throws InterruptedException {
        long begun = env.time().nanos();
        while (!call.isReady() && !ended) {
            var left = timeout.minus(env.time().since(begun));
            if (left.isNegative() || left.isZero()) {
                return false;
            }
            var ignored = writable.await(left);
        }
        if (ended) {
            return false;
        }
        call.sendMessage(message);
        return true;
    }

    /** Nothing more is sent; receiving goes on. */
    public void halfClose() {
        call.halfClose();
    }

    /** The next message or the end, waiting at most {@code timeout}. After the end it is empty. */
    public Optional<Item<R>> receive(Duration timeout) throws InterruptedException {
        var item = inbox.poll(timeout);
        if (item.filter(Item.Message.class::isInstance).isPresent() && ++taken == askedTogether) {
            taken = 0;
            call.request(askedTogether); // wakes the transport, which a message alone is not worth
        }
        return item;
    }

    /** Ends the stream at both sides; a receiver meets the end. */
    @Override
    public void close() {
        ended = true;
        call.cancel("closed by the client", null);
        writable.raise();
    }

    /** Sends a request's only message: the transport queues it while it connects. */
    void sendOnly(Q message) {
        call.sendMessage(message);
        call.halfClose();
    }

    private final class Receiver extends ClientCall.Listener<R> {
        @Override
        public void onMessage(R message) {
            if (!inbox.offer(new Item.Message<>(message))) {
                call.cancel("more messages than were asked for", null);
            }
        }

        @Override
        public void onReady() {
            writable.raise();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ended = true;
            writable.raise();
            if (!inbox.offer(new Item.Ended<>(status, trailers))) {
                throw new IllegalStateException("no room for the end of a stream");
            }
        }
    }
}
