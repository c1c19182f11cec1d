package dev.banyan.agent.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.TreeMap;

/** Connections to an {@link EchoServer}, each used from inside the namespace it was opened in. */
public final class Client implements AutoCloseable {
    /** Long enough for a retransmission on a busy machine; only failing tests wait for it. */
    private static final int TIMEOUT_MILLIS = 10_000;

    private final SocketChannel channel;
    private final BufferedReader lines;

    private Client(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.lines = new BufferedReader(new InputStreamReader(channel.socket().getInputStream(), UTF_8));
    }

    /** Opens a connection from {@code where}. */
    public static Client connect(Namespace where, String address, int port) throws Exception {
        return where.call(() -> open(address, port));
    }

    private static Client open(String address, int port) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.INET);
        channel.socket().setSoTimeout(TIMEOUT_MILLIS);
        try {
            channel.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), TIMEOUT_MILLIS);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new Client(channel);
    }

    /** Sends a line and reads the answer. */
    public String ask() throws IOException {
        channel.socket().getOutputStream().write("who\n".getBytes(UTF_8));
        var answer = lines.readLine();
        return answer == null ? "closed" : answer;
    }

    public SocketAddress localAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** How often each answer came in {@code times} new connections from {@code where}. */
    public static Map<String, Integer> ask(Namespace where, String address, int port, int times) throws Exception {
        return where.call(() -> {
            var answers = new TreeMap<String, Integer>();
            for (int i = 0; i < times; i++) {
                try (var client = open(address, port)) {
                    answers.merge(client.ask(), 1, Integer::sum);
                } catch (IOException e) {
                    answers.merge(e.getClass().getSimpleName() + ": " + e.getMessage(), 1, Integer::sum);
                }
            }
            return answers;
        });
    }

    /** How often each answer came in very many new connections from {@code where}, which are reset at their end as in {@link #askFor}. */
    public static Map<String, Integer> askMany(Namespace where, String address, int port, int times) throws Exception {
        return where.call(() -> {
            var answers = new TreeMap<String, Integer>();
            for (int i = 0; i < times; i++) {
                try (var client = open(address, port)) {
                    client.channel.socket().setSoLinger(true, 0);
                    answers.merge(client.ask(), 1, Integer::sum);
                }
            }
            return answers;
        });
    }

    /** How many new connections from {@code where} were answered in that time, one after the other. */
    public static long askFor(Namespace where, String address, int port, long millis) throws Exception {
        return where.call(() -> {
            long end = System.nanoTime() + millis * 1_000_000;
            long count = 0;
            while (System.nanoTime() < end) {
                try (var client = open(address, port)) {
                    // Reset at its end: else the kernel soon looks long for a port that no former connection still has.
                    client.channel.socket().setSoLinger(true, 0);
                    count += client.ask().equals("closed") ? 0 : 1;
                }
            }
            return count;
        });
    }

    /** How often each answer came for {@code times} datagrams, each from a socket of its own. */
    public static Map<String, Integer> askByDatagram(Namespace where, String address, int port, int times)
            throws Exception {
        return where.call(() -> {
            var answers = new TreeMap<String, Integer>();
            for (int i = 0; i < times; i++) {
                try (var flow = Flow.open(address, port)) {
                    answers.merge(flow.ask(), 1, Integer::sum);
                }
            }
            return answers;
        });
    }

    /** The same, each flow from a port of its own: from {@code first} on, so that no two of them are one to the kernel. */
    public static Map<String, Integer> askByDatagramFrom(
            Namespace where, int first, String address, int port, int times) throws Exception {
        return where.call(() -> {
            var answers = new TreeMap<String, Integer>();
            for (int i = 0; i < times; i++) {
                var channel = DatagramChannel.open(StandardProtocolFamily.INET);
                try (var flow = new Flow(channel)) {
                    channel.bind(new InetSocketAddress(first + i));
                    channel.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port));
                    channel.socket().setSoTimeout(TIMEOUT_MILLIS);
                    answers.merge(flow.ask(), 1, Integer::sum);
                }
            }
            return answers;
        });
    }

    /** One flow of datagrams: one source port. */
    public static final class Flow implements AutoCloseable {
        private final DatagramChannel channel;

        private Flow(DatagramChannel channel) {
            this.channel = channel;
        }

        public static Flow from(Namespace where, String address, int port) throws Exception {
            return where.call(() -> open(address, port));
        }

        private static Flow open(String address, int port) throws IOException {
            var channel = DatagramChannel.open(StandardProtocolFamily.INET);
            channel.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port));
            channel.socket().setSoTimeout(TIMEOUT_MILLIS);
            return new Flow(channel);
        }

        /** Sends a datagram and waits for nothing. */
        public void send() throws IOException {
            channel.write(ByteBuffer.wrap("who".getBytes(UTF_8)));
        }

        /** Sends a datagram and reads the answer, or what refused it. */
        public String ask() throws IOException {
            try {
                send();
                var packet = new DatagramPacket(new byte[512], 512);
                channel.socket().receive(packet);
                return new String(packet.getData(), 0, packet.getLength(), UTF_8);
            } catch (IOException e) {
                return e.getClass().getSimpleName();
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
