package dev.banyan.agent.network.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkStateTest {
    private static final String RIGHT =
            """
            [{"ifindex":3,"ifname":"bny1","flags":["POINTOPOINT","NOARP","UP","LOWER_UP"],"mtu":1420,"addr_info":[
              {"family":"inet","local":"10.192.1.1","prefixlen":32},
              {"family":"inet6","local":"fe80::1","prefixlen":64}]}]""";

    private static List<String> commands(String json) {
        var key = new byte[32];
        Arrays.fill(key, (byte) 1);
        var plan = new TunnelPlan(
                new TunnelKey(Path.of("/key"), PublicKey.ofBytes(key)),
                new TunnelSettings(7_446, Duration.ZERO, 1_420),
                Ipv4Address.parse("10.192.1.1"),
                List.of());
        return LinkState.find("bny1", json).orElseThrow().commands("bny1", plan).stream()
                .map(words -> String.join(" ", words))
                .toList();
    }

    @Test
    void needsNothingWhenAllIsRight() {
        assertThat(commands(RIGHT)).isEmpty();
    }

    @Test
    void setsUpAFreshInterface() {
        var fresh = "[{},{\"ifname\":\"bny1\",\"flags\":[\"NOARP\"],\"mtu\":1420,\"addr_info\":[{}]}]";

        assertThat(commands(fresh))
                .containsExactly("ip -4 addr add 10.192.1.1/32 dev bny1", "ip link set dev bny1 mtu 1420 up");
    }

    @Test
    void mendsTheAddressBeforeItTakesAnotherAway() {
        assertThat(commands(RIGHT.replace("10.192.1.1", "10.192.9.1")))
                .containsExactly("ip -4 addr add 10.192.1.1/32 dev bny1", "ip -4 addr del 10.192.9.1/32 dev bny1");
        assertThat(commands(RIGHT.replace("\"prefixlen\":32", "\"prefixlen\":24")))
                .containsExactly("ip -4 addr add 10.192.1.1/32 dev bny1", "ip -4 addr del 10.192.1.1/24 dev bny1");
    }

    @Test
    void mendsSizeAndState() {
        assertThat(commands(RIGHT.replace("1420", "1500"))).containsExactly("ip link set dev bny1 mtu 1420 up");
        assertThat(commands(RIGHT.replace("\"UP\",", ""))).containsExactly("ip link set dev bny1 mtu 1420 up");
    }

    @Test
    void isNotThereAmongOthers() {
        assertThat(LinkState.find("bny2", RIGHT)).isEmpty();
        assertThat(LinkState.find("bny2", "[]")).isEmpty();
    }

    @Test
    void saysWhatIsNoListing() {
        for (var wrong : List.of("", "{}", "[1]", "[{\"ifname\":\"bny1\"}]")) {
            assertThatExceptionOfType(HostException.class)
                    .isThrownBy(() -> LinkState.find("bny1", wrong))
                    .withMessageContaining("could not be understood");
        }
    }
}
