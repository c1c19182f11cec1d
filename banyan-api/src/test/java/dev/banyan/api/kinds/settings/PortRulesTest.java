package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortRulesTest {
    private static PortMapping.Builder port(PortAccess.Builder access) {
        return PortMapping.newBuilder()
                .setTarget(80)
                .setPublished(8080)
                .setProtocol(Protocol.TCP)
                .setAccess(access);
    }

    private static PortAccess.Builder on(String address) {
        return PortAccess.newBuilder().setHostIp(address);
    }

    private static final PortAccess.Builder HOST = PortAccess.newBuilder().setHost(true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "192.0.2.7",
                "10.191.255.255",
                "10.208.0.0",
                "223.255.255.255",
                "0.0.0.0",
                "::",
                "2001:db8::7",
                "fd00::1"
            })
    void takesAddressesThatAServerMayHave(String address) {
        assertThat(PortRules.hostIp(address)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0.1.2.3",
                "10.192.0.0",
                "10.207.255.255",
                "224.0.0.0",
                "1.2.3",
                "01.2.3.4",
                "::1",
                "0:0::1",
                "fe80::1",
                "ff02::1",
                "2001:db8",
                "::ffff:192.0.2.7",
            })
    void refusesOthers(String address) {
        assertThat(PortRules.hostIp(address)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/0",
                "192.0.2.0/24",
                "192.0.2.7",
                "192.0.2.7/32",
                "128.0.0.0/1",
                "::/0",
                "2001:db8::/32",
                "fd00::/8",
                "2001:DB8:0::7",
                "2001:db8::7/128",
                "2001:db8::8/125",
            })
    void takesRanges(String range) {
        assertThat(PortRules.range(range)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "192.0.2.0/33",
                "192.0.2.7/31",
                "192.0.2.0/",
                "192.0.2.0/024",
                "a/8",
                "2001:db8::/",
                "2001:db8::/129",
                "2001:db8::/032",
                "2001:db8::1/32",
                "2001:db8::8/124",
                "2001:db8::/32/3",
                "2001:db8/32",
                "fe80::1%eth0",
                "::ffff:192.0.2.7",
                ":/8",
            })
    void refusesWhatIsNoRange(String range) {
        assertThat(PortRules.range(range)).isPresent();
    }

    @Test
    void saysWhatARangeIsOrWhatIsTooMuchOfIt() {
        assertThat(PortRules.range("2001:db8/32"))
                .hasValue("'2001:db8/32' is no range of addresses such as 192.0.2.0/24 or 2001:db8::/32");
        assertThat(PortRules.range("2001:db8::1/32")).hasValue("'2001:db8::1/32' has bits set beyond its prefix of 32");
        assertThat(PortRules.range("2001:db8::/129"))
                .hasValueSatisfying(words -> assertThat(words).contains("is no range"));
    }

    @Test
    void writesARangeInOneWay() {
        assertThat(PortRules.canonical("2001:DB8:0:0::/32")).isEqualTo("2001:db8::/32");
        assertThat(PortRules.canonical("2001:db8::7/128")).isEqualTo("2001:db8::7");
        assertThat(PortRules.canonical("192.0.2.7/32")).isEqualTo("192.0.2.7/32");
    }

    @Test
    void boundsWhatOnePortMayAskFor() {
        var most = Collections.nCopies(PortRules.ALLOWED_MAX, "192.0.2.0/24");
        assertThat(PortRules.problems(
                        port(PortAccess.newBuilder().addAllAllow(most)).build()))
                .isEmpty();
        assertThat(PortRules.problems(
                        port(PortAccess.newBuilder().addAllAllow(most).addAllow("192.0.2.7"))
                                .build()))
                .containsExactly("allows more than 64 ranges");
        assertThat(PortRules.problems(port(HOST).setPublished(0).build()))
                .containsExactly("asks for an access to a port that is not published");
        assertThat(PortRules.affinity(Duration.ofMillis(999))).isPresent();
        assertThat(PortRules.affinity(Duration.ofDays(8))).isPresent();
        assertThat(PortRules.affinity(Duration.ofSeconds(-1))).isPresent();
        assertThat(PortRules.affinity(Duration.ofDays(7))).isEmpty();
    }

    @Test
    void knowsWhichPortsAreInEachOthersWay() {
        var plain = port(PortAccess.newBuilder()).build();
        var loopback = port(on("127.0.0.1")).build();
        var host = port(HOST).build();

        assertThat(PortRules.clash(plain, plain, false)).isTrue();
        assertThat(PortRules.clash(plain, loopback, false)).isTrue();
        assertThat(PortRules.clash(loopback, loopback, false)).isTrue();
        assertThat(PortRules.clash(loopback, port(on("192.0.2.7")).build(), true))
                .isFalse();
        for (var apart : List.of("2001:db8::8", "::", "192.0.2.7", "0.0.0.0")) {
            boolean clashes = apart.equals("::");
            assertThat(PortRules.clash(
                            port(on("2001:db8::7")).build(), port(on(apart)).build(), true))
                    .as(apart)
                    .isEqualTo(clashes);
        }
        assertThat(PortRules.clash(port(on("::")).build(), port(on("0.0.0.0")).build(), true))
                .isFalse();
        assertThat(PortRules.clash(
                        port(on("127.0.0.1")).build(), port(on("0.0.0.0")).build(), true))
                .isTrue();
        assertThat(PortRules.clash(plain, port(on("::")).build(), true)).isTrue();
        assertThat(PortRules.clash(host, host, false)).isFalse();
        assertThat(PortRules.clash(host, host, true)).isTrue();
        assertThat(PortRules.clash(host, plain, false)).isTrue();
        assertThat(PortRules.clash(plain, plain.toBuilder().setPublished(81).build(), false))
                .isFalse();
        assertThat(PortRules.clash(
                        plain, plain.toBuilder().setProtocol(Protocol.UDP).build(), false))
                .isFalse();
    }
}
