package dev.banyan.runtime.store.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Carries connections to a local port, and fails them as a network would. */
final class CuttableProxy implements AutoCloseable {
    private static final int UNLIMITED = -1;

    private final ServerSocket door;
    private final InetSocketAddress target;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final AtomicInteger nextLimit = new AtomicInteger(UNLIMITED);
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean refusing;
    private volatile boolean losing;

    /** Carries connections to where {@code etcd} listens. */
    CuttableProxy(EtcdProcess etcd) {
        this.target = new InetSocketAddress(EtcdProcess.host(), etcd.port());
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().name("proxy").start(this::accept);
    }

    String endpoint() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    /** Breaks everything that is open; new connections are fine. */
    void cut() {
        connections.forEach(Connection::close);
    }

    /** Breaks everything and breaks each new connection at once, until {@link #allow}. */
    void refuse() {
        refusing = true;
        cut();
    }

    void allow() {
        refusing = false;
    }

    /** Lets nothing pass any more over the connections that are open, and keeps them open; new ones are fine. */
    void stall() {
        connections.forEach(connection -> connection.stalled = true);
    }

    /** Breaks the next new connection before it has carried more than {@code bytes} from the server. */
    void cutNextAfter(int bytes) {
        nextLimit.set(bytes);
    }

    /** Breaks the connections on which the server says something next, before anybody hears it. */
    void loseNextAnswer() {
        losing = true;
    }

    /** Number of connections taken so far. */
    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        cut();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                var client = door.accept();
                accepted.incrementAndGet();
                if (refusing) {
                    client.close();
                } else {
                    carry(client);
                }
            } catch (IOException gone) {
                continue; // the server is down, or the door is closed
            }
        }
    }

    private void carry(Socket client) throws IOException {
        var server = new Socket(target.getAddress(), target.getPort());
        var connection = new Connection(client, server);
        connections.add(connection);
        if (refusing) { // said since it was looked at
            connection.close();
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private final int limit = nextLimit.getAndSet(UNLIMITED);
        private final AtomicLong carried = new AtomicLong();
        private volatile boolean stalled;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
            Thread.ofVirtual().start(() -> carry(client, server, false));
            Thread.ofVirtual().start(() -> carry(server, client, true));
        }

        private void carry(Socket from, Socket to, boolean fromServer) {
            var buffer = new byte[64 * 1024];
            try (from;
                    to) {
                while (true) {
                    int length = from.getInputStream().read(buffer);
                    if (length < 0 || (fromServer && breaks(length))) {
                        return;
                    }
                    if (!stalled) {
                        to.getOutputStream().write(buffer, 0, length);
                    }
                }
            } catch (IOException broken) {
                return; // the other side is gone
            }
        }

        private boolean breaks(int length) {
            if (losing) {
                losing = false;
                return true;
            }
            return limit != UNLIMITED && carried.addAndGet(length) > limit;
        }

        private void close() {
            connections.remove(this);
            try (client;
                    server) {
                return;
            } catch (IOException gone) {
                return; // it was closed already
            }
        }
    }
}
