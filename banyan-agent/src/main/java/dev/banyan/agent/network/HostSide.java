package dev.banyan.agent.network;

import dev.banyan.agent.host.AddressFamily;
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
import dev.banyan.agent.host.nft.TwinTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
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
    private final TwinTables tables;
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
        this.tables = new TwinTables(tableName, nftables);
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

    /**
     * What a server shall have.
     *
     * @param tables one for each family
     * @param routes from destinations to targets, for all families
     */
    record Wanted(List<AddressFamily> families, List<NftTable> tables, Map<Ipv4Range, String> routes) {
        Wanted {
            families = List.copyOf(families);
            tables = List.copyOf(tables);
        }
    }

    /** Makes rules, routes and settings so, writing only what differs; returns what could not be done. */
    List<String> apply(Wanted wanted) throws InterruptedException {
        var problems = new ArrayList<String>();
        // The guard against forged loopback addresses comes before the setting that needs it.
        if (attempt(problems, () -> applyTables(wanted.tables()))) {
            attempt(problems, () -> settings.ensure(KernelNeeds.ALWAYS));
        }
        attempt(problems, () -> leaveIpv6(wanted));
        for (var family : wanted.families()) {
            if (family.isIpv6()) {
                attempt(problems, this::routeIpv6);
            }
            attempt(problems, () -> problems.addAll(applyRoutes(family, wanted.routes())));
            attempt(problems, () -> commit(ForwardAccept.ensured(family, tableName, filter(family))));
        }
        attempt(problems, () -> settings.ensure(KernelNeeds.of(routes(AddressFamily.IPV4))));
        return problems;
    }

    private void routeIpv6() throws InterruptedException {
        settings.ensure(KernelNeeds.hearing(KernelRoute.advertised(listed("-6"))));
        settings.ensure(KernelNeeds.IPV6);
    }

    /** What an agent of before had for IPv6 goes when this one has none. */
    private void leaveIpv6(Wanted wanted) throws InterruptedException {
        if (wanted.families().stream().anyMatch(AddressFamily::isIpv6)) {
            return;
        }
        for (var family : kept().map(plan -> plan.ranges().families()).orElse(List.of())) {
            if (family.isIpv6()) {
                clear(family);
            }
        }
    }

    private void clear(AddressFamily family) throws InterruptedException {
        commit(ForwardAccept.removed(family, tableName, filter(family)));
        var problems = applyRoutes(family, Map.of());
        if (!problems.isEmpty()) {
            throw new HostException("routes could not be removed: " + problems);
        }
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

    private void applyTables(List<NftTable> wanted) throws InterruptedException {
        var difference = tables.commit(wanted);
        if (!difference.isEmpty()) {
            LOG.atDebug().addKeyValue("why", difference.reasons()).log("overlay rules changed");
        }
    }

    private List<String> applyRoutes(AddressFamily family, Map<Ipv4Range, String> wanted) throws InterruptedException {
        var change = RouteChange.of(family, wanted, routes(family));
        var problems = new ArrayList<>(change.conflicts());
        // One command each: a peer that cannot be reached must not keep the others from being so.
        for (var arguments : change.commands()) {
            var line = new ArrayList<>(List.of("ip", family.option(), "route"));
            line.addAll(arguments);
            var done = commands.run(CommandLine.of(line.toArray(String[]::new)));
            if (!done.succeeded()) {
                problems.add(done.describe());
            }
        }
        return problems;
    }

    private List<KernelRoute> routes(AddressFamily family) throws InterruptedException {
        return KernelRoute.parse(family, listed(family.option()));
    }

    private String listed(String option) throws InterruptedException {
        var line = CommandLine.of("ip", "-j", "-N", option, "route", "show", "table", "main");
        return commands.run(line).require();
    }

    private String bridges(AddressFamily family) throws InterruptedException {
        return commands.run(CommandLine.of(
                        "ip", "-br", family.option(), "addr", "show", "type", "bridge", "scope", "global"))
                .require();
    }

    /** What our routes say of the largest packet, as they are. */
    Map<Ipv4Range, Integer> sizes() throws InterruptedException {
        return RouteChange.sizes(routes(AddressFamily.IPV4));
    }

    private Optional<NftListing> filter(AddressFamily family) throws InterruptedException {
        return nftables.listChains(family.word(), ForwardAccept.TABLE);
    }

    private void commit(ForwardAccept change) throws InterruptedException {
        if (!change.isEmpty()) {
            nftables.commit(change.script()).require();
        }
    }

    /** What is not so, in words; changes nothing. */
    List<String> differences(Wanted wanted) throws InterruptedException {
        var reasons = new ArrayList<>(tables.differences());
        for (var family : wanted.families()) {
            var change = RouteChange.of(family, wanted.routes(), routes(family));
            change.commands().forEach(arguments -> reasons.add("route " + String.join(" ", arguments)));
            reasons.addAll(change.conflicts());
            if (!ForwardAccept.ensured(family, tableName, filter(family)).isEmpty()) {
                reasons.add("the firewall's forward chain lacks our rule of " + family.word());
            }
            if (family.isIpv6()) {
                different(KernelNeeds.IPV6, reasons);
            }
        }
        different(KernelNeeds.of(routes(AddressFamily.IPV4)), reasons);
        return reasons;
    }

    private void different(Map<String, String> needs, List<String> reasons) {
        needs.forEach((name, value) -> {
            if (!settings.value(name).equals(value)) {
                reasons.add("kernel setting " + name + " was changed");
            }
        });
    }

    /** Takes back what {@link #apply} did, and forgets the plan. */
    void remove() throws InterruptedException {
        var needed = new HashSet<String>();
        for (var family : kept().map(plan -> plan.ranges().families()).orElse(List.of(AddressFamily.IPV4))) {
            clear(family);
            needed.addAll(KernelNeeds.ofOthers(family, bridges(family), KernelRoute.waysOut(listed(family.option()))));
        }
        settings.restore(needed);
        tables.remove();
        memory.delete();
    }
}
