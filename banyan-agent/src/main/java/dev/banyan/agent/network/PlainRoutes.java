package dev.banyan.agent.network;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.host.KernelSettings;
import dev.banyan.agent.host.ProcSettings;
import dev.banyan.agent.host.SettingsTree;
import dev.banyan.agent.host.nft.NftListing;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.agent.host.nft.Nftables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes between the servers of one link, without encryption: each peer's subnet by the address of its server. A server that is not on
 * the link cannot be a next hop; the kernel refuses the route and the outcome names the peer. One agent for each network namespace, since
 * its routes are told from others' by a protocol number alone.
 */
public final class PlainRoutes implements OverlayDriver {
    private static final Logger LOG = LoggerFactory.getLogger(PlainRoutes.class);

    private final String tableName;
    private final CommandRunner commands;
    private final Nftables nftables;
    private final KernelSettings settings;
    private final CheckedFile memory;
    private Optional<OverlayPlan> followed = Optional.empty();

    /**
     * @param agentId seven hexadecimal digits, unique on this server: the packet table is called {@code banyan_<agentId>_net}
     * @param state the folder where the last applied plan and the former kernel settings are kept
     */
    public PlainRoutes(String agentId, CommandRunner commands, Path state) {
        this(agentId, commands, new ProcSettings(), state);
    }

    /** As above, on the server that {@code commands} and {@code tree} belong to. */
    public PlainRoutes(String agentId, CommandRunner commands, SettingsTree tree, Path state) {
        if (!agentId.matches("[0-9a-f]{7}")) {
            throw new IllegalArgumentException("an agent id has seven hexadecimal digits: " + agentId);
        }
        this.tableName = "banyan_" + agentId + "_net";
        this.commands = commands;
        this.nftables = new Nftables(commands);
        this.settings = new KernelSettings(tree, new CheckedFile(state.resolve("kernel-settings")));
        this.memory = new CheckedFile(state.resolve("overlay-plan"));
    }

    @Override
    public Optional<OverlayOutcome> resume() throws InterruptedException {
        var kept = kept();
        return kept.isEmpty() ? Optional.empty() : Optional.of(apply(kept.get()));
    }

    private Optional<OverlayPlan> kept() {
        return switch (memory.read()) {
            case CheckedFile.Contents.Intact(var text) -> read(text);
            case CheckedFile.Contents.Absent() -> Optional.empty();
            case CheckedFile.Contents.Damaged(var reason) -> unusable(reason);
        };
    }

    /** Another version of the agent may have written it in another form. */
    private static Optional<OverlayPlan> read(String text) {
        try {
            return Optional.of(OverlayPlanFormat.read(text));
        } catch (IllegalArgumentException e) {
            return unusable(String.valueOf(e.getMessage()));
        }
    }

    /** What the kernel serves from before goes on, and the next one from an engine is written. */
    private static Optional<OverlayPlan> unusable(String reason) {
        LOG.atWarn().addKeyValue("reason", reason).log("the kept plan of the overlay is unusable");
        return Optional.empty();
    }

    @Override
    public OverlayOutcome apply(OverlayPlan plan) throws InterruptedException {
        var problems = new ArrayList<String>();
        followed = Optional.of(plan);
        // The guard against forged loopback addresses comes before the setting that needs it.
        if (attempt(problems, () -> applyTable(plan))) {
            attempt(problems, () -> settings.ensure(KernelNeeds.ALWAYS));
        }
        attempt(problems, () -> problems.addAll(applyRoutes(RouteChange.wanted(plan))));
        attempt(problems, () -> settings.ensure(KernelNeeds.of(routes())));
        attempt(problems, () -> commit(ForwardAccept.ensured(tableName, filter())));
        attempt(problems, () -> keep(plan));
        if (problems.isEmpty()) {
            return new OverlayOutcome.Applied(plan.revision());
        }
        LOG.atError()
                .addKeyValue("revision", plan.revision())
                .addKeyValue("problems", problems)
                .log("overlay incomplete");
        return new OverlayOutcome.Failed(plan.revision(), problems);
    }

    /** One part of the work; a failed part does not keep the others from being done. */
    private interface Step {
        void run() throws InterruptedException;
    }

    private static boolean attempt(List<String> problems, Step step) throws InterruptedException {
        try {
            step.run();
            return true;
        } catch (HostException e) {
            problems.add(e.reason());
            return false;
        }
    }

    private void applyTable(OverlayPlan plan) throws InterruptedException {
        var difference = nftables.compare(table(plan));
        if (!difference.isEmpty()) {
            nftables.commit(difference.script()).require();
            LOG.atDebug().addKeyValue("why", difference.reasons()).log("overlay rules changed");
        }
    }

    private NftTable table(OverlayPlan plan) {
        return OverlayTable.of(tableName, plan);
    }

    private List<String> applyRoutes(Map<Ipv4Range, String> wanted) throws InterruptedException {
        var change = RouteChange.of(wanted, routes());
        var problems = new ArrayList<>(change.conflicts());
        // One command each: a peer that cannot be reached must not keep the others from being so.
        for (var arguments : change.commands()) {
            var line = new ArrayList<>(List.of("ip", "-4", "route"));
            line.addAll(arguments);
            var done = commands.run(CommandLine.of(line.toArray(String[]::new)));
            if (!done.succeeded()) {
                problems.add(done.describe());
            }
        }
        return problems;
    }

    private List<KernelRoute> routes() throws InterruptedException {
        var line = CommandLine.of("ip", "-j", "-N", "-4", "route", "show", "table", "main");
        return KernelRoute.parse(commands.run(line).require());
    }

    private Optional<NftListing> filter() throws InterruptedException {
        return nftables.listChains(ForwardAccept.TABLE);
    }

    private void commit(ForwardAccept change) throws InterruptedException {
        if (!change.isEmpty()) {
            nftables.commit(change.script()).require();
        }
    }

    private void keep(OverlayPlan plan) {
        memory.write(OverlayPlanFormat.write(plan));
    }

    @Override
    public OverlayCheck verify() throws InterruptedException {
        if (followed.isEmpty()) {
            return new OverlayCheck.NothingApplied();
        }
        var plan = followed.get();
        var reasons = new ArrayList<>(nftables.compare(table(plan)).reasons());
        var routes = routes();
        var change = RouteChange.of(RouteChange.wanted(plan), routes);
        change.commands().forEach(arguments -> reasons.add("route " + String.join(" ", arguments)));
        reasons.addAll(change.conflicts());
        if (!ForwardAccept.ensured(tableName, filter()).isEmpty()) {
            reasons.add("the firewall's forward chain lacks our rule");
        }
        KernelNeeds.of(routes).forEach((name, value) -> {
            if (!settings.value(name).equals(value)) {
                reasons.add("kernel setting " + name + " was changed");
            }
        });
        return reasons.isEmpty() ? new OverlayCheck.Equal() : new OverlayCheck.Different(reasons);
    }

    @Override
    public void remove() throws InterruptedException {
        commit(ForwardAccept.removed(tableName, filter()));
        var problems = applyRoutes(Map.of());
        if (!problems.isEmpty()) {
            throw new HostException("routes could not be removed: " + problems);
        }
        settings.restore();
        nftables.delete(tableName);
        memory.delete();
        followed = Optional.empty();
    }
}
