package dev.banyan.agent.leave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.HostException;
import dev.banyan.api.twin.TwinPrefix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowsTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.3.0/24");
    private static final String LISTING =
            """
            tcp 6 100 ESTABLISHED src=192.0.2.8 dst=192.0.2.1 sport=4 dport=80 src=10.192.3.2 dst=192.0.2.8 sport=80 dport=4
            udp 17 29 src=192.0.2.1 dst=192.0.2.53 sport=5 dport=53 src=192.0.2.53 dst=192.0.2.1 sport=53 dport=5
            """;

    @Test
    void forgetsByRangesAndByTheContainersThatAnswer() throws InterruptedException {
        var run = new ArrayList<String>();
        new Flows(line -> {
                    run.add(line.toString());
                    return new CommandResult(line, 0, line.toString().contains("-L") ? LISTING : "", "");
                })
                .forget(RANGES);

        assertThat(run)
                .containsExactly(
                        "conntrack -D --orig-src 10.192.0.0/13",
                        "conntrack -D --orig-dst 10.192.0.0/13",
                        "conntrack -D --orig-src 10.200.0.0/13",
                        "conntrack -D --orig-dst 10.200.0.0/13",
                        "conntrack -L",
                        "conntrack -D --reply-src 10.192.3.2");
    }

    @Test
    void forgetsTwinsToo() throws InterruptedException {
        var run = new ArrayList<String>();
        var listing =
                "tcp 6 9 ESTABLISHED src=2001:db8::8 dst=2001:db8::1 sport=4 dport=80 src=fd5c:1:2:c003::2 dst=2001:db8::8 sport=80"
                        + " dport=4\n";
        new Flows(line -> {
                    run.add(line.toString());
                    boolean listed = line.toString().equals("conntrack -L -f ipv6");
                    return new CommandResult(line, 0, listed ? listing : "", "");
                })
                .forget(RANGES.with(TwinPrefix.parse("fd5c:1:2::/48")));

        assertThat(run)
                .contains(
                        "conntrack -D --orig-src fd5c:1:2:c000::/53 -f ipv6",
                        "conntrack -D --orig-dst fd5c:1:2:c800::/53 -f ipv6",
                        "conntrack -D --reply-src fd5c:1:2:c003::2 -f ipv6");
    }

    @Test
    void havingFoundNoneIsNoFailureAndARefusalIsOne() throws InterruptedException {
        new Flows(line -> new CommandResult(
                        line,
                        line.toString().contains("-L") ? 0 : 1,
                        "",
                        "conntrack v1.4.7: 0 flow entries have been deleted."))
                .forget(RANGES);

        assertThatThrownBy(() ->
                        new Flows(line -> new CommandResult(line, 1, "", "Operation not permitted")).forget(RANGES))
                .isInstanceOf(HostException.class);
        assertThat(Flows.answering(LISTING, RANGES, AddressFamily.IPV4))
                .isEqualTo(java.util.Set.copyOf(List.of("10.192.3.2")));
    }
}
