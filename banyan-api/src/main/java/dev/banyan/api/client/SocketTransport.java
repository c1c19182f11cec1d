package dev.banyan.api.client;

import dev.banyan.api.tls.MutualTls;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/** Mutual TLS 1.3 over sockets, all channels on one event loop. Thread-safe. */
final class SocketTransport implements ClientTransport {
    /** A page of a listing has at most 8 MiB of objects; the rest is room for one more object. */
    private static final int REPLY_BYTES_MAX = 10 * 1024 * 1024;

    private static final int CONNECT_TIMEOUT_MS = 2_000;

    private final SslContext tls;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("banyan-client", true), NioIoHandler.newFactory());

    private final AtomicBoolean closed = new AtomicBoolean();

    SocketTransport(Optional<? extends KeyManager> key, TrustManager trust) {
        this.tls = MutualTls.client(key, trust);
    }

    @Override
    public ManagedChannel open(Endpoint endpoint) {
        return builder(endpoint)
                .eventLoopGroup(loop)
                .sslContext(tls)
                .overrideAuthority(Channels.AUTHORITY)
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

    /** Waits for the event loop: a JVM that exits before waits 300 ms longer for it. */
    @Override
    public void close() {
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(500);
        if (!closed.getAndSet(true)) {
            MutualTls.release(tls);
        }
    }
}
