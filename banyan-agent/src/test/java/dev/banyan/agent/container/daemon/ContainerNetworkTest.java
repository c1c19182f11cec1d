package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerNetworkTest {
    @Test
    void describesARoutedLinkWithAddressesFromTheSubnet() {
        var json = new ContainerNetwork("banyan-a1", "10.192.3.0/24", 1420).json(Path.of("/ipam"));

        assertThat(JsonParser.parseString(json))
                .isEqualTo(
                        JsonParser.parseString(
                                """
                {"cniVersion": "0.4.0", "name": "banyan-a1", "plugins": [{"type": "ptp", "ipMasq": false, "mtu": 1420,
                 "ipam": {"type": "host-local", "dataDir": "/ipam", "ranges": [[{"subnet": "10.192.3.0/24"}]],
                          "routes": [{"dst": "0.0.0.0/0"}]}}]}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/31", "10.0.0.0/7", "fd00::/64", "10.0.0.0/24 "})
    void refusesSubnetsThatHoldNoContainers(String subnet) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ContainerNetwork("n", subnet, 1500));
    }

    @Test
    void refusesAnMtuThatIpDoesNotAllow() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ContainerNetwork("n", "10.0.0.0/24", 575));
        assertThatIllegalArgumentException().isThrownBy(() -> new ContainerNetwork("n", "10.0.0.0/24", 65_536));
    }

    @Test
    void leavesNothingElseInTheDirectoryThatIsWatched(@TempDir Path data) {
        var directory = new DaemonDirectory(data, Path.of("/run/x"));
        var network = new ContainerNetwork("n", "10.0.0.0/24", 1500);

        assertThat(network.write(directory)).isTrue();
        assertThat(network.write(directory)).isFalse();
        assertThat(data.resolve("net.d").toFile().list()).containsExactly("10-banyan.conflist");
    }
}
