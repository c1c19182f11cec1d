package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.containerd.containers.v1.ContainersGrpc;
import dev.banyan.agent.container.containerd.events.v1.EventsGrpc;
import dev.banyan.agent.container.containerd.snapshots.v1.SnapshotsGrpc;
import dev.banyan.agent.container.containerd.tasks.v1.TasksGrpc;
import dev.banyan.agent.container.cri.v1.ImageServiceGrpc;
import dev.banyan.agent.container.cri.v1.RuntimeServiceGrpc;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The way to one containerd: two connections, so that a flood of events never delays a call, and the stubs over them. Thread-safe.
 *
 * <p>A stub is made for each call, because its deadline starts when it is made.
 */
final class Connection implements AutoCloseable {
    /** For what containerd answers from memory. */
    static final Duration SHORT = Duration.ofSeconds(10);

    /** For what runs runc, CNI plugins or unmounts; a busy disk makes these slow long before they fail. */
    static final Duration LONG = Duration.ofSeconds(60);

    /** containerd's namespace in which CRI keeps its containers. */
    static final String NAMESPACE = "k8s.io";

    /** Inspection answers of images with long histories are the largest; containerd itself sends up to 16 MiB. */
    private static final int LARGEST_MESSAGE = 16 << 20;

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel calls;
    private final ManagedChannel events;
    private final ClientInterceptor inNamespace = inNamespace();

    Connection(Path socket) {
        this.calls = open(socket);
        this.events = open(socket);
    }

    RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime(Duration deadline) {
        return RuntimeServiceGrpc.newBlockingStub(calls).withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    ImageServiceGrpc.ImageServiceBlockingStub images(Duration deadline) {
        return ImageServiceGrpc.newBlockingStub(calls).withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    ContainersGrpc.ContainersBlockingStub containers() {
        return ContainersGrpc.newBlockingStub(calls)
                .withInterceptors(inNamespace)
                .withDeadlineAfter(SHORT.toMillis(), TimeUnit.MILLISECONDS);
    }

    TasksGrpc.TasksBlockingStub tasks(Duration deadline) {
        return TasksGrpc.newBlockingStub(calls)
                .withInterceptors(inNamespace)
                .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    SnapshotsGrpc.SnapshotsBlockingStub snapshots(Duration deadline) {
        return SnapshotsGrpc.newBlockingStub(calls)
                .withInterceptors(inNamespace)
                .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** For publishing; answers like any call. */
    EventsGrpc.EventsBlockingStub eventCalls() {
        return EventsGrpc.newBlockingStub(calls)
                .withInterceptors(inNamespace)
                .withDeadlineAfter(SHORT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** For the subscription: without deadline, and waiting while containerd is away. */
    EventsGrpc.EventsBlockingStub eventStream() {
        return EventsGrpc.newBlockingStub(events).withInterceptors(inNamespace).withWaitForReady();
    }

    /** Makes a call; {@code what} completes the sentence "could not ...". */
    <T> T call(String what, Supplier<T> call) throws InterruptedException {
        try {
            return call.get();
        } catch (StatusRuntimeException refusal) {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled: " + what);
            }
            throw Refusals.explain(what, refusal);
        }
    }

    @Override
    public void close() {
        calls.shutdownNow();
        events.shutdownNow();
        // Nobody waits for a thread that has nothing left to do.
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** grpc asks every channel for TCP's keep-alive, which a Unix socket answers with a warning: null takes the wish back. */
    @SuppressWarnings("NullAway")
    private ManagedChannel open(Path socket) {
        return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelFactory(NioDomainSocketChannel::new)
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .eventLoopGroup(loop)
                .usePlaintext()
                .overrideAuthority("localhost")
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .build();
    }

    private static ClientInterceptor inNamespace() {
        var headers = new Metadata();
        headers.put(Metadata.Key.of("containerd-namespace", Metadata.ASCII_STRING_MARSHALLER), NAMESPACE);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }
}
