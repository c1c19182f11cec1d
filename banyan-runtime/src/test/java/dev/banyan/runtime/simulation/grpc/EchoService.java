package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.simulation.SimulatedProcess;
import io.grpc.Grpc;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;

/** A service of all kinds of calls, and what it has seen. */
final class EchoService {
    static final Metadata.Key<String> WORD = Metadata.Key.of("word", Metadata.ASCII_STRING_MARSHALLER);
    static final MethodDescriptor<String, String> ONCE = method("once", MethodDescriptor.MethodType.UNARY);
    static final MethodDescriptor<String, String> MANY = method("many", MethodDescriptor.MethodType.SERVER_STREAMING);
    static final MethodDescriptor<String, String> CHAT = method("chat", MethodDescriptor.MethodType.BIDI_STREAMING);
    static final MethodDescriptor<String, String> UNKNOWN = method("unknown", MethodDescriptor.MethodType.UNARY);

    final List<String> seen = new ArrayList<>();
    final List<String> peers = new ArrayList<>();
    private final SimulatedProcess process;

    EchoService(SimulatedProcess process) {
        this.process = process;
    }

    ServerServiceDefinition definition() {
        var plain = ServerServiceDefinition.builder("echo")
                .addMethod(ONCE, ServerCalls.asyncUnaryCall(this::once))
                .addMethod(MANY, ServerCalls.asyncServerStreamingCall(this::many))
                .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(this::chat))
                .build();
        return ServerInterceptors.intercept(plain, new Interceptor());
    }

    /** Waits as long as its request says, and answers in capitals. */
    private void once(String request, StreamObserver<String> reply) {
        seen.add(request);
        if (request.equals("fail")) {
            throw new IllegalStateException("asked to fail");
        }
        if (request.startsWith("wait ")) {
            process.away(Duration.parse(request.substring("wait ".length())));
        }
        reply.onNext(request.toUpperCase(java.util.Locale.ROOT));
        reply.onCompleted();
    }

    /** As many kilobytes as asked for, a message each, as quickly as they are taken. */
    private void many(String request, StreamObserver<String> reply) {
        var observer = (ServerCallStreamObserver<String>) reply;
        var room = process.env().signal();
        observer.setOnReadyHandler(room::raise);
        observer.setOnCancelHandler(() -> {
            seen.add("cancelled");
            room.raise();
        });
        process.env().tasks().spawn("many", () -> {
            for (int kilobyte = 0; kilobyte < Integer.parseInt(request); kilobyte++) {
                while (!observer.isReady() && !observer.isCancelled()) {
                    room.await();
                }
                if (observer.isCancelled()) {
                    return;
                }
                observer.onNext("x".repeat(1024));
                seen.add("sent");
            }
            observer.onCompleted();
        });
    }

    private StreamObserver<String> chat(StreamObserver<String> reply) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String message) {
                seen.add(message);
                reply.onNext(message + "!");
            }

            @Override
            public void onError(Throwable cut) {
                seen.add("cut");
            }

            @Override
            public void onCompleted() {
                seen.add("bye");
                reply.onCompleted();
            }
        };
    }

    private static MethodDescriptor<String, String> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName("echo/" + name)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private final class Interceptor implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            var word = headers.get(WORD);
            if (word != null) {
                seen.add("word " + word);
            }
            try {
                var session = Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
                peers.add(session.getPeerPrincipal().getName());
            } catch (SSLPeerUnverifiedException nobody) {
                peers.add("nobody");
            }
            return next.startCall(call, headers);
        }
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new Known(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private static final class Known extends ByteArrayInputStream implements KnownLength {
        Known(byte[] bytes) {
            super(bytes);
        }
    }
}
