package dev.banyan.agent.host.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.HostException;
import dev.banyan.api.twin.TwinPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TwinTablesTest {
    private static final AddressFamily IPV6 = AddressFamily.ipv6(TwinPrefix.parse("fd5c:1:2::/48"));

    private final List<String> scripts = new ArrayList<>();
    private final Map<String, String> listed = new HashMap<>();
    private final TwinTables tables = new TwinTables("t", new Nftables(this::run));
    private boolean refuses;

    private CommandResult run(CommandLine line) {
        var words = line.arguments();
        if (words.contains("list")) {
            var json = listed.get(words.get(words.size() - 2));
            return json == null
                    ? new CommandResult(line, 1, "", "Error: No such file or directory")
                    : new CommandResult(line, 0, json, "");
        }
        if (refuses) {
            refuses = false;
            return new CommandResult(line, 1, "", "Error: drawn");
        }
        scripts.add(line.input());
        return new CommandResult(line, 0, "", "");
    }

    private static NftTable table(AddressFamily family, String... addresses) {
        return NftTable.of(
                family,
                "t",
                List.of(NftSet.of("known", "ipv4_addr", List.of(addresses))),
                List.of(NftChain.plain("c", List.of("ip saddr @known accept"))));
    }

    @Test
    void writesBothInOneTransaction() throws InterruptedException {
        tables.commit(List.of(table(AddressFamily.IPV4, "10.192.3.7"), table(IPV6, "fd5c:1:2:c003::7")));

        assertThat(scripts).singleElement().asString().contains("add table ip t\n", "add table ip6 t");
        assertThat(scripts.getFirst())
                .contains(
                        "add set ip t known { type ipv4_addr; }",
                        "add set ip6 t known { type ipv6_addr; }",
                        "add rule ip6 t c ip6 saddr @known accept",
                        "add element ip6 t known { fd5c:1:2:c003::7 }");
    }

    @Test
    void aChangeIsOfWhatDiffers() throws InterruptedException {
        var plain = table(AddressFamily.IPV4, "10.192.3.7");
        tables.commit(List.of(plain, table(IPV6, "fd5c:1:2:c003::7")));
        tables.commit(List.of(plain, table(IPV6, "fd5c:1:2:c003::7", "fd5c:1:2:c003::8")));

        assertThat(scripts.getLast()).isEqualTo("add element ip6 t known { fd5c:1:2:c003::8 }\n");
        assertThat(scripts).hasSize(2);
    }

    @Test
    void whatAChangeLeadsToIsThereBefore() throws InterruptedException {
        tables.commit(List.of(leading("one"), table(IPV6)));
        tables.commit(List.of(leading("two"), table(IPV6)));

        assertThat(scripts).hasSize(3);
        assertThat(scripts.get(1)).contains("add chain ip t two").doesNotContain("element");
        assertThat(scripts.get(2)).contains("add element ip t led { 80 : goto two }", "delete chain ip t one");
    }

    @Test
    void withoutWhatItNeedsBeforeAChangeIsNotMade() throws InterruptedException {
        tables.commit(List.of(leading("one")));
        listed.put("ip", "{\"nftables\": []}");
        refuses = true;
        tables.commit(List.of(leading("two")));

        assertThat(scripts).hasSize(2);
        assertThat(scripts.getLast()).contains("add map ip t led", "add chain ip t two");
    }

    private static NftTable leading(String chain) {
        return new NftTable(
                "t",
                List.of(NftSet.verdicts("led", "inet_service", Map.of("80", "goto " + chain))),
                List.of(NftChain.plain(chain, List.of("accept"))));
    }

    @Test
    void theKernelIsAskedWhenItRefuses() throws InterruptedException {
        tables.commit(List.of(table(AddressFamily.IPV4, "10.192.3.7")));
        refuses = true;
        tables.commit(List.of(table(AddressFamily.IPV4, "10.192.3.8")));

        assertThat(scripts.getLast()).contains("add table ip t");
    }

    @Test
    void aTwinThatIsNotWantedGoes() throws InterruptedException {
        listed.put("ip6", "{\"nftables\": []}");
        tables.commit(List.of(table(AddressFamily.IPV4, "10.192.3.7")));

        assertThat(scripts.getLast()).endsWith("delete table ip6 t\n");
    }

    @Test
    void whatTheKernelHoldsNoMoreIsADifference() throws InterruptedException {
        assertThat(tables.differences()).isNotEmpty();
        tables.commit(List.of(table(AddressFamily.IPV4, "10.192.3.7"), table(IPV6, "fd5c:1:2:c003::7")));
        assertThat(tables.differences()).contains("the table is missing");
    }

    @Test
    void aRefusalIsToldAndNothingIsTakenForWritten() {
        refuses = true;
        assertThatThrownBy(() -> tables.commit(List.of(table(AddressFamily.IPV4))))
                .isInstanceOf(HostException.class);
        assertThat(scripts).isEmpty();
    }
}
