package dev.banyan.runtime.benchmark.server;

import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A wire to a port of loopback that can be cut and mended, and counts what comes back over it. */
public final class Wire implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final Env env;
    private final int target;
    private final ServerSocket door;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean cut;

    private Wire(Env env, int target) throws IOException {
        this.env = env;
        this.target = target;
        this.door = new ServerSocket();
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public static Wire to(int target, Env env) {
        try {
            var wire = new Wire(env, target);
            env.tasks().spawn("wire", wire::accept);
            return wire;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Bytes that came from the target so far. */
    public long received() {
        return received.get();
    }

    /** Ends what is connected and refuses what wants to. */
    public void cut() {
        cut = true;
        ends.forEach(Wire::hangUp);
    }

    public void mend() {
        cut = false;
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }

    private void accept() throws IOException {
        while (!door.isClosed()) {
            Socket near;
            try {
                near = door.accept();
            } catch (IOException closed) {
                return;
            }
            if (cut) {
                hangUp(near);
            } else {
                join(near);
            }
        }
    }

    private void join(Socket near) {
        try {
            var far = new Socket(InetAddress.getLoopbackAddress(), target);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            ends.add(near);
            ends.add(far);
            env.tasks().spawn("there", () -> copy(near, far, new AtomicLong()));
            env.tasks().spawn("back", () -> copy(far, near, received));
        } catch (IOException refused) {
            hangUp(near);
        }
    }

    private void copy(Socket from, Socket to, AtomicLong counter) {
        var chunk = new byte[CHUNK];
        try {
            for (int length = from.getInputStream().read(chunk);
                    length >= 0;
                    length = from.getInputStream().read(chunk)) {
                to.getOutputStream().write(chunk, 0, length);
                counter.addAndGet(length);
            }
        } catch (IOException either) {
            // whichever side has gone, both go
        } finally {
            hangUp(from);
            hangUp(to);
            ends.remove(from);
            ends.remove(to);
        }
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
