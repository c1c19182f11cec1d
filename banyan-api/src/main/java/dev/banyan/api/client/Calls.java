package dev.banyan.api.client;

import com.google.protobuf.Empty;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Level;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Calls with deadlines and fail-over. Thread-safe. */
final class Calls implements AutoCloseable {
    /** How a call ended at one endpoint. */
    sealed interface Ending<R> {
        record Answered<R>(R reply) implements Ending<R> {}

        /** {@code sent}: the request may have reached the engine. */
        record Failed<R>(StatusRuntimeException failure, boolean sent) implements Ending<R> {}
    }

    /** Both messages of the health service are empty to one who does not look at the answer's only field. */
    private static final MethodDescriptor<Empty, Empty> HEALTH = MethodDescriptor.<Empty, Empty>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();

    private final Channels channels;
    private final Env env;
    private final AtomicInteger serverLevel = new AtomicInteger();

    Calls(Channels channels, Env env) {
        this.channels = channels;
        this.env = env;
    }

    Env env() {
        return env;
    }

    Channels channels() {
        return channels;
    }

    /** The level that the newest reply carried; empty before the first. */
    OptionalInt serverLevel() {
        int level = serverLevel.get();
        return level == 0 ? OptionalInt.empty() : OptionalInt.of(level);
    }

    /** Asks one endpoint after the other until one answers; for calls that may be repeated. */
    <Q, R> R repeatable(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        return ask(method, request, timeout, true);
    }

    /** Asks one endpoint after the other while it is certain that none of them got the request. */
    <Q, R> R once(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        return ask(method, request, timeout, false);
    }

    private <Q, R> R ask(MethodDescriptor<Q, R> method, Q request, Duration timeout, boolean repeatable) {
        var tried = new ArrayList<String>();
        for (int attempt = 0; attempt < channels.endpoints().size(); attempt++) {
            int endpoint = channels.current();
            switch (at(endpoint, method, request, timeout)) {
                case Ending.Answered<R> answered -> {
                    return answered.reply();
                }
                case Ending.Failed<R> failed -> {
                    var failure = WireErrors.decode(failed.failure());
                    boolean untouched = WireErrors.answered(failed.failure()) || !failed.sent();
                    boolean away = failure.reason() == Reason.UNAVAILABLE || silent(failed.failure());
                    if (away) {
                        channels.failed(endpoint); // the next call goes on even where this one must not
                    }
                    if (!away || !(repeatable || untouched)) {
                        throw certain(failure, untouched);
                    }
                    tried.add(channels.endpoints().get(endpoint) + " (" + failure.getMessage() + ")");
                }
            }
        }
        throw new ApiException(Reason.UNAVAILABLE, "no engine answers; tried " + String.join(", ", tried));
    }

    /** The engine took the connection and did not answer in time: it stands still, or waits for its store. */
    private static boolean silent(StatusRuntimeException failure) {
        return failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED && !WireErrors.answered(failure);
    }

    private static ApiException certain(ApiException failure, boolean untouched) {
        if (untouched || failure.reason() != Reason.UNAVAILABLE) {
            return failure;
        }
        return new ApiException(
                Reason.OUTCOME_UNKNOWN, "the connection broke before the answer came: " + failure.getMessage());
    }

    /** One call at one endpoint. */
    <Q, R> Ending<R> at(int endpoint, MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        var mark = new SentMark();
        var options = channels.within(timeout).withStreamTracerFactory(mark);
        var call = channels.call(endpoint, method, options);
        var reply = new Reply<R>(env);
        call.start(reply, new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
        try {
            return reply.await(mark);
        } catch (InterruptedException cancelled) {
            call.cancel("the caller was cancelled", cancelled);
            Thread.currentThread().interrupt();
            return new Ending.Failed<>(Status.CANCELLED.withCause(cancelled).asRuntimeException(), mark.sent());
        }
    }

    /**
     * The certificate of the server at an endpoint, from a call that needs no right. Empty when it does not answer.
     */
    Optional<X509Certificate> server(int endpoint, Duration timeout) {
        var call = channels.call(endpoint, HEALTH, channels.within(timeout));
        var reply = new Reply<Empty>(env);
        call.start(reply, new Metadata());
        call.request(2);
        call.sendMessage(Empty.getDefaultInstance());
        call.halfClose();
        try {
            return switch (reply.await(new SentMark())) {
                case Ending.Answered<Empty> answered -> peer(call);
                case Ending.Failed<Empty> failed -> Optional.empty();
            };
        } catch (InterruptedException cancelled) {
            call.cancel("the caller was cancelled", cancelled);
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<X509Certificate> peer(ClientCall<?, ?> call) {
        var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        try {
            return session == null ? Optional.empty() : Optional.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException unverified) {
            return Optional.empty(); // a server without a certificate passes no handshake of ours
        }
    }

    /** Opens a stream at the endpoint in use; {@code window} messages may wait to be taken. */
    <Q, R> Duplex<Q, R> stream(int endpoint, MethodDescriptor<Q, R> method, int window) {
        return Duplex.open(channels.call(endpoint, method, CallOptions.DEFAULT), env, window);
    }

    /** All messages of a stream that ends by itself, from the first endpoint that serves it whole. */
    <Q, R> List<R> all(MethodDescriptor<Q, R> method, Q request, Duration idleTimeout) {
        var tried = new ArrayList<String>();
        for (int attempt = 0; attempt < channels.endpoints().size(); attempt++) {
            int endpoint = channels.current();
            var replies = new ArrayList<R>();
            var failure = collect(endpoint, method, request, idleTimeout, replies);
            if (failure.isEmpty()) {
                return replies;
            }
            if (failure.get().reason() != Reason.UNAVAILABLE) {
                throw failure.get();
            }
            channels.failed(endpoint);
            tried.add(channels.endpoints().get(endpoint) + " (" + failure.get().getMessage() + ")");
        }
        throw new ApiException(Reason.UNAVAILABLE, "no engine answers; tried " + String.join(", ", tried));
    }

    private <Q, R> Optional<ApiException> collect(
            int endpoint, MethodDescriptor<Q, R> method, Q request, Duration idleTimeout, List<R> into) {
        try (var stream = this.<Q, R>stream(endpoint, method, 4)) {
            stream.sendOnly(request);
            while (true) {
                switch (stream.receive(idleTimeout).orElse(null)) {
                    case Duplex.Item.Message<R> message -> into.add(message.content());
                    case Duplex.Item.Ended<R> end -> {
                        return end.status().isOk() ? Optional.empty() : Optional.of(failure(end));
                    }
                    case null -> {
                        return Optional.of(new ApiException(Reason.UNAVAILABLE, "silent for " + idleTimeout));
                    }
                }
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return Optional.of(new ApiException(Reason.OUTCOME_UNKNOWN, "the caller was cancelled"));
        }
    }

    static ApiException failure(Duplex.Item.Ended<?> end) {
        return WireErrors.decode(end.status().asRuntimeException(end.trailers()));
    }

    @Override
    public void close() {
        channels.close();
    }

    private void noteLevel(Metadata headers) {
        var text = headers.get(Level.HEADER);
        if (text != null && text.matches("[0-9]{1,6}")) {
            serverLevel.set(Integer.parseInt(text));
        }
    }

    private final class Reply<R> extends ClientCall.Listener<R> {
        private final Mailbox<Duplex.Item<R>> inbox;
        private volatile @Nullable R message; // written by the transport before the end

        Reply(Env env) {
            inbox = env.mailbox(1);
        }

        @Override
        public void onHeaders(Metadata headers) {
            noteLevel(headers);
        }

        @Override
        public void onMessage(R newMessage) {
            message = newMessage;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!inbox.offer(new Duplex.Item.Ended<>(status, trailers))) {
                throw new IllegalStateException("a call ended twice");
            }
        }

        /** The deadline of the call bounds the wait. */
        private Ending<R> await(SentMark mark) throws InterruptedException {
            var end = (Duplex.Item.Ended<R>) inbox.take();
            var content = message;
            if (end.status().isOk() && content != null) {
                return new Ending.Answered<>(content);
            }
            var status = end.status().isOk() ? Status.INTERNAL.withDescription("an empty reply") : end.status();
            return new Ending.Failed<>(status.asRuntimeException(end.trailers()), mark.sent());
        }
    }
}
