package dev.banyan.api.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6TextTest {
    @ParameterizedTest
    @CsvSource({
        "::,::",
        "::1,::1",
        "2001:DB8:0:0:0:0:0:1,2001:db8::1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "fe80:0:0:0:1:2:3:0,fe80::1:2:3:0",
        "1:2:3:4:5:6:0:0,1:2:3:4:5:6::",
        "64:ff9b::192.0.2.1,64:ff9b::c000:201"
    })
    void hasOneFormForEachAddress(String text, String canonical) {
        assertThat(Ipv6Text.canonical(text)).contains(canonical);
        assertThat(Ipv6Text.canonical(canonical)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "192.0.2.1", "::ffff:192.0.2.1", "fe80::1%eth0", "host:80", "1::2::3", "[::1]", "a.example"})
    void othersAreNone(String text) {
        assertThat(Ipv6Text.canonical(text)).isEmpty();
    }

    @Test
    void anAddressHasSixteenOctets() {
        assertThatIllegalArgumentException().isThrownBy(() -> Ipv6Text.of(new byte[4]));
    }
}
