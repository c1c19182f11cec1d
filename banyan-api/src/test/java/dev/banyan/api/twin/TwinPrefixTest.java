package dev.banyan.api.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwinPrefixTest {
    private final TwinPrefix prefix = TwinPrefix.parse("fd5c:1a0:77e2::/48");

    @ParameterizedTest
    @CsvSource({
        "10.192.3.7,fd5c:1a0:77e2:c003::7",
        "10.192.0.0,fd5c:1a0:77e2:c000::",
        "10.200.1.255,fd5c:1a0:77e2:c801::ff",
        "10.0.5.16,fd5c:1a0:77e2:5::10"
    })
    void writesTwinsAsTheKernelDoes(String ipv4, String twin) {
        assertThat(prefix.twin(ipv4)).contains(twin);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1", "10.1.2", "10.1.2.256", "10.1.2.x", "''", "10.1.2.3.4", "fd00::1"})
    void hasTwinsOfTheClustersAddressesAlone(String other) {
        assertThat(prefix.twin(other)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0x0ac00000,13,fd5c:1a0:77e2:c000::/53",
        "0x0ac00300,24,fd5c:1a0:77e2:c003::/64",
        "0x0ac00307,32,fd5c:1a0:77e2:c003::7/128",
        "0x0ac00380,25,fd5c:1a0:77e2:c003::80/121",
        "0x0a000000,8,fd5c:1a0:77e2:0::/48"
    })
    void aRangeOfTwinsIsThatOfTheTwins(String first, int length, String range) {
        assertThat(prefix.range(Integer.decode(first), length)).isEqualTo(range);
    }

    @Test
    void everyTwinIsOfOneAddress() throws Exception {
        for (int bits = 0x0ac00000; bits < 0x0ac01000; bits += 7) {
            var octets = prefix.octets(bits);
            assertThat(prefix.ipv4(octets)).contains(bits);
            assertThat(InetAddress.getByName(prefix.twin(bits)).getAddress()).isEqualTo(octets);
        }
    }

    @ParameterizedTest
    @CsvSource({"fd5c:1a0:77e2:c003::107", "fd5c:1a0:77e3:c003::7", "fe80::1", "fd5c:1a0:77e2:c003:1::7"})
    void otherAddressesAreNoTwins(String other) throws Exception {
        assertThat(prefix.ipv4(InetAddress.getByName(other).getAddress())).isEmpty();
        assertThat(prefix.ipv4(new byte[] {10, 0, 0, 1})).isEmpty();
    }

    @Test
    void eachClusterHasItsOwnAndTheSameOnEveryServer() {
        assertThat(TwinPrefix.of("a")).isEqualTo(TwinPrefix.of("a")).isNotEqualTo(TwinPrefix.of("b"));
        assertThat(TwinPrefix.of("a").toString()).startsWith("fd");
        assertThat(TwinPrefix.parse(TwinPrefix.of("a").toString())).isEqualTo(TwinPrefix.of("a"));
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:1::/48", "fd5c:1a0::/48", "fd5c:1a0:77e2::/56", "fd5c:1a0:77e2::", "''"})
    void refusesWhatIsNoPrefixOfItsOwn(String text) {
        assertThatThrownBy(() -> TwinPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
