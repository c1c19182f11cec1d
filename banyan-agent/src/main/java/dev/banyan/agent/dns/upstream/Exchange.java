package dev.banyan.agent.dns.upstream;

import dev.banyan.runtime.env.Env;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

/** Asks one name server once, from a port and under a number of its own. Thread-safe. */
final class Exchange {
    private static final int UDP_LIMIT = 1232;

    /** By UDP nobody may say more than {@link #UDP_LIMIT}; some do. */
    private static final int ANSWER_MAX = 4_096;

    private final Env env;

    Exchange(Env env) {
        this.env = env;
    }

    /** What {@code server} says, by UDP and, when that was cut off, by TCP; empty when that is nothing. */
    Optional<Message> ask(Message query, InetSocketAddress server, Duration patience) {
        var own = own(query);
        try {
            var said = byUdp(own, server, patience);
            return said.isPresent() && said.get().getHeader().getFlag(Flags.TC)
                    ? byTcp(own, server, patience).or(() -> said)
                    : said;
        } catch (IOException | RuntimeException failed) {
            return Optional.empty();
        }
    }

    /** The same question under a number that nobody can guess. */
    private Message own(Message query) {
        var number = ByteBuffer.wrap(env.entropy().bytes(2)).getShort() & 0xffff;
        var own = new Message(number);
        own.getHeader().setFlag(Flags.RD);
        if (query.getHeader().getFlag(Flags.CD)) {
            own.getHeader().setFlag(Flags.CD);
        }
        own.addRecord(query.getQuestion(), Section.QUESTION);
        var options = query.getOPT();
        int flags = options == null ? 0 : options.getFlags() & ExtendedFlags.DO;
        own.addRecord(new OPTRecord(UDP_LIMIT, 0, 0, flags), Section.ADDITIONAL);
        return own;
    }

    private Optional<Message> byUdp(Message own, InetSocketAddress server, Duration patience) throws IOException {
        try (var socket = new DatagramSocket()) {
            // Connected: what others send to the port is not received, and a closed one is told at once.
            socket.connect(server);
            var wire = own.toWire();
            socket.send(new DatagramPacket(wire, wire.length));
            return received(own, socket, patience);
        }
    }

    private Optional<Message> received(Message own, DatagramSocket socket, Duration patience) throws IOException {
        long began = env.time().nanos();
        var packet = new DatagramPacket(new byte[ANSWER_MAX], ANSWER_MAX);
        while (true) {
            long left = patience.minus(env.time().since(began)).toMillis();
            if (left <= 0) {
                return Optional.empty();
            }
            socket.setSoTimeout((int) left);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException silent) {
                return Optional.empty();
            }
            var said = read(packet.getData(), packet.getLength()).filter(message -> answers(message, own));
            if (said.isPresent()) {
                return said;
            }
        }
    }

    private Optional<Message> byTcp(Message own, InetSocketAddress server, Duration patience) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(server, (int) patience.toMillis());
            socket.setSoTimeout((int) patience.toMillis());
            var wire = own.toWire();
            var framed = ByteBuffer.allocate(2 + wire.length)
                    .putShort((short) wire.length)
                    .put(wire);
            socket.getOutputStream().write(framed.array());
            var in = new DataInputStream(socket.getInputStream());
            var bytes = in.readNBytes(in.readUnsignedShort());
            return read(bytes, bytes.length).filter(message -> answers(message, own));
        }
    }

    private static Optional<Message> read(byte[] bytes, int length) {
        try {
            return Optional.of(new Message(ByteBuffer.wrap(bytes, 0, length)));
        } catch (IOException | RuntimeException malformed) {
            return Optional.empty();
        }
    }

    /** Whoever answers has seen the question: he repeats it, and its number. */
    private static boolean answers(Message said, Message own) {
        return said.getHeader().getFlag(Flags.QR)
                && said.getHeader().getID() == own.getHeader().getID()
                && own.getQuestion().equals(said.getQuestion());
    }
}
