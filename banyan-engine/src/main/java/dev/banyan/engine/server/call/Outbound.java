package dev.banyan.engine.server.call;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * A stream of replies that waits while its reader does. Made in the rpc's own method, used by the one task that sends; any task may see
 * {@link #cancelled}.
 */
public final class Outbound<R> {
    private final ServerCallStreamObserver<R> observer;
    private final Signal wake;
    private volatile boolean cancelled; // written by the transport

    private Outbound(ServerCallStreamObserver<R> observer, Env env) {
        this.observer = observer;
        this.wake = env.signal();
    }

    /** {@code onCancel} runs when the caller goes away; it must not wait. */
    public static <R> Outbound<R> of(StreamObserver<R> reply, Env env, Runnable onCancel) {
        var outbound = new Outbound<>((ServerCallStreamObserver<R>) reply, env);
        outbound.observer.setOnReadyHandler(outbound.wake::raise);
        outbound.observer.setOnCancelHandler(() -> {
            outbound.cancelled = true;
            outbound.wake.raise();
            onCancel.run();
        });
        return outbound;
    }

    /** Sends, waiting until the transport has room; false when the caller is gone. */
    public boolean send(R message) throws InterruptedException {
        while (!observer.isReady() && !cancelled) {
            wake.await();
        }
        if (!cancelled) {
            observer.onNext(message);
        }
        return !cancelled;
    }

    /** True once the caller is gone. */
    public boolean cancelled() {
        return cancelled;
    }

    /** Ends the stream in peace. */
    public void complete() {
        if (!cancelled) {
            observer.onCompleted();
        }
    }

    /** Ends the stream with a failure. */
    public void fail(RuntimeException failure) {
        if (!cancelled) {
            observer.onError(Answers.status(failure));
        }
    }
}
