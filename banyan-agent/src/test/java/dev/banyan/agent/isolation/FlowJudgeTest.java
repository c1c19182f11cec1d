package dev.banyan.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.PolicyPort;
import dev.banyan.api.v1.PolicyRule;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowJudgeTest {
    private static final String WEB = "10.192.3.2";
    private static final String DB = "10.192.3.3";
    private static final String OTHER = "10.192.4.4";
    private static final String VIRTUAL = "10.200.0.9";

    private final Drawn drawn = Drawn.of(1, 0, 0);

    @BeforeEach
    void add() {
        drawn.add("shop", "web", Party.usual(), List.of());
        var rules = Party.usual().toBuilder()
                .addRules(PolicyRule.newBuilder()
                        .addFrom("web")
                        .addPorts(PolicyPort.newBuilder().setNumber(22)))
                .build();
        drawn.add("shop", "db", rules, List.of());
        drawn.add("blog", "web", Party.usual(), List.of());
    }

    private List<List<String>> cuts(String... lines) {
        var identities = Identities.of(Drawn.RANGES, drawn.view(), drawn.attached);
        var gateways = Set.of(Ipv4Address.parse("10.192.3.1"), Ipv4Address.parse("10.192.4.1"));
        return new FlowJudge(Drawn.RANGES, AddressFamily.IPV4, gateways, identities).cuts(String.join("\n", lines));
    }

    private static String tcp(String from, String asked, String to, int port) {
        return "tcp      6 431999 ESTABLISHED src=" + from + " dst=" + asked + " sport=40000 dport=" + port + " src="
                + to + " dst=" + from + " sport=" + port + " dport=40000 [ASSURED] mark=0 use=1";
    }

    @Test
    void leavesWhatIsAllowed() {
        assertThat(cuts(tcp(WEB, DB, DB, 80), tcp(WEB, VIRTUAL, DB, 80), "", "no flow"))
                .isEmpty();
    }

    @Test
    void endsWhatIsNot() {
        assertThat(cuts(tcp(WEB, DB, DB, 22), tcp(OTHER, VIRTUAL, DB, 80)))
                .containsExactly(
                        List.of("-p", "tcp", "--orig-src", WEB, "--reply-src", DB, "--reply-port-src", "22"),
                        List.of("-p", "tcp", "--orig-src", OTHER, "--reply-src", DB, "--reply-port-src", "80"));
    }

    @Test
    void endsWhatLeadsFromOrToSomebodyWhoIsGone() {
        assertThat(cuts(tcp("10.192.4.200", DB, DB, 80), tcp(WEB, VIRTUAL, "10.192.4.200", 80)))
                .hasSize(2);
    }

    @Test
    void endsWhatHasNoPorts() {
        assertThat(cuts("icmp     1 29 src=" + OTHER + " dst=" + DB + " type=8 code=0 id=1 src=" + DB + " dst=" + OTHER
                        + " type=0 code=0 id=1 mark=0 use=1"))
                .containsExactly(List.of("--orig-src", OTHER, "--reply-src", DB));
    }

    @Test
    void leavesWhatCameByPublishedPortsFromServersAndFromOutside() {
        assertThat(cuts(
                        tcp(OTHER, "192.0.2.1", DB, 80),
                        tcp(OTHER, "10.192.3.1", DB, 80),
                        tcp("10.192.4.1", DB, DB, 80),
                        tcp("198.51.100.7", DB, DB, 80),
                        tcp(DB, "198.51.100.7", "198.51.100.7", 443)))
                .isEmpty();
    }

    @Test
    void whoHasLessIsLookedAt() {
        var before = Identities.of(Drawn.RANGES, drawn.view(), drawn.attached);
        drawn.add("shop", "late", Connections.getDefaultInstance(), List.of());
        var more = Identities.of(Drawn.RANGES, drawn.view(), drawn.attached);
        drawn.attached.removeLast();
        var less = Identities.of(Drawn.RANGES, drawn.view(), drawn.attached);

        assertThat(more.narrows(before)).isFalse();
        assertThat(less.narrows(more)).isTrue();
    }
}
