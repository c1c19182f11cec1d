package dev.banyan.agent.isolation;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.Nftables;
import dev.banyan.agent.host.nft.TwinTables;
import dev.banyan.agent.isolation.IsolationTable.Ruled;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table in the kernel of this server. It holds on without this process. For one caller at a time. */
public final class IsolationRules {
    private static final Logger LOG = LoggerFactory.getLogger(IsolationRules.class);

    private final String tableName;
    private final CommandRunner commands;
    private final TwinTables tables;
    private final ClusterRanges ranges;
    private final List<IsolationTable> made; // for each family

    /** After which no flow was left that it does not allow. */
    private Optional<Identities> judged = Optional.empty();

    /** {@code agentId} has seven hexadecimal digits, unique on this server: the packet table is called {@code banyan_<agentId>_apart}. */
    public IsolationRules(String agentId, CommandRunner commands, ClusterRanges ranges) {
        if (!agentId.matches("[0-9a-f]{7}")) {
            throw new IllegalArgumentException("an agent id has seven hexadecimal digits: " + agentId);
        }
        this.tableName = "banyan_" + agentId + "_apart";
        this.commands = commands;
        this.tables = new TwinTables(tableName, new Nftables(commands));
        this.ranges = ranges;
        this.made = ranges.families().stream()
                .map(family -> new IsolationTable(tableName, ranges, family))
                .toList();
    }

    ClusterRanges ranges() {
        return ranges;
    }

    /**
     * Makes the kernel do as {@code view} says, writing only what differs; the containers that it has rules for.
     *
     * @throws HostException when it refuses; applying again does what is left
     */
    List<Container> apply(ClusterView view, List<Container> attached) throws InterruptedException {
        var identities = Identities.of(ranges, view, attached);
        var ruled =
                made.stream().map(table -> table.of(view, attached, identities)).toList();
        var difference = tables.commit(ruled.stream().map(Ruled::table).toList());
        if (!difference.isEmpty()) {
            LOG.atDebug().addKeyValue("why", difference.reasons()).log("isolation changed");
        }
        if (judged.isEmpty() || identities.narrows(judged.get())) {
            cut(view, identities);
        }
        judged = Optional.of(identities);
        return ruled.getFirst().containers();
    }

    /** Flows are led by the kernel as their first packet was. */
    private void cut(ClusterView view, Identities identities) throws InterruptedException {
        var gateways = new HashSet<Ipv4Address>(Set.of(ranges.gateway()));
        view.servers().forEach(server -> gateways.add(server.gateway()));
        for (var family : ranges.families()) {
            cut(family, new FlowJudge(ranges, family, gateways, identities));
        }
    }

    private void cut(AddressFamily family, FlowJudge judge) throws InterruptedException {
        for (var arguments : judge.cuts(conntrack("-L", family).require())) {
            var done = conntrack("-D", family, arguments);
            // Having found no such flow is an exit status of 1.
            if (!done.succeeded() && !done.error().contains("0 flow entries")) {
                throw new HostException(done.describe());
            }
        }
    }

    private CommandResult conntrack(String verb, AddressFamily family) throws InterruptedException {
        return conntrack(verb, family, List.of());
    }

    private CommandResult conntrack(String verb, AddressFamily family, List<String> arguments)
            throws InterruptedException {
        var line = new ArrayList<>(List.of("conntrack", verb));
        line.addAll(family.flows());
        line.addAll(arguments);
        return commands.run(CommandLine.of(line.toArray(String[]::new)));
    }

    /** What of the last table the kernel holds no more, in words; says so when nothing was applied. */
    List<String> differences() throws InterruptedException {
        return tables.differences();
    }

    /**
     * Takes the table away: containers that still run are kept apart by nothing.
     *
     * @throws HostException when the kernel refuses; again does what is left
     */
    public void remove() throws InterruptedException {
        tables.remove();
        judged = Optional.empty();
    }
}
