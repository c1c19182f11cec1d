package dev.banyan.agent.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.HostException;
import dev.banyan.api.twin.TwinPrefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a kernel: which programs are run. */
class LegacyFirewallTest {
    private static final ClusterRanges RANGES =
            ClusterRanges.of("10.192.0.0/13", "10.200.0.0/16", "10.192.0.0/24").with(TwinPrefix.of("some cluster"));

    @TempDir
    private Path network = Path.of("");

    private final List<String> run = new ArrayList<>();

    @Test
    void runsNothingWhereNoTableIsInUse() throws Exception {
        assertThat(firewall().ensure()).isFalse();
        Files.writeString(network.resolve("ip_tables_names"), "nat\nmangle\n");
        assertThat(firewall().ensure()).isFalse();
        firewall().remove();

        assertThat(run).isEmpty();
    }

    @Test
    void looksAtTheTablesInUseAlone() throws Exception {
        Files.writeString(network.resolve("ip6_tables_names"), "filter\n");

        assertThat(firewall().ensure()).isTrue();

        assertThat(run)
                .containsExactly(
                        "ip6tables-legacy -w 5 -t filter -S",
                        "ip6tables-legacy -w 5 -t filter -I FORWARD -m mark --mark 0x02000000/0x02000000"
                                + " -m comment --comment banyan_abcdef1_net -j ACCEPT");
    }

    @Test
    void saysThatAProgramIsMissingButIsLeftWithoutIt() throws Exception {
        Files.writeString(network.resolve("ip_tables_names"), "filter\n");
        var without = new LegacyFirewall("abcdef1", LegacyFirewallTest::missing, RANGES, network);

        assertThatThrownBy(without::ensure)
                .isInstanceOf(HostException.class)
                .hasMessageContaining("could not be started");

        without.remove();
    }

    private LegacyFirewall firewall() {
        return new LegacyFirewall("abcdef1", this::run, RANGES, network);
    }

    private CommandResult run(CommandLine line) {
        run.add(line.toString());
        return new CommandResult(line, 0, "-P INPUT DROP\n-P FORWARD DROP\n", "");
    }

    private static CommandResult missing(CommandLine line) {
        throw new HostException("`" + line + "` could not be started", new IOException("no such program"));
    }
}
