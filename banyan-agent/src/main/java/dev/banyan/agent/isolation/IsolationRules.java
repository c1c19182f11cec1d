package dev.banyan.agent.isolation;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftDifference;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.agent.host.nft.Nftables;
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
    private final Nftables nftables;
    private final ClusterRanges ranges;

    /** What the kernel holds unless somebody else changed it; empty when that is not known. */
    private Optional<NftTable> written = Optional.empty();

    /** After which no flow was left that it does not allow. */
    private Optional<Identities> judged = Optional.empty();

    /** {@code agentId} has seven hexadecimal digits, unique on this server: the packet table is called {@code banyan_<agentId>_apart}. */
    public IsolationRules(String agentId, CommandRunner commands, ClusterRanges ranges) {
        if (!agentId.matches("[0-9a-f]{7}")) {
            throw new IllegalArgumentException("an agent id has seven hexadecimal digits: " + agentId);
        }
        this.tableName = "banyan_" + agentId + "_apart";
        this.commands = commands;
        this.nftables = new Nftables(commands);
        this.ranges = ranges;
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
        var ruled = IsolationTable.of(tableName, ranges, view, attached, identities);
        commit(ruled.table());
        if (judged.isEmpty() || identities.narrows(judged.get())) {
            cut(view, identities);
        }
        judged = Optional.of(identities);
        return ruled.containers();
    }

    private void commit(NftTable table) throws InterruptedException {
        var last = written;
        written = Optional.empty();
        if (last.isPresent()) {
            var step = NftDifference.between(last.get(), table);
            // Refused where somebody else changed what it is about: then the kernel is asked.
            if (step.isEmpty() || nftables.commit(step.script()).succeeded()) {
                written = Optional.of(table);
                return;
            }
        }
        var difference = nftables.compare(table);
        if (!difference.isEmpty()) {
            nftables.commit(difference.script()).require();
            LOG.atDebug().addKeyValue("why", difference.reasons()).log("isolation changed");
        }
        written = Optional.of(table);
    }

    /** Flows are led by the kernel as their first packet was. */
    private void cut(ClusterView view, Identities identities) throws InterruptedException {
        var gateways = new HashSet<Ipv4Address>(Set.of(ranges.gateway()));
        view.servers().forEach(server -> gateways.add(server.gateway()));
        var listing = commands.run(CommandLine.of("conntrack", "-L")).require();
        for (var arguments : new FlowJudge(ranges, gateways, identities).cuts(listing)) {
            var line = new ArrayList<>(List.of("conntrack", "-D"));
            line.addAll(arguments);
            var done = commands.run(CommandLine.of(line.toArray(String[]::new)));
            // Having found no such flow is an exit status of 1.
            if (!done.succeeded() && !done.error().contains("0 flow entries")) {
                throw new HostException(done.describe());
            }
        }
    }

    /** What of the last table the kernel holds no more, in words; empty when it holds all, or nothing was applied. */
    List<String> differences() throws InterruptedException {
        if (written.isEmpty()) {
            return List.of("it is not known what the kernel holds");
        }
        var reasons = nftables.compare(written.get()).reasons();
        if (!reasons.isEmpty()) {
            written = Optional.empty();
        }
        return reasons;
    }

    /**
     * Takes the table away: containers that still run are kept apart by nothing.
     *
     * @throws HostException when the kernel refuses; again does what is left
     */
    public void remove() throws InterruptedException {
        nftables.delete(tableName);
        written = Optional.empty();
        judged = Optional.empty();
    }
}
