package dev.banyan.agent.host.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.host.HostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NftDifferenceTest {
    private static final NftChain HOOKED =
            NftChain.hooked("pre", "nat", "prerouting", -100, List.of("tcp dport vmap @ports"));
    private static final NftChain PLAIN = NftChain.plain("web", List.of("dnat ip to 10.0.0.1:80"));
    private static final NftSet PORTS = NftSet.verdicts("ports", "inet_service", Map.of("80", "goto web"));
    private static final NftSet SEEN = NftSet.of("seen", "ipv4_addr", List.of("10.0.0.1", "10.0.0.2"));
    private static final NftTable TABLE = new NftTable("t", List.of(PORTS, SEEN), List.of(HOOKED, PLAIN));

    private static NftDifference from(NftTable before, NftTable after) {
        return NftDifference.between(before, after);
    }

    @Test
    void saysNothingWhenNothingDiffers() {
        assertThat(from(TABLE, TABLE)).isEqualTo(new NftDifference("", List.of()));
        assertThat(from(TABLE, TABLE).isEmpty()).isTrue();
    }

    @Test
    void makesAMissingTableInAnOrderThatNeedsNothingAhead() {
        assertThat(NftDifference.of(TABLE, Optional.empty()).script().lines())
                .containsExactly(
                        "add table ip t",
                        "add map ip t ports { type inet_service : verdict; }",
                        "add set ip t seen { type ipv4_addr; }",
                        "add chain ip t pre { type nat hook prerouting priority -100; policy accept; }",
                        "add chain ip t web",
                        "add rule ip t pre tcp dport vmap @ports comment \"" + NftChain.mark("tcp dport vmap @ports")
                                + "\"",
                        "add rule ip t web dnat ip to 10.0.0.1:80 comment \"" + NftChain.mark("dnat ip to 10.0.0.1:80")
                                + "\"",
                        "add element ip t ports { 80 : goto web }",
                        "add element ip t seen { 10.0.0.1, 10.0.0.2 }");
    }

    @Test
    void refillsTheOneChainThatChanged() {
        var rule = "dnat ip to 10.0.0.2:80";
        var after = new NftTable("t", List.of(PORTS, SEEN), List.of(HOOKED, NftChain.plain("web", List.of(rule))));

        assertThat(from(TABLE, after).script().lines())
                .containsExactly(
                        "flush chain ip t web",
                        "add rule ip t web " + rule + " comment \"" + NftChain.mark(rule) + "\"");
    }

    @Test
    void changesOnlyTheElementsThatDiffer() {
        var seen = NftSet.of("seen", "ipv4_addr", List.of("10.0.0.2", "10.0.0.3"));
        var ports = NftSet.verdicts("ports", "inet_service", Map.of("80", "goto pre"));
        var after = new NftTable("t", List.of(ports, seen), List.of(HOOKED, PLAIN));

        assertThat(from(TABLE, after).script().lines())
                .containsExactly(
                        "delete element ip t ports { 80 }",
                        "delete element ip t seen { 10.0.0.1 }",
                        "add element ip t ports { 80 : goto pre }",
                        "add element ip t seen { 10.0.0.3 }");
    }

    @Test
    void removesAChainOnlyAfterNothingLeadsToIt() {
        var after =
                new NftTable("t", List.of(NftSet.verdicts("ports", "inet_service", Map.of()), SEEN), List.of(HOOKED));

        assertThat(from(TABLE, after).script().lines())
                .containsExactly("delete element ip t ports { 80 }", "flush chain ip t web", "delete chain ip t web");
    }

    @Test
    void saysOfTwoTablesWhatItSaysOfAListing() {
        var web = NftChain.plain("web", List.of("dnat ip to 10.0.0.2:80"));
        var api = NftChain.plain("api", List.of("dnat ip to 10.0.0.3:80"));
        var both = NftSet.verdicts("ports", "inet_service", Map.of("80", "goto web", "81", "goto api"));
        var tables = List.of(
                TABLE,
                new NftTable("t", List.of(PORTS, SEEN), List.of(HOOKED, web)),
                new NftTable("t", List.of(both, SEEN), List.of(HOOKED, PLAIN, api)),
                new NftTable("t", List.of(SEEN), List.of()));

        for (var before : tables) {
            for (var after : tables) {
                assertThat(NftDifference.between(before, after))
                        .isEqualTo(NftDifference.of(after, Optional.of(NftListing.of(before))));
            }
        }
    }

    @Test
    void leavesWhatASetHasLearned() {
        var clients = NftSet.learned("clients", "ipv4_addr", 3_600, 100);
        var table = new NftTable("t", List.of(clients), List.of());
        var listed =
                """
                {"nftables": [{"set": {"family": "ip", "name": "clients", "table": "t", "type": "ipv4_addr", "size": 100,
                "flags": ["timeout"], "timeout": 3600, "elem": [{"elem": {"val": "192.0.2.7", "expires": 12}}]}}]}
                """;

        assertThat(NftDifference.of(table, Optional.empty()).script().lines())
                .containsExactly(
                        "add table ip t",
                        "add set ip t clients { type ipv4_addr; size 100; flags dynamic,timeout; timeout 3600s; }");
        assertThat(NftDifference.of(table, Optional.of(NftListing.parse(listed)))
                        .isEmpty())
                .isTrue();
        var shorter = new NftTable("t", List.of(NftSet.learned("clients", "ipv4_addr", 60, 100)), List.of());
        assertThat(NftDifference.of(shorter, Optional.of(NftListing.parse(listed)))
                        .reasons())
                .contains("the table has another shape");
    }

    private static final NftSet SLOTS = NftSet.values(
            "slots",
            "ip daddr . numgen random mod 65536 : ip daddr . tcp dport",
            Map.of("10.2.0.1 . 0", "10.1.0.1 . 80"));

    @Test
    void declaresAMapToValuesByExpressionsThatHaveThem() {
        var table = new NftTable("t", List.of(SLOTS), List.of());

        assertThat(NftDifference.of(table, Optional.empty()).script().lines())
                .containsExactly(
                        "add table ip t",
                        "add map ip t slots { typeof ip daddr . numgen random mod 65536 : ip daddr . tcp dport; }",
                        "add element ip t slots { 10.2.0.1 . 0 : 10.1.0.1 . 80 }");
    }

    @Test
    void readsAMapToValues() {
        var listing = NftListing.parse(
                """
                {"nftables": [{"map": {"family": "ip", "name": "slots", "table": "t", "type": ["ipv4_addr", "integer"], "handle": 1,
                "map": "ipv4_addr . inet_service", "elem": [[{"concat": ["10.2.0.1", 0]}, {"concat": ["10.1.0.1", 80]}]]}}]}
                """);

        assertThat(listing.sets())
                .isEqualTo(Map.of(
                        "slots",
                        NftSet.values(
                                "slots",
                                "ipv4_addr . integer : ipv4_addr . inet_service",
                                SLOTS.elements().asMap())));
        assertThat(slots(listing).isEmpty()).isTrue();
        var other = NftSet.values(
                "slots", "ipv4_addr . integer : ipv4_addr", SLOTS.elements().asMap());
        assertThat(slots(new NftListing(Map.of("slots", other), Map.of())).reasons())
                .contains("the table has another shape");
    }

    private static NftDifference slots(NftListing held) {
        return NftDifference.of(new NftTable("t", List.of(SLOTS), List.of()), Optional.of(held));
    }

    @Test
    void readsAMapToValuesThatIsToldByItsExpressions() {
        var listed =
                """
                {"nftables": [{"map": {"name": "slots", "type": {"typeof": {"concat": [{"numgen": {}}]}}, "map": {"typeof": {}},
                "elem": [[{"concat": ["10.2.0.1", 0]}, {"concat": ["10.1.0.1", 80]}]]}}]}
                """;

        assertThat(slots(NftListing.parse(listed)).isEmpty()).isTrue();
        assertThat(slots(NftListing.parse(listed.replace("80]", "81]"))).script())
                .startsWith("delete element ip t slots { 10.2.0.1 . 0 }\n");
    }

    /** Between two rules that one packet meets, the kernel may have changed the table; what was new in that change is empty to it. */
    @Test
    void makesAChainBeforeAKeyThatLeadsElsewhereLeadsThere() {
        var turned = NftSet.verdicts("ports", "inet_service", Map.of("80", "goto slot", "81", "goto slot"));
        var slot = NftChain.plain("slot", List.of("dnat ip to ip daddr . 0 map @slots"));
        var after = new NftTable("t", List.of(turned, SEEN, SLOTS), List.of(HOOKED, slot));

        var difference = from(TABLE, after);

        assertThat(difference.preparation().lines())
                .containsExactly(
                        "add map ip t slots { typeof ip daddr . numgen random mod 65536 : ip daddr . tcp dport; }",
                        "add chain ip t slot",
                        "add rule ip t slot " + slot.rules().getFirst() + " comment \""
                                + NftChain.mark(slot.rules().getFirst()) + "\"",
                        "add element ip t slots { 10.2.0.1 . 0 : 10.1.0.1 . 80 }");
        assertThat(difference.script().lines())
                .containsExactly(
                        "delete element ip t ports { 80 }",
                        "flush chain ip t web",
                        "add element ip t ports { 80 : goto slot, 81 : goto slot }",
                        "delete chain ip t web");
    }

    @Test
    void changesAtOnceWhatNothingLedToBefore() {
        var ports = NftSet.verdicts("ports", "inet_service", Map.of("80", "goto web", "81", "goto api"));
        var api = NftChain.plain("api", List.of("dnat ip to 10.0.0.3:80"));

        var difference = from(TABLE, new NftTable("t", List.of(ports, SEEN), List.of(HOOKED, PLAIN, api)));

        assertThat(difference.preparation()).isEmpty();
        assertThat(difference.script()).contains("add chain ip t api", "81 : goto api");
    }

    @Test
    void findsEveryElementThatDiffers() {
        var random = new Random(11);
        for (int round = 0; round < 300; round++) {
            var before = drawn(random);
            var after = drawn(random);

            var script = from(
                            new NftTable("t", List.of(NftSet.verdicts("v", "inet_service", before)), List.of()),
                            new NftTable("t", List.of(NftSet.verdicts("v", "inet_service", after)), List.of()))
                    .script();

            var held = new TreeMap<>(before);
            var words =
                    Pattern.compile("(delete|add) element ip t v \\{ (.*) }").matcher(script);
            while (words.find()) {
                for (var element : words.group(2).split(", ")) {
                    var parts = element.split(" : ");
                    if (words.group(1).equals("delete")) {
                        assertThat(held.remove(parts[0])).isNotNull();
                    } else {
                        assertThat(held.put(parts[0], parts[1])).isNull();
                    }
                }
            }
            assertThat(held).isEqualTo(after);
        }
    }

    private static Map<String, String> drawn(Random random) {
        var drawn = new TreeMap<String, String>();
        for (int key = random.nextInt(4); key < 12; key += 1 + random.nextInt(3)) {
            drawn.put(Integer.toString(key), "goto c" + random.nextInt(2));
        }
        return drawn;
    }

    @Test
    void removesASetThatIsUnwanted() {
        var after = new NftTable("t", List.of(PORTS), List.of(HOOKED, PLAIN));

        assertThat(from(TABLE, after).script().lines()).containsExactly("delete set ip t seen");
    }

    @Test
    void makesTheTableAnewWhenAHookOrATypeCannotBeChanged() {
        var hook = NftChain.hooked("pre", "nat", "prerouting", -99, HOOKED.rules());
        var type = NftSet.of("seen", "inet_service", List.of());
        for (var after : List.of(
                new NftTable("t", List.of(PORTS, SEEN), List.of(hook, PLAIN)),
                new NftTable("t", List.of(PORTS, type), List.of(HOOKED, PLAIN)))) {
            assertThat(from(TABLE, after).script()).startsWith("delete table ip t\nadd table ip t\n");
        }
    }

    @Test
    void refillsAChainWithARuleOfSomebodyElse() {
        var held = NftListing.of(TABLE);
        var chains = new LinkedHashMap<>(held.chains());
        chains.computeIfPresent("web", (name, web) -> {
            var rules = new ArrayList<>(web.rules());
            rules.add(new NftListing.Rule(9, "", List.of()));
            return new NftListing.Chain("", rules);
        });

        var difference = NftDifference.of(TABLE, Optional.of(new NftListing(held.sets(), chains)));

        assertThat(difference.script()).startsWith("flush chain ip t web\n");
        assertThat(difference.reasons()).containsExactly("chain web differs");
    }

    @Test
    void refusesTwoOfOneNameAndNamesThatNftWouldRead() {
        assertThatIllegalArgumentException().isThrownBy(() -> new NftTable("t", List.of(SEEN, SEEN), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new NftTable("t", List.of(), List.of(PLAIN, PLAIN)));
        assertThatIllegalArgumentException().isThrownBy(() -> new NftTable("t; flush ruleset", List.of(), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> NftChain.plain("a b", List.of()));
    }

    @Test
    void readsWhatNftLists() {
        var listing = NftListing.parse(
                """
                {"nftables": [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "ip", "name": "t"}},
                {"map": {"name": "ports", "type": ["inet_proto", "inet_service"], "map": "verdict",
                 "elem": [[{"concat": ["tcp", 80]}, {"goto": {"target": "web"}}]]}},
                {"set": {"name": "seen", "type": "ipv4_addr", "elem": ["10.0.0.1", {"elem": {"val": "10.0.0.2", "timeout": 3}}]}},
                {"set": {"name": "none", "type": "ipv4_addr"}},
                {"chain": {"name": "pre", "type": "nat", "hook": "prerouting", "prio": -100, "policy": "accept"}},
                {"chain": {"name": "hard", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
                {"chain": {"name": "web", "handle": 2}},
                {"rule": {"chain": "pre", "handle": 16, "comment": "by:1", "expr": [{"counter": {"packets": 0}}, {"jump": {"target": "web"}}]}},
                {"rule": {"chain": "pre", "handle": 17, "expr": [{"masquerade": null}, {"xt": {"type": "match"}}]}}]}""");

        assertThat(listing.sets())
                .isEqualTo(Map.of(
                        "ports", NftSet.verdicts("ports", "inet_proto . inet_service", Map.of("tcp . 80", "goto web")),
                        "seen", NftSet.of("seen", "ipv4_addr", List.of("10.0.0.1", "10.0.0.2")),
                        "none", NftSet.of("none", "ipv4_addr", List.of())));
        assertThat(listing.chains())
                .isEqualTo(Map.of(
                        "pre",
                        new NftListing.Chain(
                                "type nat hook prerouting priority -100",
                                List.of(
                                        new NftListing.Rule(16, "by:1", List.of("web")),
                                        new NftListing.Rule(17, "", List.of()))),
                        "hard",
                        new NftListing.Chain("type filter hook forward priority 0 policy drop", List.of()),
                        "web",
                        new NftListing.Chain("", List.of())));
    }

    @Test
    void saysThatAListingIsNoListing() {
        for (var text : List.of("", "{}", "[]", "{\"nftables\": [{\"chain\": {}}]}", "nft: error")) {
            assertThatExceptionOfType(HostException.class).as(text).isThrownBy(() -> NftListing.parse(text));
        }
    }
}
