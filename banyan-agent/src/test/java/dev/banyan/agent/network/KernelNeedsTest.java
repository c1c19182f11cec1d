package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.api.twin.TwinPrefix;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelNeedsTest {
    private static final String DOCKER = "docker0          UP             172.17.0.1/16 \n";

    @Test
    void othersWithABridgeNeedARouter() {
        var ipv6 = AddressFamily.ipv6(TwinPrefix.of("some cluster"));

        assertThat(KernelNeeds.ofOthers(AddressFamily.IPV4, DOCKER, Set.of("eth0")))
                .containsExactly("net/ipv4/ip_forward");
        assertThat(KernelNeeds.ofOthers(ipv6, "docker0          UP             fd00::1/64 ", Set.of()))
                .containsExactly("net/ipv6/conf/all/forwarding");
    }

    @Test
    void aServerThatIsOnABridgeItselfNeedsNone() {
        assertThat(KernelNeeds.ofOthers(AddressFamily.IPV4, "", Set.of("eth0"))).isEmpty();
        assertThat(KernelNeeds.ofOthers(AddressFamily.IPV4, DOCKER.replace("docker0", "br0"), Set.of("br0")))
                .isEmpty();
    }
}
