package dev.banyan.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.twin.TwinPrefix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressFamilyTest {
    private static final TwinPrefix PREFIX = TwinPrefix.parse("fd5c:1a0:77e2::/48");
    private static final AddressFamily IPV6 = AddressFamily.ipv6(PREFIX);
    private static final Ipv4Address ADDRESS = Ipv4Address.parse("10.192.3.7");

    @Test
    void writesAddressesAsTheyAreOrAsTwins() {
        assertThat(AddressFamily.IPV4.of(ADDRESS)).isEqualTo("10.192.3.7");
        assertThat(AddressFamily.IPV4.of(ADDRESS, 80)).isEqualTo("10.192.3.7:80");
        assertThat(AddressFamily.IPV4.alone(ADDRESS)).isEqualTo("10.192.3.7/32");
        assertThat(IPV6.of(ADDRESS)).isEqualTo("fd5c:1a0:77e2:c003::7");
        assertThat(IPV6.of(ADDRESS, 80)).isEqualTo("[fd5c:1a0:77e2:c003::7]:80");
        assertThat(IPV6.alone(ADDRESS)).isEqualTo("fd5c:1a0:77e2:c003::7/128");
        assertThat(IPV6.octets(ADDRESS)).hasSize(16).endsWith(7);
        assertThat(AddressFamily.IPV4.octets(ADDRESS)).containsExactly(10, (byte) 192, 3, 7);
    }

    @ParameterizedTest
    @CsvSource({
        "ip saddr . meta l4proto . th dport @a accept,ip6 saddr . meta l4proto . th dport @a accept",
        "ct original ip daddr != x,ct original ip6 daddr != x",
        "meta l4proto tcp dnat ip to x,meta l4proto tcp dnat ip6 to x",
        "jhash ip saddr mod 4 seed 0x1,jhash ip6 saddr mod 4 seed 0x1",
        "reject with icmp type port-unreachable,reject with icmpv6 type port-unreachable",
        "ipv4_addr . inet_proto . inet_service,ipv6_addr . inet_proto . inet_service",
        "iifname @links drop,iifname @links drop"
    })
    void hasTheWordsThatDiffer(String rule, String ofIpv6) {
        assertThat(IPV6.spoken(rule)).isEqualTo(ofIpv6);
        assertThat(AddressFamily.IPV4.spoken(rule)).isEqualTo(rule);
    }

    @Test
    void readsWhatItWrote() {
        for (var range : new String[] {"10.192.0.0/13", "10.192.3.0/24", "10.192.3.7"}) {
            var parsed = Ipv4Range.parse(range);
            assertThat(IPV6.readRange(IPV6.of(parsed))).contains(parsed);
            assertThat(AddressFamily.IPV4.readRange(AddressFamily.IPV4.of(parsed)))
                    .contains(parsed);
        }
        assertThat(IPV6.readRange("fd5c:1a0:77e2:c003::7")).contains(Ipv4Range.parse("10.192.3.7"));
        assertThat(IPV6.read("fd5c:1a0:77e2:c003:0:0:0:7")).contains(ADDRESS);
    }

    @ParameterizedTest
    @CsvSource({
        "10.192.3.7",
        "2001:db8::7",
        "fd5c:1a0:77e2:c003::1:7",
        "a.example",
        "fe80::/64",
        "fd5c:1a0:77e2::/70",
        "::/0",
        "default"
    })
    void othersAreNoTwins(String text) {
        assertThat(IPV6.read(text)).isEmpty();
        assertThat(IPV6.readRange(text)).isEmpty();
    }

    @Test
    void rangesOfAClusterAreReadAsTheyWereWritten() {
        var plain = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.3.0/24");
        for (var ranges : new ClusterRanges[] {plain, plain.with(PREFIX)}) {
            assertThat(ClusterRanges.read(java.util.List.of(ranges.words().split(" "))))
                    .isEqualTo(ranges);
        }
        assertThat(plain.families()).containsExactly(AddressFamily.IPV4);
        assertThat(plain.with(PREFIX).families()).hasSize(2);
    }
}
