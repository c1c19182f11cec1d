package dev.banyan.agent.dns;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes questions by TCP: answers that are too long for UDP, and askers that prefer it. Each connection is a task. */
public final class TcpDoor extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(TcpDoor.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** A connection without a question; who wants more opens another. */
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** Each takes some 100 KB at most. */
    private static final int CONNECTIONS_MAX = 256;

    /** So that one container cannot keep the others from asking. */
    static final int OF_ONE = 32;

    private static final int QUESTION_MAX = 4_096;
    private static final int ANSWER_MAX = 65_535;

    private final Desk desk;
    private final InetSocketAddress address;
    private final Duration idle;
    private final Crew connections;
    private final Map<Ipv4Address, Integer> open = new ConcurrentHashMap<>();
    private final Signal pause;
    private volatile Health health = new Health(false, "not listening yet"); // written by the task

    /** At {@code address}, which is bound when the task runs. */
    public TcpDoor(Env env, Desk desk, InetSocketAddress address) {
        this(env, desk, address, IDLE);
    }

    TcpDoor(Env env, Desk desk, InetSocketAddress address, Duration idle) {
        super(env, "names/tcp");
        this.idle = idle;
        this.desk = desk;
        this.address = address;
        this.connections = new Crew(env.tasks(), "names/connection", CONNECTIONS_MAX);
        this.pause = env.signal();
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        try {
            while (true) {
                try (var listening = new ServerSocket()) {
                    listening.setReuseAddress(true);
                    listening.bind(address);
                    health = new Health(true, "listening at " + address);
                    accept(listening);
                } catch (IOException failed) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    health = Health.notReady(address + ": " + failed.getMessage());
                    LOG.atError()
                            .addKeyValue("address", address)
                            .setCause(failed)
                            .log("connections for names cannot be taken");
                }
                var ignored = pause.await(RETRY);
            }
        } finally {
            connections.dismiss();
        }
    }

    private void accept(ServerSocket listening) throws IOException {
        while (true) {
            var socket = listening.accept();
            if (!connections.start(() -> serve(socket))) {
                socket.close();
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout((int) idle.toMillis());
            if (socket.getInetAddress() instanceof Inet4Address from) {
                serve(socket, UdpDoor.address(from));
            }
        } catch (EOFException ended) {
            // Said all it wanted.
        } catch (IOException lost) {
            LOG.atDebug().setCause(lost).log("a connection for names is lost");
        }
    }

    private void serve(Socket socket, Ipv4Address asker) throws IOException {
        try {
            if (open.merge(asker, 1, Integer::sum) <= OF_ONE) {
                converse(socket, asker);
            }
        } finally {
            open.computeIfPresent(asker, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    private void converse(Socket socket, Ipv4Address asker) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        while (true) {
            int length = in.readUnsignedShort();
            if (length > QUESTION_MAX) {
                return;
            }
            var answer = answer(in.readNBytes(length), asker);
            if (answer.isEmpty()) {
                return;
            }
            var framed = ByteBuffer.allocate(2 + answer.get().length)
                    .putShort((short) answer.get().length)
                    .put(answer.get());
            socket.getOutputStream().write(framed.array());
        }
    }

    /** Empty ends the connection. */
    private Optional<byte[]> answer(byte[] packet, Ipv4Address asker) {
        return switch (desk.handle(packet, asker)) {
            case Handling.Reply(var message, int limit) -> Optional.of(message.toWire(ANSWER_MAX));
            case Handling.Complaint(var header) -> Optional.of(header);
            case Handling.Ask ask -> Optional.of(desk.ask(ask).toWire(ANSWER_MAX));
            case Handling.Silence() -> Optional.empty();
        };
    }
}
