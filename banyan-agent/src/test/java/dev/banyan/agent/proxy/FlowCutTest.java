package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.twin.TwinPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FlowCutTest {
    private static final Backend ONE = Backend.of("10.192.1.7", 53);
    private static final Backend TWO = Backend.of("10.192.2.9", 53);

    private static ProxySet set(Protocol protocol, Backend... backends) {
        var entrances = List.<Entrance>of(
                new Entrance.Published(5353), new Entrance.Virtual(Ipv4Address.parse("10.200.0.2"), 53));
        return new ProxySet(
                1,
                ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.1.0/24"),
                List.of(new Frontend(protocol, entrances, List.of(backends))));
    }

    private static Stream<String> cuts(ProxySet before, ProxySet after) {
        return FlowCut.between(AddressFamily.IPV4, Optional.of(before), after).stream()
                .map(cut -> String.join(" ", cut.arguments()));
    }

    @Test
    void cutsTheFlowsToARemovedBackendAtEveryEntrance() {
        assertThat(cuts(set(Protocol.UDP, ONE, TWO), set(Protocol.UDP, TWO)))
                .containsExactly(
                        "-p udp --orig-port-dst 53 --orig-dst 10.200.0.2 --reply-src 10.192.1.7 --reply-port-src 53",
                        "-p udp --orig-port-dst 5353 --reply-src 10.192.1.7 --reply-port-src 53");
    }

    @Test
    void cutsFlowsThatBeganBeforeAnybodyAnswered() {
        assertThat(cuts(set(Protocol.UDP), set(Protocol.UDP, ONE)))
                .containsExactly(
                        "-p udp --orig-port-dst 53 --orig-dst 10.200.0.2 --reply-port-src 53",
                        "-p udp --orig-port-dst 5353 --reply-port-src 5353");
        assertThat(FlowCut.between(AddressFamily.IPV4, Optional.empty(), set(Protocol.UDP, ONE)))
                .hasSize(2);
    }

    @Test
    void cutsNothingWhenBackendsAreOnlyAdded() {
        assertThat(cuts(set(Protocol.UDP, ONE), set(Protocol.UDP, ONE, TWO))).isEmpty();
    }

    @Test
    void meetsExactlyTheFlowsThatThereAre() {
        var port = new FlowCut(
                List.of("-p", "udp", "--orig-port-dst", "5353", "--reply-src", "10.192.1.7", "--reply-port-src", "53"));
        var untranslated = new FlowCut(List.of("-p", "udp", "--orig-port-dst", "5353", "--reply-port-src", "5353"));
        var virtual = new FlowCut(List.of(
                "-p",
                "udp",
                "--orig-port-dst",
                "53",
                "--orig-dst",
                "10.200.0.2",
                "--reply-src",
                "10.192.1.7",
                "--reply-port-src",
                "53"));
        var whole = new FlowCut(List.of("-p", "udp", "--orig-dst", "10.200.0.2", "--reply-src", "10.192.1.7"));
        var all = List.of(port, untranslated, virtual, whole);

        assertThat(FlowCut.met(all, "")).isEmpty();
        assertThat(FlowCut.met(
                        all,
                        "udp      17 117 src=192.0.2.9 dst=192.0.2.1 sport=40000 dport=5353 src=10.192.1.7 dst=192.0.2.9"
                                + " sport=53 dport=40000 [ASSURED] mark=0 use=1\n"))
                .containsExactly(port);
        assertThat(FlowCut.met(
                        all,
                        "udp      17 12 src=192.0.2.9 dst=192.0.2.1 sport=40000 dport=5353 [UNREPLIED] src=192.0.2.1"
                                + " dst=192.0.2.9 sport=5353 dport=40000 mark=0 use=1\n"))
                .containsExactly(untranslated);
        assertThat(FlowCut.met(
                        all,
                        "udp      17 12 src=10.192.2.4 dst=10.200.0.2 sport=40000 dport=53 src=10.192.1.7 dst=10.192.2.4"
                                + " sport=53 dport=40000 mark=0 use=1\n"))
                .containsExactly(virtual, whole);
    }

    @Test
    void neverCutsConnections() {
        assertThat(cuts(set(Protocol.TCP, ONE, TWO), set(Protocol.TCP))).isEmpty();
        assertThat(FlowCut.between(AddressFamily.IPV4, Optional.empty(), set(Protocol.TCP, ONE)))
                .isEmpty();
    }

    @Test
    void cutsFlowsOfIpv6ByTwins() {
        var before = set(Protocol.UDP, ONE, TWO);
        var family = AddressFamily.ipv6(TwinPrefix.parse("fd5c:1:2::/48"));

        assertThat(FlowCut.between(family, Optional.of(before), set(Protocol.UDP, TWO)))
                .extracting(cut -> String.join(" ", cut.arguments()))
                .contains("-p udp --orig-port-dst 53 --orig-dst fd5c:1:2:c800::2 --reply-src fd5c:1:2:c001::7"
                        + " --reply-port-src 53");
    }
}
