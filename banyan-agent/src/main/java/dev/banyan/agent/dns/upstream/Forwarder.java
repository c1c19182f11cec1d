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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** Asks other name servers. Thread-safe. */
public final class Forwarder {
    /** Resolvers in containers ask the next server after a second: by then a second one was asked here. */
    static final Duration FIRST_PATIENCE = Duration.ofMillis(700);

    /** In the second round: names that nobody asked for lately take their time. */
    static final Duration SECOND_PATIENCE = Duration.ofMillis(1_500);

    /** Who did not answer is asked after the others for so long. */
    private static final Duration GRUDGE = Duration.ofSeconds(10);

    /** More would not be reached before who asks gives up. */
    private static final int SERVERS_MAX = 4;

    private static final int UDP_LIMIT = 1232;

    /** By UDP nobody may say more than {@link #UDP_LIMIT}; some do. */
    private static final int ANSWER_MAX = 4_096;

    private final Env env;
    private final Map<InetSocketAddress, Long> silentSince = new ConcurrentHashMap<>();

    public Forwarder(Env env) {
        this.env = env;
    }

    /** What the first of {@code servers} says that says something; empty when none does. */
    public Optional<Message> ask(Message query, List<InetSocketAddress> servers) {
        Optional<Message> refusal = Optional.empty();
        for (var patience : List.of(FIRST_PATIENCE, SECOND_PATIENCE)) {
            for (var server : inOrder(servers)) {
                var said = ask(query, server, patience);
                if (said.filter(Forwarder::isHelpful).isPresent()) {
                    silentSince.remove(server);
                    return said;
                }
                silentSince.put(server, env.time().nanos());
                refusal = said.isPresent() ? said : refusal;
            }
            if (refusal.isPresent() || Thread.currentThread().isInterrupted()) {
                return refusal;
            }
        }
        return refusal;
    }

    private static boolean isHelpful(Message said) {
        int code = said.getHeader().getRcode();
        return code == Rcode.NOERROR || code == Rcode.NXDOMAIN;
    }

    private List<InetSocketAddress> inOrder(List<InetSocketAddress> servers) {
        long now = env.time().nanos();
        var first = new ArrayList<InetSocketAddress>();
        var last = new ArrayList<InetSocketAddress>();
        for (var server : servers.subList(0, Math.min(servers.size(), SERVERS_MAX))) {
            var since = silentSince.get(server);
            (since != null && now - since < GRUDGE.toNanos() ? last : first).add(server);
        }
        first.addAll(last);
        return first;
    }

    private Optional<Message> ask(Message query, InetSocketAddress server, Duration patience) {
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
