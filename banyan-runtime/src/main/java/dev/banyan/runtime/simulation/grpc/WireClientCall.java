package dev.banyan.runtime.simulation.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call of a client. What the application calls happens at once; what calls the application back is done by the end's task. */
final class WireClientCall<Q, R> extends ClientCall<Q, R> {
    private record End(Status status, Metadata trailers) {}

    private final ClientEnd end;
    private final MethodDescriptor<Q, R> method;
    private final CallOptions options;
    private final ArrayDeque<Frame.Message> inbox = new ArrayDeque<>();
    private final Window window = new Window();
    private List<ClientStreamTracer> tracers = List.of();
    private @Nullable Listener<R> listener;
    private Optional<End> ending = Optional.empty();
    private boolean readyToTell;
    private boolean halfClosed;
    private boolean over;
    private int number;
    private int wanted;
    private int sent;

    WireClientCall(ClientEnd end, MethodDescriptor<Q, R> method, CallOptions options) {
        this.end = end;
        this.method = method;
        this.options = options;
    }

    @Override
    public void start(Listener<R> answers, Metadata headers) {
        if (listener != null) {
            throw new IllegalStateException("a call starts once");
        }
        listener = answers;
        if (end.over()) {
            close(Status.UNAVAILABLE.withDescription("simulated: the connection has ended"), new Metadata());
            return;
        }
        number = end.add(this);
        readyToTell = end.ready();
        var copy = new Metadata();
        copy.merge(headers);
        end.send(this, new Frame.Opened(number, method, copy));
    }

    @Override
    public void request(int messages) {
        wanted += messages;
        if (!over && (!inbox.isEmpty() || ending.isPresent())) {
            end.poke(this);
        }
    }

    @Override
    public void sendMessage(Q message) {
        if (halfClosed) {
            throw new IllegalStateException("a call that was half-closed sends nothing");
        }
        if (over || ending.isPresent()) {
            return;
        }
        var content = method.streamRequest(message);
        int bytes = length(content);
        window.sent(bytes);
        end.send(this, new Frame.Message(number, content, bytes));
    }

    @Override
    public void halfClose() {
        halfClosed = true;
        if (!over && ending.isEmpty()) {
            end.send(this, new Frame.HalfClosed(number));
        }
    }

    @Override
    public boolean isReady() {
        return !over && !halfClosed && end.ready() && window.open();
    }

    @Override
    public Attributes getAttributes() {
        return end.attributes();
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        cancel(Status.CANCELLED.withDescription(message).withCause(cause));
    }

    /** The deadline in simulated time, for a deadline that counts by the wire's ticker. */
    long deadlineNanos(long nowNanos) {
        var deadline = options.getDeadline();
        return deadline == null ? Long.MAX_VALUE : nowNanos + deadline.timeRemaining(TimeUnit.NANOSECONDS);
    }

    void expire() {
        cancel(Status.DEADLINE_EXCEEDED.withDescription("simulated: no answer in time"));
    }

    void headers(Metadata headers) {
        var waiting = listener;
        if (waiting != null && !over) {
            waiting.onHeaders(headers);
        }
    }

    void connected() {
        readyToTell = true;
        end.poke(this);
    }

    void received(Frame.Message message) {
        inbox.add(message);
        end.poke(this);
    }

    void taken(int bytes) {
        readyToTell |= window.opened(bytes);
        end.poke(this);
    }

    /** The call ends so once all that has come is taken. */
    void ending(Status status, Metadata trailers) {
        if (ending.isEmpty()) {
            ending = Optional.of(new End(status, trailers));
            end.poke(this);
        }
    }

    /** The frame is on its way: from now on it may have effects. */
    void forwarded(Frame frame) {
        if (frame instanceof Frame.Opened opened) {
            tracers = options.getStreamTracerFactories().stream()
                    .map(factory -> factory.newClientStreamTracer(
                            ClientStreamTracer.StreamInfo.newBuilder().build(), opened.headers()))
                    .toList();
        }
        if (frame instanceof Frame.Message message) {
            int sequence = sent++;
            tracers.forEach(tracer -> {
                tracer.outboundMessage(sequence);
                tracer.outboundMessageSent(sequence, message.bytes(), message.bytes());
            });
        }
    }

    /** Calls the application back with what is due. */
    void look() {
        var waiting = listener;
        if (waiting == null || over) {
            return;
        }
        if (readyToTell && isReady()) {
            readyToTell = false;
            waiting.onReady();
        }
        while (!over && wanted > 0 && !inbox.isEmpty()) {
            wanted--;
            var message = inbox.remove();
            int tell = window.took(message.bytes());
            if (tell > 0 && ending.isEmpty()) {
                end.send(this, new Frame.Taken(number, tell));
            }
            waiting.onMessage(method.parseResponse(message.content()));
        }
        if (inbox.isEmpty()) {
            ending.ifPresent(known -> close(known.status(), known.trailers()));
        }
    }

    /** The call ends at once; what was not taken is lost. */
    void abort(Status why) {
        close(why, new Metadata());
    }

    private void cancel(Status why) {
        if (over) {
            return;
        }
        if (ending.isEmpty()) {
            end.send(this, new Frame.Cancelled(number));
        }
        close(why, new Metadata());
    }

    private void close(Status status, Metadata trailers) {
        if (!over) {
            over = true;
            end.remove(this);
            var waiting = listener;
            if (waiting != null) {
                waiting.onClose(status, trailers);
            }
        }
    }

    static int length(InputStream content) {
        try {
            return content instanceof KnownLength ? content.available() : 0;
        } catch (IOException failed) {
            throw new UncheckedIOException("a message in memory cannot be read", failed);
        }
    }
}
