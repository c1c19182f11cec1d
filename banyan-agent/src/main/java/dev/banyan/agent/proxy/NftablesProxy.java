package dev.banyan.agent.proxy;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.PortHold;
import dev.banyan.agent.host.PortOwners;
import dev.banyan.agent.host.PortSpace;
import dev.banyan.agent.host.WholeFile;
import dev.banyan.agent.host.nft.NftDifference;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.agent.host.nft.Nftables;
import dev.banyan.runtime.env.TaskSpawner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The load balancer of one agent, kept in the kernel. It serves on without this process; a later process adopts what it finds and writes
 * only what differs.
 *
 * <p>Expected flow: {@link #resume()} once at start, then {@link #apply} for every new set, and {@link #verify()} now and then, followed
 * by {@link #apply} of the same set when it answers {@link ProxyCheck.Different}. For one caller at a time, always in the agent's network
 * namespace.
 */
public final class NftablesProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NftablesProxy.class);

    private final TaskSpawner tasks;
    private final String tableName;
    private final ProxyTable tables;
    private final CommandRunner commands;
    private final Nftables nftables;
    private final PublishedPorts ports;
    private final CheckedFile memory;
    /** What the kernel was last made to serve, without taken ports; empty until then. */
    private Optional<ProxySet> served = Optional.empty();

    /** What the kernel holds unless somebody else changed it; empty when that is not known. */
    private Optional<NftTable> written = Optional.empty();

    private List<PortTaken> taken = List.of();

    /**
     * @param agentId seven hexadecimal digits, unique on this server: the packet table is called {@code banyan_<agentId>}
     * @param state the folder where the last applied set is kept
     */
    public NftablesProxy(TaskSpawner tasks, String agentId, CommandRunner commands, Path state) {
        this(tasks, agentId, commands, PortHold::open, state);
    }

    /** As above, on the server that {@code commands} and {@code space} belong to. */
    public NftablesProxy(TaskSpawner tasks, String agentId, CommandRunner commands, PortSpace space, Path state) {
        if (!agentId.matches("[0-9a-f]{7}")) {
            throw new IllegalArgumentException("an agent id has seven hexadecimal digits: " + agentId);
        }
        this.tasks = tasks;
        this.tableName = "banyan_" + agentId;
        this.tables = new ProxyTable(tableName);
        this.commands = commands;
        this.nftables = new Nftables(commands);
        this.ports = new PublishedPorts(space, new PortOwners(commands));
        this.memory = new CheckedFile(state.resolve("proxy-set"));
    }

    /**
     * Serves the set that was applied last, from disk; empty when there is none. Without it the ports of a restarted agent would be free
     * for the taking, and after a reboot nothing would be served, until an engine is reached.
     */
    public Optional<ProxyOutcome> resume() throws InterruptedException {
        var kept = kept();
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        served = kept;
        return Optional.of(apply(kept.get()));
    }

    private Optional<ProxySet> kept() {
        return switch (memory.read()) {
            case CheckedFile.Contents.Intact(var text) -> read(text);
            case CheckedFile.Contents.Absent() -> Optional.empty();
            case CheckedFile.Contents.Damaged(var reason) -> unusable(reason);
        };
    }

    /** Another version of the agent may have written it in another form. */
    private static Optional<ProxySet> read(String text) {
        try {
            return Optional.of(ProxySetFormat.read(text));
        } catch (IllegalArgumentException e) {
            return unusable(String.valueOf(e.getMessage()));
        }
    }

    /** What the kernel serves from before goes on, and the next one from an engine is written. */
    private static Optional<ProxySet> unusable(String reason) {
        LOG.atWarn().addKeyValue("reason", reason).log("the kept set of the load balancer is unusable");
        return Optional.empty();
    }

    /**
     * Makes the kernel serve {@code set}: one transaction of what differs from what it holds, none when nothing does. A failure leaves the
     * rules as they were. What somebody else changed in a part that {@code set} does not change is left to {@link #verify()}.
     */
    public ProxyOutcome apply(ProxySet set) throws InterruptedException {
        var wanted = PublishedPorts.of(set);
        try {
            taken = ports.hold(wanted);
            return apply(set, wanted);
        } catch (HostException e) {
            return failed(set, e.reason());
        }
    }

    private ProxyOutcome apply(ProxySet set, Set<PublishedPorts.Port> wanted) throws InterruptedException {
        var open = set.without(taken);
        var table = tables.of(open);
        var kept = new Kept(set, table);
        var recording = tasks.spawn("kept set", kept::write);
        NftDifference difference;
        try {
            difference = commit(table);
            forgetFlows(lost(difference) ? Optional.empty() : served, open);
        } finally {
            recording.join();
        }
        kept.draft().put();
        served = Optional.of(open);
        ports.keepOnly(wanted);
        log(set, difference);
        return new ProxyOutcome.Applied(set.revision(), kept.digest(), taken);
    }

    /**
     * What is written of a set: made beside the change of the kernel, which takes as long, and put in its place after it, so that a
     * restarted agent never serves what the kernel did not. Written by its task, read after that task was joined.
     */
    private final class Kept {
        private final ProxySet set;
        private final NftTable table;
        private String digest = "";
        private Optional<WholeFile.Draft> draft = Optional.empty();
        private Optional<HostException> failure = Optional.empty();

        Kept(ProxySet set, NftTable table) {
            this.set = set;
            this.table = table;
        }

        void write() {
            try {
                digest = table.digest();
                draft = Optional.of(memory.draft(ProxySetFormat.write(set)));
            } catch (HostException full) {
                failure = Optional.of(full);
            }
        }

        WholeFile.Draft draft() {
            if (failure.isPresent()) {
                throw failure.get();
            }
            return draft.orElseThrow(() -> new HostException("the set to keep was not written"));
        }

        String digest() {
            return digest;
        }
    }

    /** Published ports that were not served at the last apply. For the task that applies. */
    List<PortTaken> taken() {
        return taken;
    }

    /**
     * Makes the kernel hold {@code table}. A change is written on the strength of what was written last, since listing a large table takes
     * longer than changing it; where the kernel refuses that, or nothing changes, what it really holds decides.
     */
    private NftDifference commit(NftTable table) throws InterruptedException {
        var last = written;
        written = Optional.empty();
        if (last.isPresent()) {
            var step = NftDifference.between(last.get(), table);
            if (!step.isEmpty() && nftables.commit(step.script()).succeeded()) {
                written = Optional.of(table);
                return step;
            }
        }
        var difference = nftables.compare(table);
        if (!difference.isEmpty()) {
            nftables.commit(difference.script()).require();
        }
        written = Optional.of(table);
        return difference;
    }

    /** After the rules were gone for a while, flows may have begun that no rule has seen. */
    private static boolean lost(NftDifference difference) {
        return difference.script().startsWith("add table");
    }

    private void forgetFlows(Optional<ProxySet> before, ProxySet after) throws InterruptedException {
        var cuts = FlowCut.between(before, after);
        for (var cut : cuts.isEmpty() ? cuts : FlowCut.met(cuts, flows())) {
            var arguments = new ArrayList<>(List.of("conntrack", "-D"));
            arguments.addAll(cut.arguments());
            var done = commands.run(CommandLine.of(arguments.toArray(String[]::new)));
            // Having found no such flow is an exit status of 1.
            if (!done.succeeded() && !done.error().contains("0 flow entries")) {
                throw new HostException(done.describe());
            }
        }
    }

    private String flows() throws InterruptedException {
        return commands.run(CommandLine.of("conntrack", "-L", "-p", "udp")).require();
    }

    private ProxyOutcome failed(ProxySet set, String reason) {
        LOG.atError()
                .addKeyValue("revision", set.revision())
                .addKeyValue("reason", reason)
                .log("load balancer not changed");
        return new ProxyOutcome.Failed(set.revision(), reason, taken);
    }

    private void log(ProxySet set, NftDifference difference) {
        if (!difference.isEmpty()) {
            LOG.atDebug()
                    .addKeyValue("revision", set.revision())
                    .addKeyValue("frontends", set.frontends().size())
                    .addKeyValue("why", difference.reasons())
                    .log("load balancer changed");
        }
        taken.stream().filter(port -> !port.isElsewhere()).forEach(port -> LOG.atWarn()
                .addKeyValue("port", port.describe())
                .log("published port not served here"));
    }

    /**
     * Compares the kernel with what was applied last; one listing of the table.
     *
     * @throws HostException when the table can't be listed
     */
    public ProxyCheck verify() throws InterruptedException {
        if (served.isEmpty()) {
            return new ProxyCheck.NothingApplied();
        }
        var wanted = tables.of(served.get());
        var reasons = new ArrayList<>(nftables.compare(wanted).reasons());
        if (!reasons.isEmpty()) {
            written = Optional.empty();
        }
        if (ports.someFree(taken)) {
            reasons.add("a published port is free now");
        }
        return reasons.isEmpty() ? new ProxyCheck.Equal(wanted.digest()) : new ProxyCheck.Different(reasons);
    }

    /**
     * Stops serving and leaves nothing behind: rules, held ports, kept set. Established connections lose their way.
     *
     * @throws HostException when the rules can't be deleted; calling again does what is left
     */
    public void remove() throws InterruptedException {
        nftables.delete(tableName);
        ports.keepOnly(Set.of());
        memory.delete();
        served = Optional.empty();
        written = Optional.empty();
        taken = List.of();
    }

    /** Ends this object, not the service: held ports are let go, the kernel serves on. */
    @Override
    public void close() {
        ports.keepOnly(Set.of());
    }
}
