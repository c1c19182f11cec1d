package dev.banyan.engine.server;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.OwnKey;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A caller who does not care whom it talks to and may show anything: what an attacker has. */
final class RawConnection implements AutoCloseable {
    private final ManagedChannel channel;

    private RawConnection(ManagedChannel channel) {
        this.channel = channel;
    }

    static RawConnection open(int port, Optional<Credentials> shown, String... protocols) throws IOException {
        var tls = SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE);
        // Java's own choice shows nothing to a server that wants another authority; this one shows it regardless.
        shown.map(OwnKey::new).ifPresent(tls::keyManager);
        if (protocols.length > 0) {
            tls.protocols(protocols);
        }
        var context = GrpcSslContexts.configure(tls, SslProvider.JDK).build();
        return new RawConnection(NettyChannelBuilder.forAddress("127.0.0.1", port)
                .sslContext(context)
                .overrideAuthority("engine.banyan")
                .build());
    }

    Channel channel() {
        return channel;
    }

    /** The status of a call with one message of these bytes. */
    Status call(String fullMethodName, MethodDescriptor.MethodType type, byte[] request) {
        var method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setFullMethodName(fullMethodName)
                .setType(type)
                .setRequestMarshaller(new Plain())
                .setResponseMarshaller(new Plain())
                .build();
        try {
            var call = channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS));
            var replies = ClientCalls.blockingServerStreamingCall(call, request);
            while (replies.hasNext()) {
                replies.next();
            }
            return Status.OK;
        } catch (StatusRuntimeException failed) {
            return failed.getStatus();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class Plain implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }
}
