package dev.banyan.agent.proxy;

import dev.banyan.agent.host.AddressFamily;
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
import dev.banyan.agent.host.nft.TwinTables;
import dev.banyan.runtime.env.TaskSpawner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
    private final ProxyTable plain;
    private final TwinTables kernel;
    private final CommandRunner commands;
    private final PublishedPorts ports;
    private final CheckedFile memory;
    /** What the kernel was last made to serve, without taken ports; empty until then. */
    private Optional<Open> served = Optional.empty();

    /** Makes the tables of IPv6 with one prefix of twins. */
    private record Twin(AddressFamily family, ProxyTable tables) {}

    private Optional<Twin> twin = Optional.empty();

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
        this.plain = new ProxyTable(tableName, AddressFamily.IPV4);
        this.commands = commands;
        this.kernel = new TwinTables(tableName, new Nftables(commands));
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
        served = kept.map(set -> new Open(set, set.ofIpv6(List.of())));
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

    /** What is served, without taken ports: all by IPv4, and of that what IPv6 leads to. */
    private record Open(ProxySet all, ProxySet ofIpv6) {
        ProxySet by(AddressFamily family) {
            return family.isIpv6() ? ofIpv6 : all;
        }
    }

    private List<NftTable> tables(Open open) {
        var made = new ArrayList<>(List.of(plain.of(open.all)));
        for (var family : open.all.ranges().families()) {
            if (family.isIpv6()) {
                made.add(twin(family).of(open.ofIpv6));
            }
        }
        return made;
    }

    private ProxyTable twin(AddressFamily family) {
        var made = twin.filter(known -> known.family.equals(family))
                .orElseGet(() -> new Twin(family, new ProxyTable(tableName, family)));
        twin = Optional.of(made);
        return made.tables;
    }

    private ProxyOutcome apply(ProxySet set, Set<PublishedPorts.Port> wanted) throws InterruptedException {
        var kept = new Kept(set);
        var recording = tasks.spawn("kept set", kept::write);
        var open = new Open(set.without(taken), set.ofIpv6(taken));
        NftDifference difference;
        try {
            difference = kernel.commit(tables(open));
            forgetFlows(lost(difference) ? Optional.empty() : served, open);
        } finally {
            recording.join();
        }
        kept.draft().put();
        served = Optional.of(open);
        ports.keepOnly(wanted);
        log(set, difference);
        return new ProxyOutcome.Applied(set.revision(), "", taken);
    }

    /**
     * What is written of a set: made beside all of the change of the kernel, since it takes longer, and put in its place after it, so that a
     * restarted agent never serves what the kernel did not. Written by its task, read after that task was joined.
     */
    private final class Kept {
        private final ProxySet set;
        private Optional<WholeFile.Draft> draft = Optional.empty();
        private Optional<HostException> failure = Optional.empty();

        Kept(ProxySet set) {
            this.set = set;
        }

        void write() {
            try {
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
    }

    /** Published ports that were not served at the last apply. For the task that applies. */
    List<PortTaken> taken() {
        return taken;
    }

    /** After the rules were gone for a while, flows may have begun that no rule has seen. */
    private static boolean lost(NftDifference difference) {
        return difference.script().startsWith("add table");
    }

    private void forgetFlows(Optional<Open> before, Open after) throws InterruptedException {
        for (var family : after.all.ranges().families()) {
            var cuts = FlowCut.between(family, before.map(open -> open.by(family)), after.by(family));
            for (var cut : cuts.isEmpty() ? cuts : FlowCut.met(cuts, flows(family))) {
                var arguments = new ArrayList<>(List.of("conntrack", "-D"));
                arguments.addAll(cut.arguments());
                arguments.addAll(family.flows());
                var done = commands.run(CommandLine.of(arguments.toArray(String[]::new)));
                // Having found no such flow is an exit status of 1.
                if (!done.succeeded() && !done.error().contains("0 flow entries")) {
                    throw new HostException(done.describe());
                }
            }
        }
    }

    private String flows(AddressFamily family) throws InterruptedException {
        var arguments = new ArrayList<>(List.of("conntrack", "-L", "-p", "udp"));
        arguments.addAll(family.flows());
        return commands.run(CommandLine.of(arguments.toArray(String[]::new))).require();
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
        var wanted = tables(served.get());
        var reasons = new ArrayList<>(kernel.differences(wanted));
        if (ports.someFree(taken)) {
            reasons.add("a published port is free now");
        }
        if (ports.letGoOfMoved()) {
            reasons.add("an address of a published port is gone");
        }
        return reasons.isEmpty() ? new ProxyCheck.Equal() : new ProxyCheck.Different(reasons);
    }

    /** Of the rules that {@link #verify} has found in the kernel, if it found them equal: sixteen hexadecimal digits. */
    String digest() {
        var tables = served.map(this::tables).orElse(List.of());
        return NftTable.digest(tables.stream().map(NftTable::toString).collect(Collectors.joining("\n")));
    }

    /**
     * Stops serving and leaves nothing behind: rules, held ports, kept set. Established connections lose their way.
     *
     * @throws HostException when the rules can't be deleted; calling again does what is left
     */
    public void remove() throws InterruptedException {
        kernel.remove();
        ports.keepOnly(Set.of());
        memory.delete();
        served = Optional.empty();
        taken = List.of();
    }

    /** Ends this object, not the service: held ports are let go, the kernel serves on. */
    @Override
    public void close() {
        ports.keepOnly(Set.of());
    }
}
