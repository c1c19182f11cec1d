package dev.banyan.cli.reach;

import com.google.protobuf.ByteString;
import dev.banyan.api.parts.PartOutput;
import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.ForwardRequest;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.wire.ApiException;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.cli.command.Program;
import dev.banyan.runtime.store.StoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** One port of this computer, and the connections that come to it. */
final class PortDoor {
    private static final Duration PACE = Duration.ofSeconds(10);

    private final Program program;
    private final ClusterApi cluster;
    private final Target target;
    private final int remote;
    private final ReentrantLock saying = new ReentrantLock(); // a console is for one at a time

    PortDoor(Program program, ClusterApi cluster, Target target, int remote) {
        this.program = program;
        this.cluster = cluster;
        this.target = target;
        this.remote = remote;
    }

    /** Takes connections until the socket is closed. */
    void serve(ServerSocketChannel socket) {
        try {
            while (socket.isOpen()) {
                var taken = socket.accept();
                program.env().tasks().spawn("connection", () -> carry(taken));
            }
        } catch (IOException closed) {
            // The verb ends.
        }
    }

    static String name(ServerSocketChannel socket) {
        try {
            var address = (InetSocketAddress) socket.getLocalAddress();
            var host = address.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        } catch (IOException closed) {
            return "closed";
        }
    }

    static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception ignored) {
            // It is of no use any more either way.
        }
    }

    private void carry(SocketChannel socket) throws InterruptedException {
        try (socket) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var request = ReachRequest.newBuilder()
                    .setNamespace(Apps.NAMESPACE)
                    .setTask(target.find(cluster.store()).name())
                    .setForward(ForwardRequest.newBuilder().setPort(remote))
                    .build();
            try (var passage = cluster.reach(request)) {
                carry(socket, passage);
            }
        } catch (ApiException | StoreException broken) {
            say(String.valueOf(broken.getMessage()));
            cutOff(socket);
        } catch (IOException closed) {
            // The program at this computer has gone.
        }
    }

    private void carry(SocketChannel socket, Passage passage) throws IOException, InterruptedException {
        var outgoing = program.env().tasks().spawn("outgoing", () -> send(socket, passage));
        try {
            while (true) {
                var part = passage.receive(PACE);
                if (part.isEmpty()) {
                    continue;
                }
                switch (part.get().getPartCase()) {
                    case DATA -> write(socket, part.get().getData());
                    case END -> socket.shutdownOutput();
                    case OUTCOME -> {
                        ended(part.get().getOutcome(), socket);
                        return;
                    }
                    case OPENED, ERRORS, NOTE, ELSEWHERE, PROBED, FACTS, PART_NOT_SET -> {}
                }
            }
        } finally {
            outgoing.cancel();
        }
    }

    private static void write(SocketChannel socket, ByteString data) throws IOException {
        var bytes = data.asReadOnlyByteBuffer();
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private void ended(ReachOutcome outcome, SocketChannel socket) {
        if (outcome.hasFailure()) {
            if (outcome.getFailure().getKind() != ReachFailure.Kind.FAILED) {
                say(outcome.getFailure().getMessage());
            }
            cutOff(socket);
        }
    }

    /** What was not carried to its end must not look as if it were. */
    private static void cutOff(SocketChannel socket) {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException closed) {
            // Then it is cut off already.
        }
    }

    private static void send(SocketChannel socket, Passage passage) throws InterruptedException {
        var buffer = ByteBuffer.allocate(PartOutput.PART_BYTES);
        try {
            while (socket.read(buffer.clear()) >= 0) {
                if (!passage.send(ReachUp.newBuilder()
                        .setData(ByteString.copyFrom(buffer.flip()))
                        .build())) {
                    return;
                }
            }
        } catch (IOException gone) {
            passage.close(); // cut off here, so there as well
            return;
        }
        var ignored = passage.send(ReachUp.newBuilder().setEnd(true).build());
    }

    private void say(String words) {
        saying.lock();
        try {
            program.console().say("banyan-cli: " + Visible.text(words) + "\n");
        } finally {
            saying.unlock();
        }
    }
}
