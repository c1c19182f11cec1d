package dev.banyan.agent.host.nft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeKernelTest {
    private final FakeKernel kernel = new FakeKernel(FaultPlan.none(1), note -> {});
    private final Nftables nftables = new Nftables(kernel);

    @Test
    void holdsWhatWasCommittedAndListsItAsTheRealProgramDoes() throws Exception {
        var table = table(Map.of("10.200.0.7", "goto one"), "one");

        nftables.commit(nftables.compare(table).script()).require();

        assertThat(nftables.compare(table).reasons()).isEmpty();
    }

    @Test
    void followsAChangeByItsDifference() throws Exception {
        var before = table(Map.of("10.200.0.7", "goto one"), "one");
        var after = table(Map.of("10.200.0.7", "goto two"), "two");
        nftables.commit(nftables.compare(before).script()).require();

        nftables.commit(NftDifference.between(before, after).script()).require();

        assertThat(nftables.compare(after).reasons()).isEmpty();
        assertThat(nftables.compare(before).reasons()).isNotEmpty();
    }

    @Test
    void refusesATransactionWhole() throws Exception {
        var table = table(Map.of(), "one");
        nftables.commit(nftables.compare(table).script()).require();

        var refused = nftables.commit("add chain ip t two\nadd element ip t wholes { 10.200.0.8 : goto absent }\n");

        assertThat(refused.succeeded()).isFalse();
        assertThat(nftables.compare(table).reasons()).isEmpty();
    }

    @Test
    void refusesToRemoveAChainThatIsStillLedTo() throws Exception {
        nftables.commit(nftables.compare(table(Map.of("10.200.0.7", "goto one"), "one"))
                        .script())
                .require();

        assertThat(nftables.commit("delete chain ip t one\n").error()).contains("busy");
    }

    @Test
    void leadsToWhatTheRulesOfTheInstantSay() throws Exception {
        assertThat(kernel.destinations("10.200.0.7")).isEmpty();
        var two = "meta l4proto { tcp, udp } dnat ip to numgen random mod 2 map { 0 : 10.192.0.2, 1 : 10.192.0.3 }";
        var served = new NftTable(
                "t",
                List.of(NftSet.verdicts("wholes", "ipv4_addr", Map.of("10.200.0.7", "goto one"))),
                List.of(
                        NftChain.plain("dispatch", List.of("ip daddr vmap @wholes")),
                        NftChain.hooked("output", "nat", "output", -100, List.of("jump dispatch")),
                        NftChain.plain("one", List.of(two))));
        nftables.commit(nftables.compare(served).script()).require();

        assertThat(kernel.destinations("10.200.0.7")).containsExactly("10.192.0.2", "10.192.0.3");
        assertThat(kernel.destinations("10.200.0.8")).isEmpty();
        kernel.flush();
        assertThat(kernel.destinations("10.200.0.7")).isEmpty();
    }

    @Test
    void hasNoTableThatNobodyMade() {
        assertThat(kernel.run(CommandLine.of("nft", "-j", "list", "table", "ip", "t"))
                        .error())
                .contains("No such file or directory");
    }

    private static NftTable table(Map<String, String> verdicts, String chain) {
        return new NftTable(
                "t",
                List.of(NftSet.verdicts("wholes", "ipv4_addr", verdicts)),
                List.of(NftChain.plain(chain, List.of("accept"))));
    }
}
