package dev.banyan.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftListing;
import dev.banyan.agent.host.nft.NftListing.Chain;
import dev.banyan.agent.host.nft.NftListing.Rule;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamesTableTest {
    private static final Ipv4Address ONE = Ipv4Address.parse("10.192.4.1");
    private static final Ipv4Address TWO = Ipv4Address.parse("10.192.5.1");

    @Test
    void questionsOfContainersAtTheGatewayComeHere() {
        assertThat(rules(List.of()))
                .containsExactly(
                        "ip saddr 10.192.0.0/13 ip daddr 10.192.3.1 meta l4proto udp th dport 53 dnat ip to 127.0.53.53:553",
                        "ip saddr 10.192.0.0/13 ip daddr 10.192.3.1 meta l4proto tcp th dport 53 dnat ip to 127.0.53.53:553");
    }

    @Test
    void questionsToTheHelpersGoToOneOfThem() {
        assertThat(rules(List.of(ONE)))
                .contains(
                        "ip saddr 10.192.3.0/24 ip daddr 10.207.255.255 meta l4proto udp th dport 53 dnat ip to 10.192.4.1:53",
                        "ip saddr 10.192.3.0/24 ip daddr 10.207.255.255 meta l4proto tcp th dport 53 dnat ip to 10.192.4.1:53");
        assertThat(rules(List.of(ONE, TWO)))
                .contains("ip saddr 10.192.3.0/24 ip daddr 10.207.255.255 meta l4proto udp th dport 53 dnat ip to"
                        + " numgen random mod 2 map { 0 : 10.192.4.1 . 53, 1 : 10.192.5.1 . 53 }");
    }

    @Test
    void neverAsksItself() throws Exception {
        for (var own : List.of("127.0.53.53", "10.192.3.1", "10.192.77.5", "10.200.0.7", "10.207.255.255")) {
            assertThat(NamesTable.leadsHere(Asked.RANGES, InetAddress.ofLiteral(own)))
                    .as(own)
                    .isTrue();
        }
        for (var other : List.of("127.0.0.53", "127.0.0.1", "192.0.2.53", "10.0.0.2", "2001:db8::53", "10.208.0.0")) {
            assertThat(NamesTable.leadsHere(Asked.RANGES, InetAddress.ofLiteral(other)))
                    .as(other)
                    .isFalse();
        }
    }

    @Test
    void theHelpersAddressIsTheLastOfTheServices() {
        assertThat(NamesTable.helperAddress(Asked.RANGES)).hasToString("10.207.255.255");
        assertThat(NamesTable.helperAddress(ClusterRanges.of("10.0.0.0/16", "10.1.0.0/16", "10.0.3.0/24")))
                .hasToString("10.1.255.255");
    }

    @Test
    void aFirewallOfIptablesAcceptsWhatIsLedHereOnce() {
        assertThat(InputAccept.ensured("banyan_1234567_names", Asked.RANGES, filter())
                        .script())
                .isEqualTo(
                        "insert rule ip filter INPUT ip saddr 10.192.0.0/13 ip daddr 127.0.53.53 counter accept comment"
                                + " \"banyan_1234567_names\"\n");
        assertThat(InputAccept.ensured("banyan_1234567_names", Asked.RANGES, filter(rule(9, "banyan_1234567_names")))
                        .isEmpty())
                .isTrue();
        assertThat(InputAccept.ensured("banyan_1234567_names", Asked.RANGES, filter(rule(9, "banyan_7654321_names")))
                        .isEmpty())
                .isFalse();
        assertThat(InputAccept.ensured("x", Asked.RANGES, Optional.empty()).isEmpty())
                .isTrue();
        assertThat(InputAccept.ensured("x", Asked.RANGES, Optional.of(new NftListing(Map.of(), Map.of())))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void onlyItsOwnRuleIsTakenAway() {
        var filter = filter(rule(8, "somebody's"), rule(9, "mine"), rule(12, "mine"));

        assertThat(InputAccept.removed("mine", filter).script())
                .isEqualTo("delete rule ip filter INPUT handle 9\ndelete rule ip filter INPUT handle 12\n");
        assertThat(InputAccept.removed("mine", Optional.empty()).isEmpty()).isTrue();
    }

    private static Optional<NftListing> filter(Rule... rules) {
        return Optional.of(new NftListing(Map.of(), Map.of("INPUT", new Chain("", List.of(rules)))));
    }

    private static Rule rule(long handle, String comment) {
        return new Rule(handle, comment, List.of());
    }

    private static List<String> rules(List<Ipv4Address> helpers) {
        return NamesTable.of("banyan_1234567_names", Asked.RANGES, helpers)
                .chains()
                .getFirst()
                .rules();
    }
}
