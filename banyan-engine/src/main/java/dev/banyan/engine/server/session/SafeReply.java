package dev.banyan.engine.server.session;

import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.WireErrors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.ReentrantLock;

/** A stream's answers from several tasks. Sending queues and never waits; the transport's own observer is for one task only. */
final class SafeReply<R> {
    private final ServerCallStreamObserver<R> observer;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean ended; // guarded by lock

    SafeReply(StreamObserver<R> observer) {
        this.observer = (ServerCallStreamObserver<R>) observer;
    }

    /** Sends; false when the stream has ended. */
    boolean send(R message) {
        lock.lock();
        try {
            if (ended || observer.isCancelled()) {
                return false;
            }
            observer.onNext(message);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** True while the transport takes messages without queueing them for long. */
    boolean ready() {
        return observer.isReady();
    }

    void fail(ApiException why) {
        end(() -> observer.onError(WireErrors.encode(why)));
    }

    void complete() {
        end(observer::onCompleted);
    }

    private void end(Runnable how) {
        lock.lock();
        try {
            if (!ended && !observer.isCancelled()) {
                how.run();
            }
            ended = true;
        } finally {
            lock.unlock();
        }
    }
}
