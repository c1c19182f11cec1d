package dev.banyan.api.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/** One channel for each endpoint that was ever needed, all on one event loop. Thread-safe. */
final class Channels implements AutoCloseable {
    /** A page of a listing has at most 8 MiB of objects; the rest is room for one more object. */
    private static final int REPLY_BYTES_MAX = 10 * 1024 * 1024;

    private static final int CONNECT_TIMEOUT_MS = 2_000;

    /** The name is never compared with the certificate: see PeerTrust. */
    private static final String AUTHORITY = "engine.banyan";

    private final List<Endpoint> endpoints;
    private final SslContext tls;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("banyan-client", true), NioIoHandler.newFactory());
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, ManagedChannel> open = new HashMap<>(); // guarded by lock
    private final FailOver failOver; // guarded by lock
    private boolean closed; // guarded by lock

    Channels(List<Endpoint> endpoints, Optional<? extends KeyManager> key, TrustManager trust) {
        this.endpoints = List.copyOf(endpoints);
        this.failOver = new FailOver(endpoints.size());
        this.tls = tls(key, trust);
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    int current() {
        lock.lock();
        try {
            return failOver.current();
        } finally {
            lock.unlock();
        }
    }

    void failed(int endpoint) {
        lock.lock();
        try {
            failOver.failed(endpoint);
        } finally {
            lock.unlock();
        }
    }

    <Q, R> ClientCall<Q, R> call(int endpoint, MethodDescriptor<Q, R> method, CallOptions options) {
        return channel(endpoint).newCall(method, options);
    }

    Channel asChannel() {
        return new Channel() {
            @Override
            public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
                return call(current(), method, options);
            }

            @Override
            public String authority() {
                return AUTHORITY;
            }
        };
    }

    private Channel channel(int endpoint) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the client is closed");
            }
            var channel = open.computeIfAbsent(endpoint, index -> connect(endpoints.get(index)));
            if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
                // The caller paces its attempts itself; waiting for the channel's own backoff would only add to that.
                channel.resetConnectBackoff();
            }
            return channel;
        } finally {
            lock.unlock();
        }
    }

    private ManagedChannel connect(Endpoint endpoint) {
        return builder(endpoint)
                .eventLoopGroup(loop)
                .sslContext(tls)
                .overrideAuthority(AUTHORITY)
                .directExecutor()
                .disableRetry()
                .maxInboundMessageSize(REPLY_BYTES_MAX)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .build();
    }

    private static NettyChannelBuilder builder(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Tcp tcp ->
                NettyChannelBuilder.forAddress(tcp.host(), tcp.port())
                        .channelFactory((ChannelFactory<NioSocketChannel>) NioSocketChannel::new)
                        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS);
            case Endpoint.Local local -> local(local);
        };
    }

    /** grpc asks every channel for TCP's keep-alive, which a local socket answers with a warning: null takes the wish back. */
    @SuppressWarnings("NullAway")
    private static NettyChannelBuilder local(Endpoint.Local local) {
        return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(local.socket()))
                .channelFactory((ChannelFactory<NioDomainSocketChannel>) NioDomainSocketChannel::new)
                .withOption(ChannelOption.SO_KEEPALIVE, null);
    }

    private static SslContext tls(Optional<? extends KeyManager> key, TrustManager trust) {
        try {
            var builder = SslContextBuilder.forClient().trustManager(trust);
            key.ifPresent(builder::keyManager);
            return GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .build();
        } catch (SSLException missing) {
            throw new IllegalStateException("this Java has no TLS 1.3", missing);
        }
    }

    /** Cuts all calls. Waits for the event loop: a JVM that exits before waits 300 ms longer for it. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            open.values().forEach(ManagedChannel::shutdownNow);
        } finally {
            lock.unlock();
        }
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(500);
    }
}
