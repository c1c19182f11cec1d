package dev.banyan.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.Probe.Way;
import dev.banyan.api.v1.ProbeResult.Outcome;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** Against real sockets of the loopback, which takes any of its addresses. */
class KernelWaysTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String HERE = "127.0.0.1";

    /** One that was free a moment ago may be somebody's by now. */
    private static final int NOBODYS = 1;

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static KernelWays ways(int names) {
        return new KernelWays(Ipv4Address.parse("127.0.0.7"), new InetSocketAddress(LOOPBACK, names), Optional.empty());
    }

    private static Outcome outcome(Way way, int port, Duration timeout) throws InterruptedException {
        var probe =
                Probe.newBuilder().setWay(way).setAddress(HERE).setPort(port).build();
        return ways(NOBODYS).attempt(probe, timeout).outcome();
    }

    @Test
    void connectsFromTheGatewaysAddress() throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            assertThat(outcome(Way.TCP, server.getLocalPort(), LONG)).isEqualTo(Outcome.WELL);
            try (var seen = server.accept()) {
                assertThat(seen.getInetAddress().getHostAddress()).isEqualTo("127.0.0.7");
                assertThat(seen.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void goesWithoutTheGatewayWhereTheServerHasNone() throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            var elsewhere = new KernelWays(
                    Ipv4Address.parse("192.0.2.77"), new InetSocketAddress(LOOPBACK, NOBODYS), Optional.empty());
            var probe = Probe.newBuilder()
                    .setWay(Way.TCP)
                    .setAddress(HERE)
                    .setPort(server.getLocalPort())
                    .build();

            assertThat(elsewhere.attempt(probe, LONG)).isEqualTo(Finding.WELL);
        }
    }

    @Test
    void aPortWhereNobodyListensRefuses() throws Exception {
        assertThat(outcome(Way.TCP, NOBODYS, LONG)).isEqualTo(Outcome.REFUSED);
        assertThat(outcome(Way.UDP, NOBODYS, LONG)).isEqualTo(Outcome.REFUSED);
        assertThat(outcome(Way.ANSWER, 0, LONG)).isEqualTo(Outcome.WELL);
    }

    @Test
    void aDatagramThatIsNotRefusedIsSaidToProveNoMore() throws Exception {
        try (var server = new DatagramSocket(0, LOOPBACK)) {
            server.setSoTimeout((int) LONG.toMillis());
            var probe = Probe.newBuilder()
                    .setWay(Way.UDP)
                    .setAddress(HERE)
                    .setPort(server.getLocalPort())
                    .build();

            assertThat(ways(NOBODYS).attempt(probe, SHORT))
                    .isEqualTo(new Finding(Outcome.WELL, "not refused; whether it is heard cannot be told"));
            var packet = new DatagramPacket(new byte[8], 8);
            server.receive(packet);
            assertThat(packet.getLength()).isOne();
        }
    }

    @Test
    void asksTheAgentsOwnNameServerAndAgainWhenTheFirstQuestionIsLost() throws Exception {
        try (var server = new DatagramSocket(0, LOOPBACK)) {
            server.setSoTimeout((int) LONG.toMillis());
            var answering = Thread.ofVirtual().start(() -> answerSecond(server));
            var probe = Probe.newBuilder()
                    .setWay(Way.NAME)
                    .setName("web.shop.internal")
                    .addAddresses("10.200.0.1")
                    .build();

            assertThat(ways(server.getLocalPort()).attempt(probe, LONG)).isEqualTo(Finding.WELL);
            answering.join();
        }
    }

    private static void answerSecond(DatagramSocket server) {
        try {
            var packet = new DatagramPacket(new byte[512], 512);
            server.receive(packet);
            server.receive(packet);
            var reply = new Message(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
            reply.getHeader().setFlag(Flags.QR);
            var name = reply.getQuestion().getName();
            reply.addRecord(new ARecord(name, DClass.IN, 1, InetAddress.getByName("10.200.0.1")), Section.ANSWER);
            var wire = reply.toWire();
            server.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
        } catch (IOException closed) {
            throw new java.io.UncheckedIOException(closed);
        }
    }

    @Test
    void aNameServerThatIsNotThereOrSilentDoesNotAnswer() throws Exception {
        var probe =
                Probe.newBuilder().setWay(Way.NAME).setName("web.shop.internal").build();
        try (var silent = new DatagramSocket(0, LOOPBACK)) {
            assertThat(ways(silent.getLocalPort()).attempt(probe, SHORT).outcome())
                    .isEqualTo(Outcome.NO_NAME_SERVER);
        }
        assertThat(ways(NOBODYS).attempt(probe, LONG).outcome()).isEqualTo(Outcome.NO_NAME_SERVER);
    }
}
