package dev.banyan.engine.server.call;

import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Level;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A call that tells its level with the first reply, and that can be ended from outside while its service goes on sending; what is sent
 * afterwards is dropped. Transports take messages without waiting, so the lock is never held for long.
 */
final class RevocableCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Runnable ended;
    private boolean closed; // guarded by lock
    private Runnable cancellation = () -> {}; // guarded by lock

    /** {@code ended} runs when either side closes, perhaps twice. */
    RevocableCall(ServerCall<Q, R> call, Runnable ended) {
        super(call);
        this.ended = ended;
    }

    /** What tells the service that nobody listens any more; runs at once if the call was revoked already. */
    void onRevocation(Runnable action) {
        boolean late;
        lock.lock();
        try {
            cancellation = action;
            late = closed;
        } finally {
            lock.unlock();
        }
        if (late) {
            action.run();
        }
    }

    /** Ends the call as denied. */
    void revoke() {
        var denied = WireErrors.encode(new ApiException(Reason.DENIED, "the caller was removed from the cluster"));
        var trailers = denied.getTrailers();
        Runnable tell;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            tell = cancellation;
            super.close(denied.getStatus(), trailers == null ? new Metadata() : trailers);
        } finally {
            lock.unlock();
        }
        ended.run();
        tell.run();
    }

    @Override
    public void sendHeaders(Metadata headers) {
        lock.lock();
        try {
            if (!closed) {
                headers.put(Level.HEADER, Integer.toString(Level.CURRENT));
                super.sendHeaders(headers);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sendMessage(R message) {
        lock.lock();
        try {
            if (!closed) {
                super.sendMessage(message);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        ended.run();
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                super.close(status, trailers);
            }
        } finally {
            lock.unlock();
        }
    }
}
