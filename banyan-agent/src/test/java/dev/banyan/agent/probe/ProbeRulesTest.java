package dev.banyan.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.api.twin.TwinPrefix;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.Probe.Way;
import dev.banyan.api.v1.ProbeRequest;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ProbeRulesTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.3.0/24");

    private static boolean allowed(Way way, String address, int port) {
        var probe =
                Probe.newBuilder().setWay(way).setAddress(address).setPort(port).build();
        return ProbeRules.problem(probe, RANGES).isEmpty();
    }

    private static boolean allowed(String name) {
        var probe = Probe.newBuilder().setWay(Way.NAME).setName(name).build();
        return ProbeRules.problem(probe, RANGES).isEmpty();
    }

    @Test
    void triesAddressesOfTheClusterAlone() {
        assertThat(allowed(Way.TCP, "10.192.7.9", 80)).isTrue();
        assertThat(allowed(Way.UDP, "10.200.0.1", 53)).isTrue();
        assertThat(allowed(Way.ANSWER, "10.192.7.9", 0)).isTrue();
        assertThat(allowed(Way.AGENT, "10.192.7.1", 0)).isTrue();
        for (var address : new String[] {"127.0.0.1", "169.254.169.254", "192.0.2.1", "10.208.0.1", "", "web", "::1"}) {
            assertThat(allowed(Way.TCP, address, 80)).as(address).isFalse();
            assertThat(allowed(Way.ANSWER, address, 0)).as(address).isFalse();
            assertThat(allowed(Way.AGENT, address, 0)).as(address).isFalse();
        }
    }

    @Test
    void aPortIsOne() {
        assertThat(allowed(Way.TCP, "10.192.7.9", 0)).isFalse();
        assertThat(allowed(Way.UDP, "10.192.7.9", 65_536)).isFalse();
        assertThat(allowed(Way.TCP, "10.192.7.9", 65_535)).isTrue();
    }

    @Test
    void asksForNamesOfTheClusterAlone() {
        assertThat(allowed("web.shop.internal")).isTrue();
        assertThat(allowed("web.shop.eu-1.internal")).isTrue();
        for (var name :
                new String[] {"", "web", "example.com", ".internal", "a b.internal", "x".repeat(250) + ".internal"}) {
            assertThat(allowed(name)).as(name).isFalse();
        }
    }

    @Test
    void triesByIpv6WhereThereIsSome() {
        var probe = Probe.newBuilder()
                .setWay(Way.TCP)
                .setAddress("10.192.7.9")
                .setPort(80)
                .setIpv6(true)
                .build();

        assertThat(ProbeRules.problem(probe, RANGES)).contains("this agent has no IPv6 for containers");
        assertThat(ProbeRules.problem(probe, RANGES.with(TwinPrefix.of("c")))).isEmpty();
    }

    @Test
    void whatANewerEngineAsksForIsNotTried() {
        var probe = Probe.newBuilder().setWayValue(99).build();

        assertThat(ProbeRules.problem(probe, RANGES)).contains("this agent is too old for this check");
    }

    @Test
    void aRequestComesToAnEnd() {
        var fine = ProbeRequest.newBuilder().setTimeoutMs(2_000);

        assertThat(ProbeRules.problem(fine.build())).isEmpty();
        assertThat(ProbeRules.problem(fine.clone().setTimeoutMs(99).build())).isPresent();
        assertThat(ProbeRules.problem(fine.clone().setTimeoutMs(30_001).build()))
                .isPresent();
        var many = fine.clone().addAllProbes(Collections.nCopies(501, Probe.getDefaultInstance()));
        assertThat(ProbeRules.problem(many.build())).contains("at most 500 ways are tried at a time");
    }
}
