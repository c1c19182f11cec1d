package dev.banyan.agent.network;

import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.network.wireguard.PublicKey;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The peers, as the cluster's agents describe themselves. Pure.
 *
 * @param problems agents that cannot be peers for what they say; one that says too little is none yet
 */
record PeerReading(List<Peer> peers, List<String> problems) {
    PeerReading {
        peers = List.copyOf(peers);
        problems = List.copyOf(problems);
    }

    /**
     * Reads.
     *
     * @param place this agent, no peer of itself
     * @param reports what an agent of a name says; empty when it said nothing yet
     */
    static PeerReading of(
            OverlayLoop.Self place,
            List<Resource<AgentSpec, AgentStatus>> agents,
            Function<String, Optional<AgentReportStatus>> reports) {
        var reader = new Reader(place);
        // Of two that claim one thing the one that was there first has it: a newcomer cannot take an address or a key
        // from anybody.
        agents.stream()
                .filter(agent -> !agent.name().equals(place.name()))
                .sorted(Comparator.comparingLong(agent -> agent.meta().createRevision()))
                .forEach(agent -> reports.apply(agent.name()).ifPresent(report -> reader.read(agent, report)));
        reader.peers.sort(Comparator.comparing(Peer::name));
        return new PeerReading(reader.peers, reader.problems);
    }

    private static final class Reader {
        private final OverlayLoop.Self place;
        private final Set<Ipv4Range> subnets = new HashSet<>();
        private final Set<String> keys = new HashSet<>();
        private final List<Peer> peers = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        private Reader(OverlayLoop.Self place) {
            this.place = place;
            keys.add(place.own().getPublicKey());
        }

        private void read(Resource<AgentSpec, AgentStatus> agent, AgentReportStatus report) {
            if (agent.spec().getSubnet().isEmpty() || report.getHostAddress().isEmpty()) {
                return;
            }
            try {
                var peer = peer(agent, report);
                admit(peer);
                peers.add(peer);
            } catch (IllegalArgumentException wrong) {
                problems.add("agent " + agent.name() + " is not connected: " + wrong.getMessage());
            }
        }

        private static Peer peer(Resource<AgentSpec, AgentStatus> agent, AgentReportStatus report) {
            var peer =
                    Peer.of(agent.name(), report.getHostAddress(), agent.spec().getSubnet());
            var overlay = report.getOverlay();
            return overlay.getKind() == OverlayReport.Kind.WIREGUARD
                    ? peer.at(new PublicKey(overlay.getPublicKey()), overlay.getPort())
                    : peer;
        }

        private void admit(Peer peer) {
            var ranges = place.ranges();
            if (!ranges.containers().contains(peer.subnet()) || ranges.own().overlaps(peer.subnet())) {
                throw new IllegalArgumentException(
                        "its subnet " + peer.subnet() + " does not fit beside " + ranges.own());
            }
            if (ranges.containers().contains(peer.host()) || ranges.services().contains(peer.host())) {
                throw new IllegalArgumentException("its address " + peer.host() + " is one of the overlay's own");
            }
            var key = peer.end().map(end -> end.key().text());
            if (key.filter(keys::contains).isPresent()) {
                throw new IllegalArgumentException("another agent has its key already");
            }
            if (!subnets.add(peer.subnet())) {
                throw new IllegalArgumentException("another agent has its subnet " + peer.subnet() + " already");
            }
            key.ifPresent(keys::add);
        }
    }
}
