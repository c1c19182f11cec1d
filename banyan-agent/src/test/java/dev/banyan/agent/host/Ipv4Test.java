package dev.banyan.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4Test {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.192.3.7", "127.0.0.1", "255.255.255.255"})
    void writesAnAddressAsItWasRead(String text) {
        assertThat(Ipv4Address.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.-4",
                "1.2.3.4 ",
                "a.b.c.d",
                "::1",
                "1..2.3",
                ".1.2.3",
                "1.2.3.",
                "0.0.0.00",
                "1.2.3.1000",
                "1.2.3.\u0664"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ipv4Address.parse(text))
                .withMessageContaining(text);
    }

    @Test
    void ordersAddressesAsUnsignedNumbers() {
        assertThat(List.of(Ipv4Address.parse("200.0.0.1"), Ipv4Address.parse("10.0.0.1")).stream()
                        .sorted())
                .containsExactly(Ipv4Address.parse("10.0.0.1"), Ipv4Address.parse("200.0.0.1"));
    }

    @Test
    void knowsWhatARangeContains() {
        var range = Ipv4Range.parse("10.192.0.0/13");

        assertThat(range.contains(Ipv4Address.parse("10.199.255.255"))).isTrue();
        assertThat(range.contains(Ipv4Address.parse("10.200.0.0"))).isFalse();
        assertThat(range.contains(Ipv4Range.parse("10.192.3.0/24"))).isTrue();
        assertThat(range.contains(Ipv4Range.parse("10.192.0.0/12"))).isFalse();
        assertThat(range.overlaps(Ipv4Range.parse("10.192.0.0/12"))).isTrue();
        assertThat(range.overlaps(Ipv4Range.parse("10.200.0.0/13"))).isFalse();
        assertThat(Ipv4Range.parse("0.0.0.0/0").contains(Ipv4Address.parse("255.1.2.3")))
                .isTrue();
        assertThat(Ipv4Range.parse("10.0.0.1")).isEqualTo(Ipv4Range.parse("10.0.0.1/32"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.1/24", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/x", "10.0/8"})
    void refusesWhatIsNoRange(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ipv4Range.parse(text));
    }

    @Test
    void refusesRangesOfAClusterThatDoNotFitTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.200.1.0/24"))
                .withMessageContaining("outside");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterRanges.of("10.192.0.0/12", "10.200.0.0/13", "10.192.1.0/24"))
                .withMessageContaining("overlaps");
    }
}
