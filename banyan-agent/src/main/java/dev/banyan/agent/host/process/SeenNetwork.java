package dev.banyan.agent.host.process;

import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The network that a process sees. */
public final class SeenNetwork {
    private SeenNetwork() {}

    /** What a thread that made a socket leaves behind. */
    private record Made(Optional<SocketChannel> socket, String failure) {}

    /**
     * A TCP connection in the network of a process; the caller closes it.
     *
     * @throws IOException when nothing takes it at {@code address}
     * @throws HostException when the process is gone
     */
    public static SocketChannel dial(long pid, ProtocolFamily family, InetSocketAddress address)
            throws IOException, InterruptedException {
        var socket = socket(pid, family);
        try {
            socket.connect(address);
            return socket;
        } catch (IOException | RuntimeException refused) {
            socket.close();
            throw refused;
        }
    }

    /** A socket belongs to the network that its maker's thread is in, wherever it is used then. */
    private static SocketChannel socket(long pid, ProtocolFamily family) throws IOException, InterruptedException {
        var made = new AtomicReference<>(new Made(Optional.empty(), "its thread was cut off"));
        // It ends in the network that it went to: nobody uses it again.
        KernelThread.start("socket in a container", () -> made.set(make(pid, family)))
                .join();
        return made.get()
                .socket()
                .orElseThrow(() -> new HostException("could not make a socket in the network of process " + pid + ": "
                        + made.get().failure()));
    }

    private static Made make(long pid, ProtocolFamily family) {
        int network =
                Calls.read(Path.of("/proc", Long.toString(pid), "ns", "net").toString());
        if (network < 0) {
            return new Made(Optional.empty(), "errno " + -network);
        }
        try {
            int refused = Calls.enterNetwork(network);
            return refused == 0
                    ? new Made(Optional.of(SocketChannel.open(family)), "")
                    : new Made(Optional.empty(), "errno " + refused);
        } catch (IOException failed) {
            return new Made(Optional.empty(), String.valueOf(failed.getMessage()));
        } finally {
            Calls.close(network);
        }
    }
}
