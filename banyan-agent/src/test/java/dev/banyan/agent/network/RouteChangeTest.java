package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.nft.NftListing;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.agent.network.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteChangeTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.1.0/24");
    private static final Peer SECOND = Peer.of("a2", "10.99.0.12", "10.192.2.0/24");
    private static final OverlayPlan PLAN = new OverlayPlan(41, RANGES, List.of(SECOND));
    private static final String RIGHT =
            """
            [{"type":"7","dst":"10.192.1.0/24","protocol":"157","flags":[]},
             {"dst":"10.200.0.0/13","dev":"lo","protocol":"157","scope":"253","flags":[]},
             {"dst":"10.192.2.0/24","gateway":"10.99.0.12","dev":"eth0","protocol":"157","flags":[]},
             {"dst":"default","gateway":"10.99.0.1","dev":"eth0","flags":[]},
             {"dst":"10.192.1.7","dev":"v1","scope":"253","flags":[]}]""";

    private static List<String> commands(OverlayPlan plan, String held) {
        return RouteChange.of(RouteChange.wanted(plan), KernelRoute.parse(held)).commands().stream()
                .map(arguments -> String.join(" ", arguments))
                .toList();
    }

    @Test
    void needsNoCommandWhenAllIsRight() {
        assertThat(commands(PLAN, RIGHT)).isEmpty();
    }

    @Test
    void makesWhatIsMissing() {
        assertThat(commands(PLAN, "[]"))
                .containsExactly(
                        "replace unreachable 10.192.1.0/24 proto 157",
                        "replace 10.200.0.0/13 dev lo proto 157",
                        "replace 10.192.2.0/24 via 10.99.0.12 proto 157");
    }

    @Test
    void followsAPeerThatMovedAndForgetsOneThatLeft() {
        var moved = new OverlayPlan(42, RANGES, List.of(Peer.of("a2", "10.99.0.22", "10.192.2.0/24")));

        assertThat(commands(moved, RIGHT)).containsExactly("replace 10.192.2.0/24 via 10.99.0.22 proto 157");
        assertThat(commands(new OverlayPlan(43, RANGES, List.of()), RIGHT))
                .containsExactly("del 10.192.2.0/24 proto 157");
    }

    @Test
    void leavesARouteOfSomebodyElseAlone() {
        var foreign = RIGHT.replace(
                "\"10.99.0.12\",\"dev\":\"eth0\",\"protocol\":\"157\"", "\"10.99.0.99\",\"protocol\":\"4\"");

        var change = RouteChange.of(RouteChange.wanted(PLAN), KernelRoute.parse(foreign));

        assertThat(change.commands()).isEmpty();
        assertThat(change.conflicts()).singleElement().asString().contains("10.192.2.0/24", "via 10.99.0.99", "4");
    }

    @Test
    void takesOnlyItsOwnRoutesBack() {
        assertThat(RouteChange.of(Map.of(), KernelRoute.parse(RIGHT)).commands())
                .extracting(arguments -> arguments.get(1))
                .containsExactly("10.192.1.0/24", "10.200.0.0/13", "10.192.2.0/24");
    }

    @Test
    void switchesAdviceOffWherePeersAre() {
        assertThat(KernelNeeds.of(KernelRoute.parse(RIGHT)))
                .containsEntry("net/ipv4/conf/eth0/send_redirects", "0")
                .doesNotContainKey("net/ipv4/conf/lo/send_redirects")
                .containsEntry("net/ipv4/ip_forward", "1");
    }

    @Test
    void leadsToAllPeersThroughOneInterface() {
        assertThat(RouteChange.of(RouteChange.through("bny1", PLAN, Map.of()), KernelRoute.parse(RIGHT))
                        .commands())
                .containsExactly(
                        List.of("replace", "unreachable", "10.192.0.0/13", "proto", "157"),
                        List.of("replace", "10.192.2.0/24", "dev", "bny1", "proto", "157"));
        var there = RIGHT.replace("\"gateway\":\"10.99.0.12\",\"dev\":\"eth0\"", "\"dev\":\"bny1\"")
                .replace("[{", "[{\"type\":\"7\",\"dst\":\"10.192.0.0/13\",\"protocol\":\"157\"},{");
        assertThat(RouteChange.of(RouteChange.through("bny1", PLAN, Map.of()), KernelRoute.parse(there))
                        .commands())
                .isEmpty();
    }

    @Test
    void saysWhatPassesOnAWay() {
        var sizes = Map.of(SECOND.subnet(), 1_280);
        var there = RIGHT.replace("\"gateway\":\"10.99.0.12\",\"dev\":\"eth0\"", "\"dev\":\"bny1\"")
                .replace("[{", "[{\"type\":\"7\",\"dst\":\"10.192.0.0/13\",\"protocol\":\"157\"},{");
        var narrow = there.replace("\"dev\":\"bny1\",", "\"dev\":\"bny1\",\"metrics\":[{\"mtu\":1280}],");

        assertThat(RouteChange.of(RouteChange.through("bny1", PLAN, sizes), KernelRoute.parse(there))
                        .commands())
                .containsExactly(List.of("replace", "10.192.2.0/24", "dev", "bny1", "mtu", "1280", "proto", "157"));
        assertThat(RouteChange.of(RouteChange.through("bny1", PLAN, sizes), KernelRoute.parse(narrow))
                        .commands())
                .isEmpty();
        assertThat(RouteChange.of(RouteChange.through("bny1", PLAN, Map.of()), KernelRoute.parse(narrow))
                        .commands())
                .containsExactly(List.of("replace", "10.192.2.0/24", "dev", "bny1", "proto", "157"));
        assertThat(RouteChange.sizes(KernelRoute.parse(narrow))).isEqualTo(sizes);
        assertThat(RouteChange.sizes(KernelRoute.parse(there))).isEmpty();
    }

    @Test
    void letsNothingForOtherServersLeaveInTheClearNorArriveSo() {
        var table = OverlayTable.through("bny1", "banyan_1_net", AddressFamily.IPV4, PLAN);

        assertThat(rules(table, "guard"))
                .contains("iifname != \"bny1\" ip saddr 10.192.0.0/13 ip saddr != 10.192.1.0/24 drop");
        assertThat(rules(table, "seal"))
                .containsExactly("oifname != \"bny1\" ip daddr 10.192.0.0/13 ip daddr != 10.192.1.0/24 drop");
        assertThat(rules(table, "leave").getFirst()).isEqualTo("oifname \"bny1\" ip saddr != 10.192.1.0/24 masquerade");
    }

    private static List<String> rules(NftTable table, String chain) {
        return table.chains().stream()
                .filter(candidate -> candidate.name().equals(chain))
                .findFirst()
                .orElseThrow()
                .rules();
    }

    @Test
    void saysThatAListingIsNoListing() {
        for (var text : List.of("", "{}", "[{\"dst\":\"::/0\"}]", "[1]")) {
            assertThatExceptionOfType(HostException.class).as(text).isThrownBy(() -> KernelRoute.parse(text));
        }
    }

    @Test
    void refusesPlansThatContradictThemselves() {
        for (var subnet : List.of("10.192.1.0/24", "10.192.0.0/16", "10.200.1.0/24")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new OverlayPlan(1, RANGES, List.of(Peer.of("a2", "10.99.0.12", subnet))));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new OverlayPlan(1, RANGES, List.of(SECOND, SECOND)));
        assertThatIllegalArgumentException().isThrownBy(() -> Peer.of("a b", "10.99.0.12", "10.192.2.0/24"));
    }

    @Test
    void writesAndReadsAPlan() {
        assertThat(OverlayPlanFormat.read(OverlayPlanFormat.write(PLAN))).isEqualTo(PLAN);
        var key = new PublicKey("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
        var third = Peer.of("a3", "10.99.0.13", "10.192.3.0/24").at(key, 7_446);
        var mixed = new OverlayPlan(42, RANGES, List.of(SECOND, third));
        assertThat(OverlayPlanFormat.read(OverlayPlanFormat.write(mixed))).isEqualTo(mixed);
        for (var text : List.of(
                "",
                "revision 1",
                OverlayPlanFormat.write(PLAN) + "peer a3\n",
                OverlayPlanFormat.write(mixed).replace(" 7446", ""),
                OverlayPlanFormat.write(mixed).replace(" 7446", " x"))) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> OverlayPlanFormat.read(text));
        }
    }

    private static NftListing.Rule rule(long handle, String comment, String... jumps) {
        return new NftListing.Rule(handle, comment, List.of(jumps));
    }

    private static Optional<NftListing> filter(List<NftListing.Rule> forward, List<NftListing.Rule> dockerUser) {
        var chains = new LinkedHashMap<String, NftListing.Chain>();
        chains.put("FORWARD", new NftListing.Chain("type filter hook forward priority 0 policy drop", forward));
        chains.put("DOCKER-USER", new NftListing.Chain("", dockerUser));
        return Optional.of(new NftListing(Map.of(), chains));
    }

    private static String ensured(Optional<NftListing> filter) {
        return ForwardAccept.ensured(AddressFamily.IPV4, "mine", filter).script();
    }

    @Test
    void asksTheFirewallToAcceptOurMark() {
        var rule = " meta mark & 0x02000000 == 0x02000000 counter accept comment \"mine\"\n";

        assertThat(ensured(Optional.empty())).isEmpty();
        assertThat(ensured(filter(List.of(), List.of()))).isEqualTo("insert rule ip filter FORWARD" + rule);
        assertThat(ensured(filter(List.of(rule(1, "", "DOCKER-USER")), List.of())))
                .isEqualTo("insert rule ip filter DOCKER-USER" + rule);
    }

    @Test
    void leavesTheRuleWhereItStands() {
        assertThat(ensured(filter(List.of(rule(1, ""), rule(2, "mine")), List.of())))
                .isEmpty();
    }

    @Test
    void keepsOneRuleInTheOneRightChain() {
        var forward = new ArrayList<>(List.of(rule(1, "", "DOCKER-USER"), rule(2, "mine"), rule(3, "yours")));

        assertThat(ensured(filter(forward, List.of(rule(4, "mine"), rule(5, "mine"))))
                        .lines())
                .containsExactly(
                        "delete rule ip filter FORWARD handle 2", "delete rule ip filter DOCKER-USER handle 5");
        assertThat(ForwardAccept.removed(AddressFamily.IPV4, "mine", filter(forward, List.of(rule(4, "mine"))))
                        .script()
                        .lines())
                .containsExactly(
                        "delete rule ip filter FORWARD handle 2", "delete rule ip filter DOCKER-USER handle 4");
    }
}
