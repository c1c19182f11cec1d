package dev.banyan.agent.reach;

import dev.banyan.agent.host.process.SeenNetwork;
import dev.banyan.agent.session.ReachSource;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.v1.ForwardRequest;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** One TCP connection of a person to a port of a container, as if made from within. */
final class PortSession {
    private static final int PORT_MAX = 65_535;

    private final Env env;
    private final Person person;
    private final Dialer dialer;

    /** Makes a connection in the network of a process, as {@link SeenNetwork#dial} does. */
    @FunctionalInterface
    interface Dialer {
        SocketChannel dial(long pid, ProtocolFamily family, InetSocketAddress address)
                throws IOException, InterruptedException;
    }

    PortSession(Env env, Person person, Dialer dialer) {
        this.env = env;
        this.person = person;
        this.dialer = dialer;
    }

    ReachOutcome connect(long pid, ForwardRequest request) throws InterruptedException {
        int port = request.getPort();
        if (port < 1 || port > PORT_MAX) {
            return Outcomes.failed(ReachFailure.Kind.INVALID, port + " is no port");
        }
        try {
            var socket = dial(pid, port);
            return socket.isPresent()
                    ? pass(socket.get())
                    : Outcomes.failed(
                            ReachFailure.Kind.NOT_LISTENING,
                            "nothing listens on port " + port + " in the container, neither on 127.0.0.1 nor on ::1");
        } catch (IOException failed) {
            return Outcomes.failed(
                    ReachFailure.Kind.FAILED, "could not connect to port " + port + ": " + failed.getMessage());
        }
    }

    private Optional<SocketChannel> dial(long pid, int port) throws IOException, InterruptedException {
        try {
            return Optional.of(dialer.dial(pid, StandardProtocolFamily.INET, loopback(port, 127, 0, 0, 1)));
        } catch (ConnectException refused) {
            return dialNewer(pid, port);
        }
    }

    private Optional<SocketChannel> dialNewer(long pid, int port) throws InterruptedException {
        try {
            var address = loopback(port, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
            return Optional.of(dialer.dial(pid, StandardProtocolFamily.INET6, address));
        } catch (IOException | UnsupportedOperationException refused) {
            return Optional.empty();
        }
    }

    private static InetSocketAddress loopback(int port, int... bytes) throws UnknownHostException {
        var address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        return new InetSocketAddress(InetAddress.getByAddress(address), port);
    }

    /** Until both sides have ended; who is cut off in the middle is told by an end that is not in peace. */
    private ReachOutcome pass(SocketChannel socket) throws InterruptedException {
        try (socket) {
            if (!person.send(Outcomes.OPENED)) {
                return Outcomes.done();
            }
            var inbound = env.tasks().spawn("forward", () -> toContainer(socket));
            try {
                toPerson(socket);
                // A program that ends its side may still read: until the person ends his.
                inbound.join();
            } finally {
                inbound.cancel();
            }
            return Outcomes.done();
        } catch (IOException cut) {
            return Outcomes.failed(ReachFailure.Kind.FAILED, "the connection broke: " + cut.getMessage());
        }
    }

    private void toPerson(SocketChannel socket) throws IOException, InterruptedException {
        var buffer = ByteBuffer.allocate(ReachSource.PART_BYTES);
        while (socket.read(buffer.clear()) >= 0) {
            if (!person.send(Outcomes.data(buffer.array(), buffer.position()))) {
                return;
            }
        }
        var ignored = person.send(Outcomes.END);
    }

    private void toContainer(SocketChannel socket) throws InterruptedException {
        try {
            while (true) {
                var part = person.receive();
                if (part.hasEnd()) {
                    socket.shutdownOutput();
                    return;
                }
                var bytes = part.getData().asReadOnlyByteBuffer();
                while (bytes.hasRemaining()) {
                    socket.write(bytes);
                }
            }
        } catch (IOException gone) {
            // The other direction meets the same end, and tells.
        }
    }
}
