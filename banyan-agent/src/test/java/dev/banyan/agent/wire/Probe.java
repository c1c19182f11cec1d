package dev.banyan.agent.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;

/**
 * One request, and how it ended in a word: the answer of an {@link EchoServer}, {@code refused}, {@code unreachable} or {@code lost}.
 * Who sends datagrams is told only that they are refused.
 */
public final class Probe {
    /** Longer than two retransmissions on a busy machine. */
    private static final int PATIENT_MILLIS = 10_000;

    /** For what is expected to be lost: whoever answers does so at once. */
    private static final int BRIEF_MILLIS = 1_000;

    private Probe() {}

    /** Asks from inside {@code where}; {@code patient} says that an end is expected. */
    public static String ask(Namespace where, boolean connection, String address, int port, boolean patient)
            throws Exception {
        var to = new InetSocketAddress(InetAddress.ofLiteral(address), port);
        int millis = patient ? PATIENT_MILLIS : BRIEF_MILLIS;
        return where.call(() -> {
            try {
                return connection ? connected(to, millis) : sent(to, millis);
            } catch (SocketTimeoutException lost) {
                return "lost";
            } catch (NoRouteToHostException unreachable) {
                return connection ? "unreachable" : "lost";
            } catch (IOException other) {
                return told(other, connection);
            }
        });
    }

    private static String told(IOException failed, boolean connection) {
        var why = String.valueOf(failed.getMessage());
        if (failed instanceof PortUnreachableException || why.contains("refused") || why.contains("not permitted")) {
            return "refused";
        }
        return connection && why.contains("unreachable") ? "unreachable" : "lost";
    }

    private static String connected(InetSocketAddress to, int millis) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.INET)) {
            var socket = channel.socket();
            socket.setSoTimeout(millis);
            socket.connect(to, millis);
            socket.getOutputStream().write("who\n".getBytes(UTF_8));
            var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
            return answer == null ? "closed" : answer;
        }
    }

    private static String sent(InetSocketAddress to, int millis) throws IOException {
        try (var channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            channel.connect(to);
            channel.socket().setSoTimeout(BRIEF_MILLIS);
            var packet = new DatagramPacket(new byte[512], 512);
            // Again and again: kernels refuse only so often in a second.
            for (int waited = 0; waited < millis; waited += BRIEF_MILLIS) {
                var ignored = channel.write(ByteBuffer.wrap("who".getBytes(UTF_8)));
                try {
                    channel.socket().receive(packet);
                    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
                } catch (SocketTimeoutException silent) {
                    continue;
                }
            }
            return "lost";
        }
    }
}
