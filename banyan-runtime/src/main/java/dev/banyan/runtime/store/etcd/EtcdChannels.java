package dev.banyan.runtime.store.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to each endpoint for one purpose, and the endpoint that is in use. Thread-safe. */
final class EtcdChannels {
    /** Largest answer: 16 times the largest request of etcd, room for a page of large objects. */
    static final int ANSWER_BYTES_MAX = 64 * 1024 * 1024;

    /** etcd cuts clients that ping more often than each 5 s. */
    private static final int PING_SECONDS = 10;

    private static final int PING_TIMEOUT_SECONDS = 5;
    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private static final Logger LOG = LoggerFactory.getLogger(EtcdChannels.class);

    private final EtcdConfig config;
    private final Optional<EtcdTransport> transport;
    private final AtomicInteger current = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Connection> connections = new ArrayList<>(); // guarded by lock
    private volatile String token = "";

    EtcdChannels(EtcdConfig config, Optional<EtcdTransport> transport) {
        this.config = config;
        this.transport = transport;
        config.endpoints().forEach(endpoint -> connections.add(connect(endpoint)));
    }

    /** A channel and the state of the TLS files it was made from. */
    private record Connection(ManagedChannel channel, long filesStamp) {}

    /** The endpoint in use; pass it to {@link #leave} when it fails. */
    int current() {
        return current.get();
    }

    int count() {
        return config.endpoints().size();
    }

    String endpoint(int index) {
        return config.endpoints().get(index);
    }

    int indexOf(String endpoint) {
        return config.endpoints().indexOf(endpoint);
    }

    /** Moves on to the next endpoint, unless somebody else did so already. */
    void leave(int failed) {
        current.compareAndSet(failed, (failed + 1) % count());
    }

    /** The channel of an endpoint; one that has failed tries again at once instead of waiting out gRPC's growing pause. */
    Channel channel(int index) {
        lock.lock();
        try {
            var connection = connections.get(index);
            if (connection.channel().getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
                connection = refreshed(index, connection);
                connection.channel().resetConnectBackoff();
            }
            return io.grpc.ClientInterceptors.intercept(connection.channel(), new TokenInterceptor());
        } finally {
            lock.unlock();
        }
    }

    /** Gives up a connection that is open but dead: a call on the same channel would go down the same way. */
    void renew(int index) {
        lock.lock();
        try {
            connections.get(index).channel().shutdownNow();
            connections.set(index, connect(endpoint(index)));
        } finally {
            lock.unlock();
        }
    }

    void useToken(String newToken) {
        token = newToken;
    }

    void close() {
        lock.lock();
        try {
            connections.forEach(connection -> connection.channel().shutdownNow());
        } finally {
            lock.unlock();
        }
    }

    private Connection refreshed(int index, Connection old) {
        if (old.filesStamp() == filesStamp()) {
            return old;
        }
        try {
            var fresh = connect(endpoint(index));
            old.channel().shutdownNow();
            connections.set(index, fresh);
            return fresh;
        } catch (IllegalArgumentException unusable) {
            LOG.atWarn()
                    .addKeyValue("endpoint", endpoint(index))
                    .setCause(unusable)
                    .log("new TLS files are unusable, keeping the old");
            return old;
        }
    }

    private Connection connect(String endpoint) {
        long stamp = filesStamp();
        return new Connection(transport.map(given -> given.open(endpoint)).orElseGet(() -> network(endpoint)), stamp);
    }

    private ManagedChannel network(String endpoint) {
        var uri = URI.create(endpoint);
        var builder = NettyChannelBuilder.forAddress(uri.getHost(), uri.getPort())
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(ANSWER_BYTES_MAX)
                .disableRetry()
                .directExecutor(); // callbacks only hand values on
        config.tls().ifPresentOrElse(tls -> secure(builder, tls), builder::usePlaintext);
        return builder.build();
    }

    private static void secure(NettyChannelBuilder builder, EtcdConfig.Tls tls) {
        builder.sslContext(sslContext(tls));
        tls.serverName().ifPresent(builder::overrideAuthority);
    }

    private static SslContext sslContext(EtcdConfig.Tls tls) {
        try {
            var builder =
                    GrpcSslContexts.forClient().trustManager(tls.authority().toFile());
            tls.identity()
                    .ifPresent(own -> builder.keyManager(
                            own.certificate().toFile(), own.key().toFile()));
            return builder.build();
        } catch (IOException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "unusable TLS files for etcd: " + tls + ": " + unusable.getMessage(), unusable);
        }
    }

    private long filesStamp() {
        return config.tls()
                .map(tls -> lastModified(tls.authority())
                        + tls.identity()
                                .map(own -> 31 * lastModified(own.certificate()) + 961 * lastModified(own.key()))
                                .orElse(0L))
                .orElse(0L);
    }

    private static long lastModified(java.nio.file.Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException unreadable) {
            return 0; // whoever loads it says so
        }
    }

    private final class TokenInterceptor implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    if (!token.isEmpty()) {
                        headers.put(TOKEN, token);
                    }
                    super.start(listener, headers);
                }
            };
        }
    }
}
