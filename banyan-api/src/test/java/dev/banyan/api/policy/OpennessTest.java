package dev.banyan.api.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.policy.Openness.Port;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.PolicyPort;
import dev.banyan.api.v1.PolicyRule;
import dev.banyan.api.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OpennessTest {
    private static final Port WEB = new Port(80, false);
    private static final Port NAMES = new Port(53, true);
    private static final List<Port> PORTS = List.of(WEB, NAMES, new Port(22, false), new Port(9_000, false));

    private static Party party(String app, String service) {
        return party(app, service, Party.usual(), Set.of());
    }

    private static Party party(String app, String service, Connections connections, Set<String> peers) {
        return Party.of(
                "default",
                ServiceSpec.newBuilder()
                        .setDeployment(app)
                        .setService(service)
                        .setConnections(connections)
                        .addAllPeers(peers)
                        .build());
    }

    private static Connections in(String... networks) {
        var connections = Connections.newBuilder();
        for (var network : networks) {
            connections.addNetworks(Attachment.newBuilder().setNetwork(network));
        }
        return connections.build();
    }

    private static PolicyRule rule(boolean allow, List<String> from, Port... ports) {
        var rule = PolicyRule.newBuilder().setAllow(allow).addAllFrom(from);
        for (var port : ports) {
            rule.addPorts(PolicyPort.newBuilder().setNumber(port.number()).setUdp(port.udp()));
        }
        return rule.build();
    }

    private static Connections ruled(Connections connections, PolicyRule... rules) {
        return connections.toBuilder().addAllRules(List.of(rules)).build();
    }

    @Test
    void servicesOfOneAppReachEachOther() {
        var open = Openness.between(party("shop", "web"), party("shop", "db"));

        assertThat(open.shown()).isEqualTo("all");
        assertThat(open.why()).isEqualTo("network shop/default");
    }

    @Test
    void servicesOfOthersDoNot() {
        var open = Openness.between(party("blog", "web"), party("shop", "web"));

        assertThat(open.any()).isFalse();
        assertThat(open.shown()).isEqualTo("none");
        assertThat(Openness.named(party("blog", "web"), party("shop", "web"))).isFalse();
    }

    @Test
    void aServiceThatSaysNothingIsInTheDefaultNetwork() {
        var silent = Party.of(
                "default",
                ServiceSpec.newBuilder().setDeployment("shop").setService("old").build());

        assertThat(Openness.between(silent, party("shop", "db")).rest()).isTrue();
        assertThat(silent.inner()).isFalse();
    }

    @Test
    void appsOfOneNameInTwoNamespacesAreTwo() {
        var elsewhere = Party.of(
                "other",
                ServiceSpec.newBuilder()
                        .setDeployment("shop")
                        .setService("web")
                        .addPeers("shop")
                        .build());

        assertThat(Openness.between(elsewhere, party("shop", "db", Party.usual(), Set.of("shop")))
                        .any())
                .isFalse();
    }

    @Test
    void networksPartTheServicesOfAnApp() {
        var front = party("shop", "web", in("front"), Set.of());
        var back = party("shop", "db", in("back"), Set.of());
        var both = party("shop", "api", in("back", "front"), Set.of());

        assertThat(Openness.between(front, back).any()).isFalse();
        assertThat(Openness.between(front, both).rest()).isTrue();
        assertThat(Openness.between(both, back).rest()).isTrue();
        assertThat(Openness.named(front, back)).isFalse();
    }

    @Test
    void aSharedNetworkIsOfAllWhoNameItAndAnOwnOneOfNobodyElse() {
        var shared = Connections.newBuilder()
                .addNetworks(Attachment.newBuilder()
                        .setNetwork("common")
                        .setShared(true)
                        .addAliases("store"))
                .build();
        var one = party("shop", "web", shared, Set.of());
        var other = party("blog", "web", shared, Set.of());
        var own = party("blog", "db", in("common"), Set.of());

        assertThat(Openness.between(one, other).why()).isEqualTo("network common");
        assertThat(other.aliasesFor(one)).containsExactly("store");
        assertThat(Openness.between(one, own).any()).isFalse();
        assertThat(own.aliasesFor(one)).isEmpty();
    }

    @Test
    void peersMustNameEachOther() {
        var shop = party("shop", "web", Party.usual(), Set.of("blog"));
        var blog = party("blog", "web", Party.usual(), Set.of("shop"));
        var silent = party("blog", "web");

        assertThat(Openness.between(shop, blog).why()).isEqualTo("peer");
        assertThat(Openness.between(blog, shop).rest()).isTrue();
        assertThat(Openness.between(shop, silent).any()).isFalse();
        assertThat(Openness.between(silent, shop).any()).isFalse();
    }

    @Test
    void theFirstRuleThatMatchesHoldsForEachPort() {
        var db = party(
                "shop",
                "db",
                ruled(
                        in("default"),
                        rule(false, List.of("web"), new Port(22, false)),
                        rule(true, List.of("web", "api"), WEB),
                        rule(false, List.of("*"))),
                Set.of());

        assertThat(Openness.between(party("shop", "web"), db).shown()).isEqualTo("80/tcp");
        assertThat(Openness.between(party("shop", "api"), db).why()).isEqualTo("network shop/default, policy");
        assertThat(Openness.between(party("shop", "far"), db).any()).isFalse();
        assertThat(Openness.named(party("shop", "far"), db))
                .as("names are told within a network")
                .isTrue();
    }

    @Test
    void aRuleWithPortsLeavesTheRestAsItWas() {
        var db = party("shop", "db", ruled(in("default"), rule(false, List.of("web"), WEB, NAMES)), Set.of());
        var open = Openness.between(party("shop", "web"), db);

        assertThat(open.shown()).isEqualTo("all but 53/udp, 80/tcp");
        assertThat(open.isOpen(WEB)).isFalse();
        assertThat(open.isOpen(new Port(53, false))).isTrue();
    }

    @Test
    void anAllowanceOpensBetweenNetworksOfAnAppButNothingToOthers() {
        var db = party("shop", "db", ruled(in("back"), rule(true, List.of("*"), WEB)), Set.of());

        var within = Openness.between(party("shop", "web", in("front"), Set.of()), db);
        assertThat(within.shown()).isEqualTo("80/tcp");
        assertThat(Openness.between(party("blog", "web"), db).any()).isFalse();
        assertThat(Openness.between(party("blog", "web", Party.usual(), Set.of("shop")), db)
                        .any())
                .isFalse();
    }

    @Test
    void rulesNarrowWhatPeersMay() {
        var shop = party(
                "shop",
                "db",
                ruled(Party.usual(), rule(true, List.of("blog.web"), WEB), rule(false, List.of("blog.*"))),
                Set.of("blog"));
        var web = party("blog", "web", Party.usual(), Set.of("shop"));
        var job = party("blog", "job", Party.usual(), Set.of("shop"));

        assertThat(Openness.between(web, shop).shown()).isEqualTo("80/tcp");
        assertThat(Openness.between(job, shop).any()).isFalse();
        assertThat(Openness.between(party("shop", "web"), shop).rest()).isTrue();
    }

    @Test
    void aServiceWithoutNetworkReachesNobodyNotEvenItsOwn() {
        var none = party("shop", "job", Connections.getDefaultInstance(), Set.of());

        assertThat(Openness.between(none, party("shop", "web")).any()).isFalse();
        assertThat(Openness.between(party("shop", "web"), none).any()).isFalse();
        assertThat(Openness.between(none, none).any()).isFalse();
        assertThat(Openness.named(none, party("shop", "web"))).isFalse();
    }

    @Test
    void onlyWhoIsInInternalNetworksAloneHasNoWayOut() {
        var inner = Attachment.newBuilder().setNetwork("back").setInternal(true);

        assertThat(party("a", "b", Connections.newBuilder().addNetworks(inner).build(), Set.of())
                        .inner())
                .isTrue();
        assertThat(party(
                                "a",
                                "b",
                                Connections.newBuilder()
                                        .addNetworks(inner)
                                        .addNetworks(Attachment.newBuilder().setNetwork("front"))
                                        .build(),
                                Set.of())
                        .inner())
                .isFalse();
    }

    /** Ten apps with five services each, drawn networks, peers and rules; compared with answers that are found in another way. */
    @Test
    void agreesWithAnotherWayToAnswerForAllPairs() {
        for (int seed = 0; seed < 30; seed++) {
            var drawn = new Drawn(new SplittableRandom(seed));
            for (var from : drawn.parties) {
                for (var to : drawn.parties) {
                    var open = Openness.between(from, to);
                    for (var port : PORTS) {
                        assertThat(open.isOpen(port))
                                .as(seed + ": " + from + " -> " + to + " " + port)
                                .isEqualTo(drawn.mayUse(from, to, port));
                    }
                    assertThat(open.any())
                            .isEqualTo(open.rest() || PORTS.stream().anyMatch(open::isOpen));
                }
            }
        }
    }

    private static final class Drawn {
        private final SplittableRandom random;
        private final List<Party> parties = new ArrayList<>();

        Drawn(SplittableRandom random) {
            this.random = random;
            for (int app = 0; app < 10; app++) {
                var peers = new HashSet<String>();
                for (int other = 0; other < 10; other++) {
                    if (other != app && random.nextInt(3) == 0) {
                        peers.add("app" + other);
                    }
                }
                for (int service = 0; service < 5; service++) {
                    parties.add(party("app" + app, "s" + service, connections(), peers));
                }
            }
        }

        private Connections connections() {
            var connections = Connections.newBuilder();
            int networks = random.nextInt(4);
            for (int i = 0; i < networks; i++) {
                connections.addNetworks(
                        Attachment.newBuilder().setNetwork("n" + i).setShared(i == 2 && random.nextBoolean()));
            }
            int rules = random.nextInt(4);
            for (int i = 0; i < rules; i++) {
                var names = List.of("*", "s" + random.nextInt(5), "app" + random.nextInt(10) + ".*", "app1.s1");
                var ports = random.nextBoolean()
                        ? new Port[0]
                        : new Port[] {PORTS.get(random.nextInt(4)), PORTS.get(random.nextInt(4))};
                connections.addRules(rule(random.nextBoolean(), List.of(names.get(random.nextInt(4))), ports));
            }
            return connections.build();
        }

        /** Rule by rule, for one port alone. */
        private boolean mayUse(Party from, Party to, Port port) {
            boolean sameApp = from.app().equals(to.app());
            boolean meet = false;
            for (var network : from.networks().keySet()) {
                meet |= to.networks().containsKey(network);
            }
            boolean peers = from.peers().contains(to.app()) && to.peers().contains(from.app());
            if (from.networks().isEmpty() || to.networks().isEmpty() || !sameApp && !meet && !peers) {
                return false;
            }
            for (var rule : to.rules()) {
                var name = rule.getFrom(0);
                boolean about = name.equals("*")
                        || sameApp && name.equals(from.service())
                        || name.equals(from.app() + ".*")
                        || name.equals(from.app() + "." + from.service());
                boolean thisPort = rule.getPortsCount() == 0
                        || rule.getPortsList().stream()
                                .anyMatch(
                                        listed -> listed.getNumber() == port.number() && listed.getUdp() == port.udp());
                if (about && thisPort) {
                    return rule.getAllow();
                }
            }
            return meet || peers;
        }
    }
}
