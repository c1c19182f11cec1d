package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.Message;
import dev.banyan.runtime.store.etcd.EtcdTransport;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One question and its answer, both in the task of whoever asks: it is away for as long as that takes. */
final class UnaryCall<Q, R> extends ClientCall<Q, R> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Link link;
    private final CallOptions options;
    private final BooleanSupplier shut;
    private @Nullable Listener<R> listener;
    private @Nullable Message request;
    private boolean over;

    UnaryCall(Link link, CallOptions options, BooleanSupplier shut) {
        this.link = link;
        this.options = options;
        this.shut = shut;
    }

    @Override
    public void start(Listener<R> answers, Metadata headers) {
        listener = answers;
    }

    @Override
    public void request(int messages) {
        // one answer is always wanted
    }

    @Override
    public void sendMessage(Q message) {
        request = (Message) message;
    }

    @Override
    public void halfClose() {
        var asked = request;
        if (asked == null) {
            throw new IllegalStateException("a call without a request");
        }
        try {
            answered(travel(asked));
        } catch (EtcdRefusal refused) {
            closed(refused.status());
        } catch (Lost lost) {
            closed(lost.status);
        }
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        closed(Status.CANCELLED.withDescription(message));
    }

    private Message travel(Message asked) {
        var patience =
                Optional.ofNullable(options.getOption(EtcdTransport.PATIENCE)).orElse(PATIENCE);
        long until = link.member().etcd().now() + patience.toNanos();
        if (shut.getAsBoolean() || !link.member().listens()) {
            link.client().away(link.requestLatency());
            throw new Lost(Status.UNAVAILABLE.withDescription("connection refused"));
        }
        sent();
        link.client().away(link.requestLatency());
        if (link.requestLost() || !link.member().up()) {
            throw timeout(until);
        }
        var answer = link.member().answer(asked, patience);
        link.client().away(link.replyLatency());
        if (link.replyLost() || !link.member().up()) {
            throw timeout(until);
        }
        return answer;
    }

    private Lost timeout(long untilNanos) {
        link.client()
                .away(Duration.ofNanos(
                        Math.max(0, untilNanos - link.member().etcd().now())));
        return new Lost(Status.DEADLINE_EXCEEDED.withDescription("simulated: no answer"));
    }

    /** Tells the caller that from now on the request may have effects. */
    private void sent() {
        for (var factory : options.getStreamTracerFactories()) {
            factory.newClientStreamTracer(
                            ClientStreamTracer.StreamInfo.newBuilder().build(), new Metadata())
                    .outboundMessageSent(0, 0, 0);
        }
    }

    @SuppressWarnings("unchecked") // the member answers each request with its own kind of answer
    private void answered(Message answer) {
        var waiting = listener;
        if (waiting != null && !over) {
            waiting.onMessage((R) answer);
        }
        closed(Status.OK);
    }

    private void closed(Status status) {
        var waiting = listener;
        if (waiting != null && !over) {
            over = true;
            waiting.onClose(status, new Metadata());
        }
    }

    /** A call whose answer does not come. */
    private static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Status status;

        Lost(Status status) {
            super(String.valueOf(status.getDescription()), null, false, false);
            this.status = status;
        }
    }
}
