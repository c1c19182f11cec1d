package dev.banyan.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.dns.upstream.FakeNameServer;
import dev.banyan.agent.dns.upstream.Upstreams;
import dev.banyan.agent.dns.zone.Zone;
import dev.banyan.agent.dns.zone.ZoneService;
import dev.banyan.agent.dns.zone.ZoneService.Replica;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.Component;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Questions and answers over sockets of this machine. */
class DoorsTest {
    private static final int PATIENCE = 60_000;

    /** Below those that the kernel gives to whoever asks for any. */
    private static final int PORT = 10_053;

    /** No packet can carry it. */
    private static final String UNSPEAKABLE = "x".repeat(64);

    @TempDir
    private Path directory;

    private final SystemEnv env = new SystemEnv();
    private final Names names = new Names(new Askers(Asked.LABEL));
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private List<Component> doors = List.of();

    @BeforeEach
    void open() throws Exception {
        names.show(crowded());
        address = new InetSocketAddress(own(), PORT);
        Files.writeString(directory.resolve("resolv.conf"), "");
        var upstreams = new Upstreams(
                env.time(),
                new Upstreams.Places(directory.resolve("resolv.conf"), directory.resolve("behind")),
                other -> false);
        var desk = new Desk(env, names, upstreams);
        doors = List.of(new UdpDoor(env, desk, address), new TcpDoor(env, desk, address, Duration.ofMinutes(5)));
        doors.forEach(Component::start);
        awaitOpen();
    }

    /** The loopback address of this process alone: a port that was free a moment ago may be somebody's by now. */
    private static InetAddress own() throws UnknownHostException {
        long pid = ProcessHandle.current().pid();
        return InetAddress.getByAddress(new byte[] {127, (byte) (64 | pid >> 16 & 63), (byte) (pid >> 8), (byte) pid});
    }

    /** Before a port is bound its questions are refused at once: asking again and again would not be waiting. */
    private void awaitOpen() {
        long end = System.nanoTime() + Duration.ofMillis(PATIENCE).toNanos();
        while (!doors.stream().allMatch(door -> door.health().ready())) {
            assertThat(System.nanoTime()).as("doors: %s", doors).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void close() {
        doors.forEach(Component::stop);
    }

    /** A service with so many replicas that they do not fit into a datagram. */
    private static Zone crowded() {
        var replicas = new ArrayList<Replica>();
        for (int i = 0; i < 200; i++) {
            replicas.add(new Replica(i, Ipv4Address.parse("10.192.4." + (i + 2))));
        }
        return Zone.of(
                Asked.RANGES,
                List.of(
                        new ZoneService(
                                "shop",
                                "web",
                                Ipv4Address.parse("10.200.0.7"),
                                List.of(),
                                List.of(),
                                replicas,
                                false,
                                List.of(Ipv4Address.parse("127.0.0.1"), Ipv4Address.parse("127.0.0.2")),
                                ServiceSpec.newBuilder()
                                        .setDeployment("shop")
                                        .setService("web")
                                        .build()),
                        new ZoneService(
                                "shop",
                                UNSPEAKABLE,
                                Ipv4Address.parse("10.200.0.8"),
                                List.of(),
                                List.of(),
                                List.of())));
    }

    @Test
    void answerByUdpAndByTcp() throws Exception {
        var query = Asked.query("web.shop.internal", Type.A);

        assertThat(Asked.addresses(byUdp(query))).containsExactly("10.200.0.7");
        assertThat(Asked.addresses(byTcp(query))).containsExactly("10.200.0.7");
        assertThat(doors).allMatch(door -> door.health().ready());
    }

    @Test
    void whatDoesNotFitIsCutOffAndWholeByTcp() throws Exception {
        var query = Asked.query("tasks.web.shop.internal", Type.A);
        var cut = byUdp(query);

        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.numBytes()).isLessThanOrEqualTo(512);
        assertThat(Asked.addresses(byTcp(query))).hasSize(200);
    }

    @Test
    void aQuestionThatCannotBeHandledKeepsNoOtherFromItsAnswer() throws Exception {
        var cannot = byUdp(Asked.query("8.0.200.10.in-addr.arpa", Type.PTR));

        assertThat(cannot.getHeader().getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(Asked.addresses(byUdp(Asked.query("web.shop.internal", Type.A))))
                .containsExactly("10.200.0.7");
    }

    @Test
    void aNameOfOthersFailsWhenThereIsNobodyToAsk() throws Exception {
        var query = Asked.query("example.com", Type.A);

        assertThat(byUdp(query).getHeader().getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(byTcp(query).getHeader().getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void severalQuestionsTakeOneConnection() throws Exception {
        try (var socket = connected()) {
            for (int i = 0; i < 5; i++) {
                assertThat(Asked.addresses(converse(
                                socket, Asked.query("web.shop.internal", Type.A).toWire())))
                        .containsExactly("10.200.0.7");
            }
        }
    }

    @Test
    void oneAskerLeavesConnectionsToOthers() throws Exception {
        var held = new ArrayList<Socket>();
        try {
            for (int i = 0; i < TcpDoor.OF_ONE; i++) {
                var socket = connected();
                held.add(socket);
                converse(socket, Asked.query("web.shop.internal", Type.A).toWire());
            }
            try (var more = connected()) {
                assertThat(isHeard(more)).isFalse();
            }
            try (var other = new Socket()) {
                other.bind(new InetSocketAddress("127.0.0.2", 0));
                other.connect(address, PATIENCE);
                other.setSoTimeout(PATIENCE);
                assertThat(Asked.addresses(converse(
                                other, Asked.query("web.shop.internal", Type.A).toWire())))
                        .isNotEmpty();
            }
        } finally {
            for (var socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void goOnAfterPacketsOfAnyContent() throws Exception {
        try (var socket = new DatagramSocket()) {
            socket.connect(address);
            for (int length : new int[] {0, 1, 11, 12, 13, 600, 5_000}) {
                socket.send(new DatagramPacket(new byte[length], length));
            }
        }
        try (var socket = connected()) {
            socket.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        try (var socket = connected()) {
            socket.getOutputStream().write(new byte[] {0, 3, 1, 2, 3});
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }

        assertThat(Asked.addresses(byUdp(Asked.query("web.shop.internal", Type.A))))
                .isNotEmpty();
        assertThat(Asked.addresses(byTcp(Asked.query("web.shop.internal", Type.A))))
                .isNotEmpty();
    }

    @Test
    void sayWhoHasTheirAddress() throws Exception {
        var second = new TcpDoor(env, new Desk(env, names, nobody()), address);
        second.start();
        try {
            while (second.health().detail().contains("not listening yet")) {
                Thread.onSpinWait();
            }
            assertThat(second.health().ready()).isFalse();
            assertThat(second.health().detail()).contains("in use");
        } finally {
            second.stop();
        }
    }

    @Test
    void whatOthersSaidIsToldWithItsAge() {
        var query = Asked.query("example.com", Type.A);
        var said = FakeNameServer.answer(
                query,
                new org.xbill.DNS.ARecord(query.getQuestion().getName(), 1, 60, new byte[] {(byte) 192, 0, 2, 1}));
        var passed = Asked.read(Replies.passedOn(query, said, 7).toWire());

        assertThat(passed.getHeader().getID()).isEqualTo(query.getHeader().getID());
        assertThat(passed.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(53);
        assertThat(Asked.addresses(passed)).containsExactly("192.0.2.1");
        assertThat(passed.getHeader().getFlag(Flags.AA)).isFalse();
    }

    private Upstreams nobody() {
        return new Upstreams(
                env.time(), new Upstreams.Places(directory.resolve("none"), directory.resolve("none")), other -> false);
    }

    /** Asked again when nothing comes: a datagram may get lost on a busy machine. */
    private Message byUdp(Message query) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(address);
            socket.setSoTimeout(5_000);
            var wire = query.toWire();
            var packet = new DatagramPacket(new byte[65_535], 65_535);
            for (int asked = 0; ; asked++) {
                try {
                    socket.send(new DatagramPacket(wire, wire.length));
                    socket.receive(packet);
                    return new Message(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                } catch (SocketTimeoutException none) {
                    assertThat(asked).as("questions without an answer").isLessThan(PATIENCE / 5_000);
                }
            }
        }
    }

    /** A connection that is refused ends, or is reset. */
    private static boolean isHeard(Socket socket) {
        try {
            socket.getOutputStream()
                    .write(framed(Asked.query("web.shop.internal", Type.A).toWire()));
            return socket.getInputStream().read() >= 0;
        } catch (IOException reset) {
            return false;
        }
    }

    private static byte[] framed(byte[] wire) {
        return ByteBuffer.allocate(2 + wire.length)
                .putShort((short) wire.length)
                .put(wire)
                .array();
    }

    private Message byTcp(Message query) throws IOException {
        try (var socket = connected()) {
            return converse(socket, query.toWire());
        }
    }

    private Socket connected() throws IOException {
        var socket = new Socket();
        socket.connect(address, PATIENCE);
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    private static Message converse(Socket socket, byte[] wire) throws IOException {
        socket.getOutputStream().write(framed(wire));
        var in = new DataInputStream(socket.getInputStream());
        return new Message(in.readNBytes(in.readUnsignedShort()));
    }
}
