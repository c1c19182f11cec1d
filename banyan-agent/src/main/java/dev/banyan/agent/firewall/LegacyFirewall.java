package dev.banyan.agent.firewall;

import dev.banyan.agent.dns.NamesTable;
import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.PacketMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our accept rules in the filter tables of {@code iptables-legacy}, as the kernel of this server has them. For one caller at a time. */
public final class LegacyFirewall {
    /** Where the kernel tells of the calling thread's network. */
    public static final Path NETWORK = Path.of("/proc/thread-self/net");

    private static final String TABLE = "filter";

    /** Seconds for which another program may hold the lock of all tables. */
    private static final String PATIENCE = "5";

    private final String agentId;
    private final CommandRunner commands;
    private final ClusterRanges ranges;
    private final Path network;

    /**
     * @param agentId seven hexadecimal digits, unique on this server: rules are known by it
     * @param network the folder that has the names of tables in use, such as {@link #NETWORK}
     */
    public LegacyFirewall(String agentId, CommandRunner commands, ClusterRanges ranges, Path network) {
        if (!agentId.matches("[0-9a-f]{7}")) {
            throw new IllegalArgumentException("an agent id has seven hexadecimal digits: " + agentId);
        }
        this.agentId = agentId;
        this.commands = commands;
        this.ranges = ranges;
        this.network = network;
    }

    /**
     * Has the cluster's packets accepted, writing only what is missing; true when something was.
     *
     * @throws HostException when a program fails, or is not there although its tables are in use
     */
    public boolean ensure() throws InterruptedException {
        boolean changed = false;
        for (var family : ranges.families()) {
            if (inUse(family)) {
                var chains = chains(family);
                var wanted = new ArrayList<List<String>>();
                rules(family).forEach(rule -> wanted.addAll(chains.ensured(rule)));
                run(family, wanted);
                changed |= !wanted.isEmpty();
            }
        }
        return changed;
    }

    /**
     * Leaves nothing behind.
     *
     * @throws HostException when a rule can't be deleted; calling again does what is left
     */
    public void remove() throws InterruptedException {
        for (var family : ranges.families()) {
            if (inUse(family)) {
                remove(family);
            }
        }
    }

    private void remove(AddressFamily family) throws InterruptedException {
        try {
            var chains = chains(family);
            var unwanted = new ArrayList<List<String>>();
            rules(family).forEach(rule -> unwanted.addAll(chains.removed(rule)));
            run(family, unwanted);
        } catch (HostException failed) {
            // Without the program there is no rule of ours, and nobody shall need it to leave.
            if (!(failed.getCause() instanceof IOException)) {
                throw failed;
            }
        }
    }

    /** Questions for names are of IPv4 alone. */
    private List<AcceptRule> rules(AddressFamily family) {
        var marked = List.of("-m", "mark", "--mark", PacketMark.CLUSTER + "/" + PacketMark.CLUSTER);
        var forward = new AcceptRule("FORWARD", "DOCKER-USER", marked, "banyan_" + agentId + "_net");
        if (family.isIpv6()) {
            return List.of(forward);
        }
        var listening = NamesTable.LISTENING.getAddress().getHostAddress();
        var asking = List.of("-s", ranges.containers().toString(), "-d", listening);
        return List.of(forward, new AcceptRule("INPUT", "", asking, "banyan_" + agentId + "_names"));
    }

    /** Asked of a file, since the program would bring a table into use by looking at it. */
    private boolean inUse(AddressFamily family) {
        var names = network.resolve(family.isIpv6() ? "ip6_tables_names" : "ip_tables_names");
        try {
            return Files.readAllLines(names).contains(TABLE);
        } catch (NoSuchFileException kernelWithout) {
            return false;
        } catch (IOException failed) {
            throw new HostException("could not read " + names, failed);
        }
    }

    private LegacyChains chains(AddressFamily family) throws InterruptedException {
        return LegacyChains.parse(commands.run(line(family, List.of("-S"))).require());
    }

    private void run(AddressFamily family, List<List<String>> changes) throws InterruptedException {
        for (var change : changes) {
            commands.run(line(family, change)).require();
        }
    }

    private static CommandLine line(AddressFamily family, List<String> arguments) {
        var program = family.isIpv6() ? "ip6tables-legacy" : "iptables-legacy";
        var words = new ArrayList<>(List.of(program, "-w", PATIENCE, "-t", TABLE));
        words.addAll(arguments);
        return CommandLine.of(words.toArray(String[]::new));
    }
}
