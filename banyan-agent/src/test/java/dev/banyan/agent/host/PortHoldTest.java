package dev.banyan.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.host.PortHold.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** On loopback. */
class PortHoldTest {
    /** Outside of the range from which the kernel takes ports for connections, so that nobody takes it by chance. */
    private static int freePort() throws IOException {
        for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000); ; port++) {
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
    }

    @Test
    void keepsAPortFromOthersUntilItIsClosed() throws Exception {
        int port = freePort();
        var hold = ((PortHold.Outcome.Held) PortHold.open(Transport.TCP, port)).hold();

        assertThatExceptionOfType(BindException.class).isThrownBy(() -> new ServerSocket(port));
        assertThat(PortHold.open(Transport.TCP, port)).isEqualTo(new PortHold.Outcome.InUse());

        hold.close();
        new ServerSocket(port).close();
    }

    @Test
    void holdsAPortOnOneAddressAndTellsOneThatIsNotHere() throws Exception {
        int port = freePort();
        var loopback = Ipv4Address.parse("127.0.0.1");
        try (var hold = ((PortHold.Outcome.Held) PortHold.open(Transport.TCP, loopback, port)).hold()) {
            assertThat(hold).isNotNull();
            assertThat(PortHold.open(Transport.TCP, port)).isEqualTo(new PortHold.Outcome.InUse());
            var beside = PortHold.open(Transport.TCP, Ipv4Address.parse("127.0.0.2"), port);
            assertThat(beside).isInstanceOf(PortHold.Outcome.Held.class);
            ((PortHold.Outcome.Held) beside).hold().close();
        }
        assertThat(PortHold.open(Transport.UDP, Ipv4Address.parse("192.0.2.99"), port))
                .isEqualTo(new PortHold.Outcome.Elsewhere());
    }

    @Test
    void doesNotListen() throws Exception {
        int port = freePort();
        try (var hold = ((PortHold.Outcome.Held) PortHold.open(Transport.TCP, port)).hold()) {
            assertThat(hold).isNotNull();
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port));
        }
    }

    @Test
    void leavesAPortToWhoListensOnOneAddressOnly() throws Exception {
        try (var other = new ServerSocket()) {
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

            assertThat(PortHold.open(Transport.TCP, other.getLocalPort())).isEqualTo(new PortHold.Outcome.InUse());
        }
    }

    @Test
    void takesAPortThatOnlyClosedConnectionsStillUse() throws Exception {
        int port;
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = other.getLocalPort();
            try (var client = new Socket(other.getInetAddress(), port)) {
                other.accept().close();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }

        var outcome = PortHold.open(Transport.TCP, port);

        assertThat(outcome).isInstanceOf(PortHold.Outcome.Held.class);
        ((PortHold.Outcome.Held) outcome).hold().close();
    }

    @Test
    void holdsDatagramPortsApartFromConnections() throws Exception {
        try (var other = new DatagramSocket(0)) {
            int port = other.getLocalPort();

            assertThat(PortHold.open(Transport.UDP, port)).isEqualTo(new PortHold.Outcome.InUse());
        }
    }

    @Test
    void refusesWhatIsNoPort() {
        assertThatIllegalArgumentException().isThrownBy(() -> PortHold.open(Transport.TCP, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> PortHold.open(Transport.TCP, 65_536));
    }

    @Test
    void readsWhoHoldsAPort() {
        assertThat(PortOwners.parse("LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=612,fd=3))\n"))
                .contains("sshd (pid 612)");
        assertThat(PortOwners.parse("TIME-WAIT 0 0 127.0.0.1:80 127.0.0.1:4711\n"))
                .isEmpty();
        assertThat(PortOwners.parse("")).isEmpty();
    }
}
