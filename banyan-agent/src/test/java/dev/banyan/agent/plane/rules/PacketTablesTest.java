package dev.banyan.agent.plane.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftDifference;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.agent.host.nft.Nftables;
import dev.banyan.agent.plane.rules.RuleRun.Sight;
import dev.banyan.agent.plane.rules.RuleRun.Verdict;
import dev.banyan.agent.proxy.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PacketTablesTest {
    private final PacketTables tables = new PacketTables();
    private final Nftables nftables = new Nftables(this::run);

    private CommandResult run(CommandLine line) {
        if (line.arguments().contains("list")) {
            return tables.named(line.arguments().getLast())
                    .map(table -> new CommandResult(line, 0, TableListing.of(table), ""))
                    .orElseGet(() -> new CommandResult(line, 1, "", "Error: No such file or directory"));
        }
        var complaint = tables.commit(line.input());
        return new CommandResult(line, complaint.isEmpty() ? 0 : 1, "", complaint.orElse(""));
    }

    private static NftTable table(Map<String, String> wholes, String... chains) {
        var all = new ArrayList<NftChain>();
        all.add(NftChain.hooked(
                "output",
                "nat",
                "output",
                -100,
                List.of("ip daddr vmap @wholes", "ip saddr . ip daddr @pairs accept")));
        for (var chain : chains) {
            all.add(NftChain.plain(chain, List.of("dnat ip to 10.192.0.7")));
        }
        return new NftTable(
                "t",
                List.of(
                        NftSet.verdicts("wholes", "ipv4_addr", wholes),
                        NftSet.of("pairs", "ipv4_addr . ipv4_addr", List.of("10.0.0.1 . 10.0.0.2"))),
                all);
    }

    private void hold(NftTable table) throws Exception {
        nftables.commit(nftables.compare(table)).require();
    }

    @Test
    void holdsWhatWasCommittedAndListsItAsTheRealProgramDoes() throws Exception {
        var table = table(Map.of("10.200.0.7", "goto one"), "one");

        hold(table);

        assertThat(nftables.compare(table).reasons()).isEmpty();
    }

    @Test
    void followsAChangeByItsDifference() throws Exception {
        var before = table(Map.of("10.200.0.7", "goto one"), "one");
        var after = table(Map.of("10.200.0.7", "goto two"), "two");
        hold(before);

        nftables.commit(NftDifference.between(before, after)).require();

        assertThat(nftables.compare(after).reasons()).isEmpty();
        assertThat(nftables.compare(before).reasons()).isNotEmpty();
    }

    @Test
    void refusesATransactionWhole() throws Exception {
        var table = table(Map.of(), "one");
        hold(table);

        var refused = nftables.commit("add chain ip t two\nadd element ip t wholes { 10.200.0.8 : goto absent }\n");

        assertThat(refused.succeeded()).isFalse();
        assertThat(nftables.compare(table).reasons()).isEmpty();
    }

    @Test
    void refusesWhatTheKernelRefuses() throws Exception {
        hold(table(Map.of("10.200.0.7", "goto one"), "one", "two"));

        for (var statement : List.of(
                "delete chain ip t one",
                "flush chain ip t absent",
                "delete chain ip t absent",
                "delete set ip t wholes",
                "delete set ip t absent",
                "delete element ip t wholes { 10.200.0.9 }",
                "add element ip t wholes { 10.200.0.7 : goto two }",
                "add rule ip t one goto absent",
                "add rule ip t one ip daddr @absent accept",
                "delete rule ip t one handle 99",
                "delete table ip absent",
                "invent chain ip t one")) {
            assertThat(tables.commit(statement + "\n")).as(statement).isPresent();
        }
    }

    @Test
    void insertsARuleBeforeTheOthersAndDeletesItByItsHandle() {
        assertThat(tables.commit("add table ip f\nadd chain ip f one\nadd rule ip f one drop comment \"last\"\n"))
                .isEmpty();
        assertThat(tables.commit("insert rule ip f one counter accept comment \"first\"\n"))
                .isEmpty();
        var rules = tables.named("f").orElseThrow().rules("one");
        assertThat(rules).extracting(PacketTable.Rule::comment).containsExactly("first", "last");

        assertThat(tables.commit(
                        "delete rule ip f one handle " + rules.getFirst().handle() + "\n"))
                .isEmpty();

        assertThat(tables.named("f").orElseThrow().rules("one"))
                .extracting(PacketTable.Rule::comment)
                .containsExactly("last");
    }

    private static final Sight SIGHT = new Sight(
            new Packet(Protocol.TCP, End.of("10.0.0.1", 40_000), End.of("10.0.0.2", 80)),
            "eth0",
            "lo",
            true,
            false,
            false,
            Ipv4Address.parse("10.0.0.9"));

    private static Verdict said(Sight sight, String... rules) {
        var tables = new PacketTables();
        var script = new StringBuilder(
                """
                add table ip t
                add set ip t pairs { type ipv4_addr . ipv4_addr; }
                add element ip t pairs { 10.0.0.1 . 10.0.0.2 }
                add chain ip t called
                add rule ip t called ip daddr 10.0.0.3 drop
                add chain ip t base { type filter hook input priority 0; policy drop; }
                """);
        for (var rule : rules) {
            script.append("add rule ip t base ").append(rule).append('\n');
        }
        assertThat(tables.commit(script.toString())).isEmpty();
        var table = tables.named("t").orElseThrow();
        return new RuleRun(table, sight, new Choices(List.of()))
                .of(Objects.requireNonNull(table.chains().get("base")));
    }

    @Test
    void matchesWhatItSays() {
        for (var matching : List.of(
                "ip saddr 10.0.0.0/24",
                "ip saddr != 10.0.1.0/24",
                "ip saddr . ip daddr @pairs",
                "ip daddr { 10.0.0.9, 10.0.0.2 }",
                "ip daddr != { 10.0.0.9, 10.1.0.0/16 }",
                "meta l4proto tcp th dport 80",
                "meta l4proto { tcp, udp }",
                "iifname != \"lo\" oifname \"lo\"",
                "ct status dnat ct state new",
                "fib daddr type unicast",
                "counter")) {
            assertThat(said(SIGHT, matching + " accept")).as(matching).isEqualTo(new Verdict.Accept());
        }
        for (var other : List.of(
                "ip saddr 10.0.1.0/24",
                "ip daddr . ip saddr @pairs",
                "ip daddr { 10.0.0.9, 10.0.0.8 }",
                "meta l4proto udp",
                "th dport 81",
                "iifname \"lo\"",
                "ct state established,related",
                "meta mark & 0x02 == 0x02",
                "fib daddr type local")) {
            assertThat(said(SIGHT, other + " accept")).as(other).isEqualTo(new Verdict.Drop());
        }
    }

    @Test
    void comesBackFromAJumpAndNotFromAGoto() {
        assertThat(said(SIGHT, "jump called", "accept")).isEqualTo(new Verdict.Accept());
        assertThat(said(SIGHT, "goto called", "accept")).isEqualTo(new Verdict.Drop());
        var third = SIGHT.of(SIGHT.packet().to(End.of("10.0.0.3", 80)));
        assertThat(said(third, "jump called", "accept")).isEqualTo(new Verdict.Drop());
    }

    @Test
    void seesTheMarkThatAnEarlierRuleSet() {
        assertThat(said(
                        SIGHT,
                        "meta mark set meta mark | 0x02000000",
                        "meta mark & 0x02000000 == 0x02000000 counter accept"))
                .isEqualTo(new Verdict.Accept());
    }

    @Test
    void leadsToEachSlotOnceAndOverAGap() {
        var tables = new PacketTables();
        assertThat(
                        tables.commit(
                                """
                        add table ip t
                        add map ip t slots { typeof tcp dport . numgen random mod 65536 : ip daddr . tcp dport; }
                        add element ip t slots { 80 . 0 : 10.1.0.1 . 8080, 80 . 1 : 10.1.0.2 . 8080 }
                        add chain ip t one
                        add rule ip t one meta l4proto tcp dnat ip to tcp dport . numgen random mod 3 map @slots
                        add rule ip t one accept
                        """))
                .isEmpty();

        assertThat(found(tables, "one"))
                .containsExactly(
                        new Verdict.Lead(End.of("10.1.0.1", 8080)),
                        new Verdict.Lead(End.of("10.1.0.2", 8080)),
                        new Verdict.Accept());
        assertThat(TableListing.of(tables.named("t").orElseThrow()))
                .contains("\"type\":[\"inet_service\",\"integer\"]")
                .contains("\"map\":\"ipv4_addr . inet_service\"")
                .contains("[{\"concat\":[\"80\",\"0\"]},{\"concat\":[\"10.1.0.1\",\"8080\"]}]");
    }

    private static List<Verdict> found(PacketTables tables, String chain) {
        var table = tables.named("t").orElseThrow();
        var found = new ArrayList<Verdict>();
        var choices = Optional.of(new Choices(List.of()));
        while (choices.isPresent()) {
            found.add(new RuleRun(table, SIGHT, choices.get())
                    .of(Objects.requireNonNull(table.chains().get(chain))));
            choices = choices.get().after();
        }
        return found;
    }

    @Test
    void leadsToEachTargetOnce() {
        var tables = new PacketTables();
        assertThat(tables.commit(
                        "add table ip t\nadd chain ip t one\nadd rule ip t one meta l4proto tcp dnat ip to numgen random mod"
                                + " 10 map { 0-8 : 10.1.0.1 . 8080, 9 : 10.1.0.2 . 8080 } comment \"x\"\n"))
                .isEmpty();

        assertThat(found(tables, "one"))
                .containsExactly(
                        new Verdict.Lead(End.of("10.1.0.1", 8080)), new Verdict.Lead(End.of("10.1.0.2", 8080)));
    }
}
