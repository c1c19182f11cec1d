package dev.banyan.agent.network;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.ProcSettings;
import dev.banyan.agent.host.SettingsTree;
import dev.banyan.agent.network.wireguard.Tunnel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Routes between the servers of one link, without encryption: each peer's subnet by the address of its server. A server that is not on
 * the link cannot be a next hop; the kernel refuses the route and the outcome names the peer. A peer that takes part in an encrypted
 * overlay gets no route: it would not answer.
 */
public final class PlainRoutes implements OverlayDriver {
    private final HostSide host;
    private final Tunnel former;
    private Optional<OverlayPlan> followed = Optional.empty();

    /** As the other one, on the server that this process is on. */
    public PlainRoutes(String agentId, CommandRunner commands, Path state) {
        this(agentId, commands, new ProcSettings(), state);
    }

    /**
     * On the server that {@code commands} and {@code tree} belong to.
     *
     * @param agentId seven hexadecimal digits, unique on this server: the packet table is called {@code banyan_<agentId>_net}
     * @param state the folder where the last applied plan and the former kernel settings are kept
     */
    public PlainRoutes(String agentId, CommandRunner commands, SettingsTree tree, Path state) {
        this.host = new HostSide(agentId, commands, tree, state);
        this.former = new Tunnel(WireGuard.link(agentId), commands, state);
    }

    @Override
    public Optional<OverlayOutcome> resume() throws InterruptedException {
        var kept = host.kept();
        return kept.isEmpty() ? Optional.empty() : Optional.of(apply(kept.get()));
    }

    @Override
    public OverlayOutcome apply(OverlayPlan plan) throws InterruptedException {
        followed = Optional.of(plan);
        var problems = new ArrayList<String>();
        plan.peers().stream()
                .filter(peer -> peer.end().isPresent())
                .forEach(
                        peer -> problems.add(
                                "agent " + peer.name()
                                        + " is not connected: it speaks WireGuard, this one has `overlay: routes`; give both the same"));
        var routed = routed(plan);
        problems.addAll(host.apply(wanted(routed)));
        // After the routes: those through it were replaced.
        HostSide.attempt(problems, former::remove);
        HostSide.attempt(problems, () -> host.keep(plan));
        return OverlayOutcome.of(plan.revision(), problems);
    }

    private HostSide.Wanted wanted(OverlayPlan routed) {
        return new HostSide.Wanted(
                List.of(AddressFamily.IPV4),
                List.of(OverlayTable.of(host.tableName(), routed)),
                RouteChange.wanted(routed));
    }

    private static OverlayPlan routed(OverlayPlan plan) {
        var peers = plan.peers().stream().filter(peer -> peer.end().isEmpty()).toList();
        return new OverlayPlan(plan.revision(), plan.ranges(), peers);
    }

    @Override
    public OverlayCheck verify() throws InterruptedException {
        if (followed.isEmpty()) {
            return new OverlayCheck.NothingApplied();
        }
        var routed = routed(followed.get());
        return OverlayCheck.of(host.differences(wanted(routed)));
    }

    /** None: a route has no state of its own. */
    @Override
    public List<PeerLink> links() {
        return List.of();
    }

    @Override
    public void remove() throws InterruptedException {
        host.remove();
        former.remove();
        followed = Optional.empty();
    }
}
