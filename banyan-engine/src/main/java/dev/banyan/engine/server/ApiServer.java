package dev.banyan.engine.server;

import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import dev.banyan.api.tls.MutualTls;
import dev.banyan.engine.server.call.MemberCalls;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Listens and serves. Started and stopped by one task. */
public final class ApiServer implements Component {
    /** A commit has 1 MiB of objects at most; the rest is metadata and room. */
    private static final int REQUEST_BYTES_MAX = 4 * 1024 * 1024;

    private static final int CALLS_PER_CONNECTION_MAX = 200;
    private static final Duration LAST_CALLS = Duration.ofSeconds(2);

    private final ServerSettings settings;
    private final OwnKey key;
    private final Env env;
    private final ApiServices services;
    private final List<Server> servers = new ArrayList<>(); // written by start and stop
    private Optional<SslContext> tls = Optional.empty(); // written by start and stop
    private final EventLoopGroup acceptors = loop("banyan-accept", 1);
    private final EventLoopGroup workers = loop("banyan-server", 2);

    /** Serves {@code services}, showing {@code key}. */
    public ApiServer(ServerSettings settings, OwnKey key, ApiServices services, Env env) {
        this.settings = settings;
        this.key = key;
        this.env = env;
        this.services = services;
    }

    /** Whose handlers are to be added to informers of agents and controllers: calls of a removed one end. */
    public MemberCalls members() {
        return services.members();
    }

    @Override
    public String name() {
        return "api";
    }

    /** Throws {@link UncheckedIOException} when an address cannot be had. */
    @Override
    public void start() {
        var fresh = tls();
        tls = Optional.of(fresh);
        listen(
                NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
                        .channelFactory((ChannelFactory<NioServerSocketChannel>) NioServerSocketChannel::new),
                fresh);
        settings.socket().ifPresent(socket -> {
            prepare(socket);
            listen(local(socket), fresh);
            openToAll(socket);
        });
        services.serving(true);
    }

    @Override
    public void stop() {
        services.serving(false);
        servers.forEach(Server::shutdown);
        try {
            for (var server : servers) {
                if (!server.awaitTermination(LAST_CALLS.toMillis(), TimeUnit.MILLISECONDS)) {
                    server.shutdownNow();
                    server.awaitTermination(LAST_CALLS.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException hurried) {
            servers.forEach(Server::shutdownNow);
            Thread.currentThread().interrupt();
        }
        servers.clear();
        acceptors.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(500);
        workers.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(500);
        tls.ifPresent(MutualTls::release);
        tls = Optional.empty();
    }

    @Override
    public Health health() {
        return servers.isEmpty()
                ? Health.notReady("not listening")
                : Health.ready("listening on " + settings.host() + ":" + port());
    }

    /** The TCP port in use. */
    public int port() {
        return servers.getFirst().getPort();
    }

    /** grpc asks every connection for TCP's keep-alive, which a Unix socket answers with a warning: null takes the wish back. */
    @SuppressWarnings("NullAway")
    private static NettyServerBuilder local(Path socket) {
        return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelFactory((ChannelFactory<NioServerDomainSocketChannel>) NioServerDomainSocketChannel::new)
                .withChildOption(ChannelOption.SO_KEEPALIVE, null);
    }

    private void listen(NettyServerBuilder builder, SslContext tls) {
        builder.bossEventLoopGroup(acceptors)
                .workerEventLoopGroup(workers)
                .sslContext(tls)
                // Every call has a task of its own, so that it may block.
                .executor(call -> env.tasks().spawn("call", call::run))
                .addTransportFilter(services.connections())
                .maxInboundMessageSize(REQUEST_BYTES_MAX)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS);
        services.guarded().forEach(builder::addService);
        try {
            servers.add(builder.build().start());
        } catch (IOException taken) {
            throw new UncheckedIOException("the engine cannot listen as " + settings, taken);
        }
    }

    private SslContext tls() {
        var credentials = key.credentials();
        var trust = new PeerTrust(
                credentials.authority(),
                credentials.identity().cluster(),
                Set.of("admin", "agent", "engine", "controller"));
        return MutualTls.server(key, trust);
    }

    /** A socket that a killed engine left behind would keep the new one from listening. */
    private static void prepare(Path socket) {
        try {
            var directory = socket.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.deleteIfExists(socket);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot prepare the socket " + socket, failed);
        }
    }

    /** As open as the port is: whoever comes in shows a certificate, and nobody needs root to speak to an engine. */
    private static void openToAll(Path socket) {
        try {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot open the socket " + socket + " to all users", failed);
        }
    }

    private static EventLoopGroup loop(String name, int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }
}
