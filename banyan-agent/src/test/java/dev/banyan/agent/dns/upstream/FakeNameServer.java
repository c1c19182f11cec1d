package dev.banyan.agent.dns.upstream;

import dev.banyan.runtime.env.SystemEnv;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A name server on this machine that says what the test wants. */
public final class FakeNameServer implements AutoCloseable {
    /** What it makes of the answer to a question, before that is sent; nothing is a silence. */
    @FunctionalInterface
    public interface Manners {
        Optional<Message> say(Message query, boolean udp);
    }

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Manners manners;
    private final List<Message> heard = new CopyOnWriteArrayList<>();

    public FakeNameServer(Manners manners) {
        this.manners = manners;
        try {
            tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            udp = new DatagramSocket(tcp.getLocalSocketAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        var env = new SystemEnv();
        env.tasks().spawn("fake/udp", this::serveUdp);
        env.tasks().spawn("fake/tcp", this::serveTcp);
    }

    /** Answers every question with {@code records}, changed as the test wants. */
    public static FakeNameServer saying(UnaryOperator<Message> change, Record... records) {
        return new FakeNameServer((query, udp) -> Optional.of(change.apply(answer(query, records))));
    }

    public static Message answer(Message query, Record... records) {
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        Arrays.stream(records).forEach(record -> answer.addRecord(record, Section.ANSWER));
        return answer;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    /** Every question so far. */
    public List<Message> heard() {
        return List.copyOf(heard);
    }

    private void serveUdp() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try {
            while (true) {
                udp.receive(packet);
                var said = said(Arrays.copyOf(packet.getData(), packet.getLength()), true);
                if (said.isPresent()) {
                    udp.send(new DatagramPacket(said.get(), said.get().length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                try (var socket = tcp.accept()) {
                    var in = new DataInputStream(socket.getInputStream());
                    var said = said(in.readNBytes(in.readUnsignedShort()), false);
                    if (said.isPresent()) {
                        var framed = ByteBuffer.allocate(2 + said.get().length)
                                .putShort((short) said.get().length)
                                .put(said.get());
                        socket.getOutputStream().write(framed.array());
                    }
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private Optional<byte[]> said(byte[] packet, boolean byUdp) throws IOException {
        var query = new Message(packet);
        heard.add(query);
        return manners.say(query, byUdp).map(Message::toWire);
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
