package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a set may be, and how it is kept. */
class ProxySetTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.1.0/24");
    private static final Entrance PORT = new Entrance.Published(8080);
    private static final Entrance ADDRESSED = new Entrance.Addressed(Ipv4Address.parse("192.0.2.7"), 8080);
    private static final Entrance VIRTUAL = new Entrance.Virtual(Ipv4Address.parse("10.200.0.2"), 80);
    private static final Backend LOCAL = Backend.of("10.192.1.7", 80);
    private static final Backend REMOTE = Backend.of("10.192.2.9", 80);

    @Test
    void dropsTakenPortsAndKeepsTheOtherWaysIn() {
        var both = new Frontend(Protocol.TCP, List.of(PORT, VIRTUAL), List.of(LOCAL));
        var only = new Frontend(Protocol.UDP, List.of(PORT), List.of(LOCAL));
        var set = new ProxySet(1, RANGES, List.of(both, only));

        var open = set.without(List.of(new PortTaken(Protocol.TCP, 8080, "sshd"), new PortTaken(Protocol.TCP, 9, "x")));

        assertThat(open.frontends())
                .containsExactly(new Frontend(Protocol.TCP, List.of(VIRTUAL), List.of(LOCAL)), only);
        assertThat(set.without(List.of(new PortTaken(Protocol.UDP, 8080, "named")))
                        .frontends())
                .containsExactly(both);
    }

    @Test
    void refusesSetsThatContradictThemselves() {
        var one = new Frontend(Protocol.TCP, List.of(PORT), List.of(LOCAL));
        assertThatIllegalArgumentException().isThrownBy(() -> new ProxySet(1, RANGES, List.of(one, one)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Frontend(Protocol.TCP, List.of(PORT), List.of(LOCAL, LOCAL)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Frontend(Protocol.TCP, List.of(), List.of(LOCAL)));
        assertThatIllegalArgumentException().isThrownBy(() -> Backend.of("10.0.0.1", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backend(LOCAL.address(), 80, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Entrance.Published(70_000));
    }

    @Test
    void writesAndReadsASet() {
        var set = new ProxySet(
                1207,
                RANGES,
                List.of(
                        new Frontend(
                                Protocol.TCP,
                                List.of(PORT, VIRTUAL),
                                List.of(LOCAL, new Backend(REMOTE.address(), 81, 7))),
                        new Frontend(Protocol.UDP, List.of(PORT), List.of())));

        assertThat(ProxySetFormat.read(ProxySetFormat.write(set))).isEqualTo(set);
        // As agents of before wrote it.
        assertThat(ProxySetFormat.write(set))
                .isEqualTo(
                        """
                revision 1207
                ranges 10.192.0.0/13 10.200.0.0/13 10.192.1.0/24
                frontend tcp 8080 10.200.0.2:80
                backend 10.192.1.7:80 1
                backend 10.192.2.9:81 7
                frontend udp 8080
                """);
    }

    @Test
    void writesAndReadsWhatPortsAllowAndClientsKeep() {
        var minute = new Affinity(Ipv4Address.parse("10.200.0.2"), Duration.ofMinutes(1));
        var ranges = Frontend.Allowed.parse(List.of("192.0.2.0/24", "2001:db8::/32", "198.51.100.7"));
        var set = new ProxySet(
                1207,
                RANGES,
                List.of(
                        new Frontend(Protocol.TCP, List.of(ADDRESSED), List.of(LOCAL), ranges, Optional.of(minute)),
                        new Frontend(Protocol.UDP, List.of(PORT), List.of())),
                List.of(
                        new VirtualService(minute.group(), List.of(LOCAL.address()), minute.time()),
                        new VirtualService(Ipv4Address.parse("10.200.0.3"), List.of()),
                        new VirtualService(Ipv4Address.parse("10.200.0.4"), List.of(), minute.time())));

        assertThat(ProxySetFormat.read(ProxySetFormat.write(set))).isEqualTo(set);
        assertThat(ProxySetFormat.write(set))
                .contains(
                        """
                frontend tcp @192.0.2.7:8080
                allow 192.0.2.0/24 198.51.100.7/32 2001:db8::/32
                keep 10.200.0.2 60
                backend 10.192.1.7:80 1
                """,
                        "service 10.200.0.2 keep=60 10.192.1.7\n");
    }

    @Test
    void refusesToReadWhatIsNoSet() {
        for (var text : List.of(
                "",
                "revision 1",
                "revision x\nranges a b c",
                "revision 1\nranges 10.192.0.0/13",
                "revision 1\nranges 10.192.0.0/13 10.200.0.0/13 10.192.1.0/24\nbackend 10.0.0.1:1 1",
                "revision 1\nranges 10.192.0.0/13 10.200.0.0/13 10.192.1.0/24\nfrontend tcp")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> ProxySetFormat.read(text));
        }
    }

    /** Of two backends one has IPv6; of three ports one is on an address of IPv4, and one open to some clients. */
}
