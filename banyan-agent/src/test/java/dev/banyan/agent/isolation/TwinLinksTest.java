package dev.banyan.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.twin.TwinPrefix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TwinLinksTest {
    private static final Ipv4Address ADDRESS = Ipv4Address.parse("10.192.3.7");

    private final List<String> changes = new ArrayList<>();
    private String routes = "[]";
    private String spaces = "[{\"nsid\":4},{\"nsid\":3,\"name\":\"cni-1\"}]";

    private CommandResult run(CommandLine line) {
        var words = String.join(" ", line.arguments());
        var listed = words.endsWith("route show table main")
                ? routes
                : words.endsWith("netns list-id") ? spaces : "[{},{\"ifname\":\"veth1\",\"link_netnsid\":3}]";
        if (!words.contains(" -j ")) {
            changes.add(words);
        }
        return new CommandResult(line, 0, listed, "");
    }

    private void ensure() throws InterruptedException {
        var ranges = Drawn.RANGES.with(TwinPrefix.parse("fd5c:1:2::/48"));
        TwinLinks.of(this::run, ranges).orElseThrow().ensure("veth1", ADDRESS);
    }

    @Test
    void givesBothEndsTheirAddressesAndRoutesInThatOrder() throws InterruptedException {
        ensure();

        assertThat(changes)
                .containsExactly(
                        "ip -n cni-1 -6 addr replace fd5c:1:2:c003::7/128 dev eth0 nodad",
                        "ip -n cni-1 -6 route replace fd5c:1:2:c003::1 dev eth0",
                        "ip -n cni-1 -6 route replace default via fd5c:1:2:c003::1 dev eth0",
                        "ip -6 addr replace fd5c:1:2:c003::1/128 dev veth1 nodad",
                        "ip -6 route replace fd5c:1:2:c003::7 dev veth1");
    }

    @Test
    void leavesAloneWhatIsRight() throws InterruptedException {
        routes = "[{\"dst\":\"fd5c:1:2:c003::7\",\"dev\":\"veth1\"}]";
        ensure();

        assertThat(changes).isEmpty();
    }

    @Test
    void aFormerOwnersRouteIsNotItsOwn() throws InterruptedException {
        routes = "[{\"dst\":\"fd5c:1:2:c003::7\",\"dev\":\"veth9\"}]";
        ensure();

        assertThat(changes).hasSize(5);
    }

    @Test
    void saysWhereItCannotGetIn() {
        spaces = "[{\"nsid\":3}]";
        assertThatExceptionOfType(HostException.class).isThrownBy(this::ensure).withMessageContaining("veth1");
        spaces = "no json";
        assertThatExceptionOfType(HostException.class).isThrownBy(this::ensure);
        assertThat(changes).isEmpty();
    }

    @Test
    void thereIsNothingToGiveWithoutIpv6() {
        assertThat(TwinLinks.of(this::run, Drawn.RANGES)).isEmpty();
    }
}
