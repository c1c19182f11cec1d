package dev.banyan.agent.network;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.host.KernelSettings;
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
 * What every overlay needs of its server, however packets travel: packet rules, routes, kernel settings, the firewall's leave, and the
 * plan kept on disk. One agent for each network namespace, since its routes are told from others' by a protocol number alone.
 */
final class HostSide {
    private static final Logger LOG = LoggerFactory.getLogger(HostSide.class);

    private final String tableName;
    private final CommandRunner commands;
    private final Nftables nftables;
    private final KernelSettings settings;
    private final CheckedFile memory;

    /**
     * @param agentId seven hexadecimal digits, unique on this server: the packet table is called {@code banyan_<agentId>_net}
     * @param state the folder where the last applied plan and the former kernel settings are kept
     */
    HostSide(String agentId, CommandRunner commands, SettingsTree tree, Path state) {
        if (!agentId.matches("[0-9a-f]{7}")) {
            throw new IllegalArgumentException("an agent id has seven hexadecimal digits: " + agentId);
        }
        this.tableName = "banyan_" + agentId + "_net";
        this.commands = commands;
        this.nftables = new Nftables(commands);
        this.settings = new KernelSettings(tree, new CheckedFile(state.resolve("kernel-settings")));
        this.memory = new CheckedFile(state.resolve("overlay-plan"));
    }

    /** How the packet table is called. */
    String tableName() {
        return tableName;
    }

    /** The plan that was applied last, in this process or an earlier one. */
    Optional<OverlayPlan> kept() {
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

    void keep(OverlayPlan plan) {
        memory.write(OverlayPlanFormat.write(plan));
    }

    /** Makes rules, routes and settings so, writing only what differs; returns what could not be done. */
    List<String> apply(NftTable table, Map<Ipv4Range, String> wanted) throws InterruptedException {
        var problems = new ArrayList<String>();
        // The guard against forged loopback addresses comes before the setting that needs it.
        if (attempt(problems, () -> applyTable(table))) {
            attempt(problems, () -> settings.ensure(KernelNeeds.ALWAYS));
        }
        attempt(problems, () -> problems.addAll(applyRoutes(wanted)));
        attempt(problems, () -> settings.ensure(KernelNeeds.of(routes())));
        attempt(problems, () -> commit(ForwardAccept.ensured(tableName, filter())));
        return problems;
    }

    /** One part of the work; a failed part does not keep the others from being done. */
    interface Step {
        void run() throws InterruptedException;
    }

    /** Runs a part; false, and its reason among {@code problems}, when it failed. */
    static boolean attempt(List<String> problems, Step step) throws InterruptedException {
        try {
            step.run();
            return true;
        } catch (HostException e) {
            problems.add(e.reason());
            return false;
        }
    }

    private void applyTable(NftTable table) throws InterruptedException {
        var difference = nftables.compare(table);
        if (!difference.isEmpty()) {
            nftables.commit(difference.script()).require();
            LOG.atDebug().addKeyValue("why", difference.reasons()).log("overlay rules changed");
        }
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

    /** What our routes say of the largest packet, as they are. */
    Map<Ipv4Range, Integer> sizes() throws InterruptedException {
        return RouteChange.sizes(routes());
    }

    private Optional<NftListing> filter() throws InterruptedException {
        return nftables.listChains(ForwardAccept.TABLE);
    }

    private void commit(ForwardAccept change) throws InterruptedException {
        if (!change.isEmpty()) {
            nftables.commit(change.script()).require();
        }
    }

    /** What is not so, in words; changes nothing. */
    List<String> differences(NftTable table, Map<Ipv4Range, String> wanted) throws InterruptedException {
        var reasons = new ArrayList<>(nftables.compare(table).reasons());
        var routes = routes();
        var change = RouteChange.of(wanted, routes);
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
        return reasons;
    }

    /** Takes back what {@link #apply} did, and forgets the plan. */
    void remove() throws InterruptedException {
        commit(ForwardAccept.removed(tableName, filter()));
        var problems = applyRoutes(Map.of());
        if (!problems.isEmpty()) {
            throw new HostException("routes could not be removed: " + problems);
        }
        settings.restore();
        nftables.delete(tableName);
        memory.delete();
    }
}
