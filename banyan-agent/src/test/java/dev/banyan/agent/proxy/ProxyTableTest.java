package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxyTableTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.1.0/24");
    private static final Entrance PORT = new Entrance.Published(8080);
    private static final Entrance VIRTUAL = new Entrance.Virtual(Ipv4Address.parse("10.200.0.2"), 80);
    private static final Backend LOCAL = Backend.of("10.192.1.7", 80);
    private static final Backend REMOTE = Backend.of("10.192.2.9", 80);

    private static NftTable table(Frontend... frontends) {
        return ProxyTable.of("banyan_0123456", new ProxySet(1, RANGES, List.of(frontends)));
    }

    private static Map<String, String> elements(NftTable table, String set) {
        return table.sets().stream()
                .filter(one -> one.name().equals(set))
                .findFirst()
                .orElseThrow()
                .elements();
    }

    private static List<String> rules(NftTable table, String chain) {
        return table.chains().stream()
                .filter(one -> one.name().equals(chain))
                .findFirst()
                .orElseThrow()
                .rules();
    }

    @Test
    void leadsEveryEntranceOfAFrontendToOneChain() {
        var table = table(new Frontend(Protocol.TCP, List.of(PORT, VIRTUAL), List.of(LOCAL, REMOTE)));

        assertThat(elements(table, "ports")).isEqualTo(Map.of("tcp . 8080", "goto tcp.p.8080"));
        assertThat(elements(table, "virtuals")).isEqualTo(Map.of("10.200.0.2 . tcp . 80", "goto tcp.p.8080"));
        assertThat(rules(table, "tcp.p.8080"))
                .containsExactly(
                        "meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.192.1.7 . 80, 1 : 10.192.2.9 . 80 }");
    }

    @Test
    void picksNobodyAtRandomWhenThereIsOne() {
        var table = table(new Frontend(Protocol.UDP, List.of(VIRTUAL), List.of(LOCAL)));

        assertThat(rules(table, "udp.v.10.200.0.2.80")).containsExactly("meta l4proto udp dnat ip to 10.192.1.7:80");
    }

    @Test
    void givesSharesByWeight() {
        var heavy = new Backend(REMOTE.address(), 80, 3);
        var table = table(new Frontend(Protocol.TCP, List.of(PORT), List.of(heavy, LOCAL)));

        assertThat(rules(table, "tcp.p.8080"))
                .containsExactly(
                        "meta l4proto tcp dnat ip to numgen random mod 4 map { 0 : 10.192.1.7 . 80, 1-3 : 10.192.2.9 . 80 }");
    }

    @Test
    void knowsWhichBackendsAreRemoteAndWhichMayCallThemselves() {
        var table = table(new Frontend(Protocol.TCP, List.of(PORT), List.of(LOCAL, REMOTE)));

        assertThat(elements(table, "remotes")).containsOnlyKeys("10.192.2.9");
        assertThat(elements(table, "hairpins")).containsOnlyKeys("10.192.1.7 . 10.192.1.7");
    }

    @Test
    void refusesAPublishedPortWithoutBackends() {
        var table = table(new Frontend(Protocol.TCP, List.of(PORT, VIRTUAL), List.of()));

        assertThat(elements(table, "refused")).containsOnlyKeys("tcp . 8080");
        assertThat(elements(table, "ports")).isEmpty();
        assertThat(elements(table, "virtuals")).isEmpty();
    }

    @Test
    void isTheSameInWhateverOrderTheSetComes() {
        var frontends = new ArrayList<Frontend>();
        for (int i = 1; i < 9; i++) {
            frontends.add(new Frontend(Protocol.TCP, List.of(new Entrance.Published(i)), List.of(LOCAL, REMOTE)));
        }
        var forward = table(frontends.toArray(Frontend[]::new));

        Collections.reverse(frontends);
        frontends.replaceAll(one -> new Frontend(one.protocol(), one.entrances(), List.of(REMOTE, LOCAL)));

        assertThat(table(frontends.toArray(Frontend[]::new))).isEqualTo(forward);
    }

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
}
