package dev.banyan.agent.network;

import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.host.SettingsTree;
import dev.banyan.agent.network.wireguard.PeerSight;
import dev.banyan.agent.network.wireguard.PublicKey;
import dev.banyan.agent.network.wireguard.Tunnel;
import dev.banyan.agent.network.wireguard.TunnelKey;
import dev.banyan.agent.network.wireguard.TunnelPeer;
import dev.banyan.agent.network.wireguard.TunnelPlan;
import dev.banyan.agent.network.wireguard.TunnelSettings;
import dev.banyan.runtime.env.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Encrypted ways between servers wherever they are, as long as one of each two is reached by UDP. All traffic between containers of
 * different servers goes through one interface, and what should is dropped anywhere else, coming and going: nothing is ever sent in the
 * clear, not even while the interface is missing. A peer without a key is not connected.
 */
public final class WireGuard implements OverlayDriver {
    private final HostSide host;
    private final Tunnel tunnel;
    private final End own;
    private final TimeSource time;
    private Optional<OverlayPlan> followed = Optional.empty();
    private List<PeerSight> sights = List.of();
    private Map<String, Integer> sizes = Map.of(); // by peer
    private Optional<Map<Ipv4Range, Integer>> before = Optional.empty(); // of routes that an earlier process made

    /** This server's end. */
    public record End(TunnelKey key, TunnelSettings settings) {}

    /** The server that is changed, with the folder where state is kept. */
    public record Server(CommandRunner commands, SettingsTree settings, Path state) {}

    /** @param agentId seven hexadecimal digits, unique on this machine: the interface is called {@code bny<agentId>} */
    public WireGuard(String agentId, Server server, End own, TimeSource time) {
        this.host = new HostSide(agentId, server.commands(), server.settings(), server.state());
        this.tunnel = new Tunnel(link(agentId), server.commands(), server.state());
        this.own = own;
        this.time = time;
    }

    static String link(String agentId) {
        return "bny" + agentId;
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
        Optional<String> refusal = Optional.empty();
        try {
            problems.addAll(tunnel.ensure(tunnelPlan(plan), seconds()));
        } catch (HostException failed) {
            refusal = Optional.of(failed.reason());
        }
        plan.peers().stream()
                .filter(peer -> peer.end().isEmpty())
                .forEach(peer -> problems.add("agent " + peer.name()
                        + " is not connected: it has `overlay: routes`, or is older than WireGuard here, and nothing is sent in the"
                        + " clear; give both the same"));
        // Also without an interface: the rules keep what should go through it from going another way.
        var undone = host.apply(wanted(plan));
        HostSide.attempt(problems, () -> host.keep(plan));
        if (refusal.isPresent()) {
            return new OverlayOutcome.Refused(plan.revision(), refusal.get());
        }
        problems.addAll(undone);
        return OverlayOutcome.of(plan.revision(), problems);
    }

    private TunnelPlan tunnelPlan(OverlayPlan plan) {
        var peers = new ArrayList<TunnelPeer>();
        for (var peer : plan.peers()) {
            peer.end().ifPresent(end -> peers.add(new TunnelPeer(end.key(), peer.host(), end.port(), peer.subnet())));
        }
        var ranges = plan.ranges();
        return new TunnelPlan(own.key(), own.settings(), ranges.gateway(), ranges.families(), peers);
    }

    private HostSide.Wanted wanted(OverlayPlan plan) throws InterruptedException {
        var tunnelled = tunnelled(plan);
        var families = plan.ranges().families();
        var tables = families.stream()
                .map(family -> OverlayTable.through(tunnel.link(), host.tableName(), family, tunnelled))
                .toList();
        return new HostSide.Wanted(families, tables, RouteChange.through(tunnel.link(), tunnelled, sizes(tunnelled)));
    }

    private static OverlayPlan tunnelled(OverlayPlan plan) {
        var peers = plan.peers().stream().filter(peer -> peer.end().isPresent()).toList();
        return new OverlayPlan(plan.revision(), plan.ranges(), peers);
    }

    @Override
    public boolean sized(Map<String, Integer> now) {
        boolean changed = !now.equals(sizes);
        sizes = Map.copyOf(now);
        return changed;
    }

    /** Those below the tunnel's. Until something is found out, what routes said before this process goes on. */
    private Map<Ipv4Range, Integer> sizes(OverlayPlan plan) throws InterruptedException {
        if (before.isEmpty()) {
            before = Optional.of(host.sizes());
        }
        var narrow = new HashMap<Ipv4Range, Integer>();
        for (var peer : plan.peers()) {
            var size = sizes.getOrDefault(peer.name(), before.get().get(peer.subnet()));
            if (size != null && size < own.settings().mtu()) {
                narrow.put(peer.subnet(), size);
            }
        }
        return narrow;
    }

    private int shown(String peer) {
        int size = sizes.getOrDefault(peer, 0);
        return size < own.settings().mtu() ? size : 0;
    }

    private long seconds() {
        return time.now().getEpochSecond();
    }

    @Override
    public OverlayCheck verify() throws InterruptedException {
        if (followed.isEmpty()) {
            return new OverlayCheck.NothingApplied();
        }
        var plan = followed.get();
        var look = tunnel.compare(tunnelPlan(plan), seconds());
        sights = look.peers();
        var reasons = new ArrayList<>(look.differences());
        reasons.addAll(host.differences(wanted(plan)));
        return OverlayCheck.of(reasons);
    }

    @Override
    public List<PeerLink> links() {
        var names = new HashMap<PublicKey, String>();
        followed.ifPresent(
                plan -> plan.peers().forEach(peer -> peer.end().ifPresent(end -> names.put(end.key(), peer.name()))));
        return sights.stream()
                .filter(sight -> names.containsKey(sight.key()))
                .map(sight -> new PeerLink(
                        names.getOrDefault(sight.key(), ""),
                        sight.endpoint(),
                        sight.handshakeSeconds(),
                        sight.receivedBytes(),
                        sight.sentBytes(),
                        shown(names.getOrDefault(sight.key(), ""))))
                .toList();
    }

    @Override
    public void remove() throws InterruptedException {
        host.remove();
        tunnel.remove();
        followed = Optional.empty();
    }
}
