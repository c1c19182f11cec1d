package dev.banyan.cli.network;

import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.OverlayPeer;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.cli.output.Ages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One direction between two agents, as the first of them sees it. Pure.
 *
 * @param link empty when the agent has no session with the peer
 * @param note why there is none, or what is to be known of it; empty when all is well
 */
record PeerPair(String agent, String peer, OverlayReport.Kind kind, Optional<OverlayPeer> link, String note) {
    static final List<String> COLUMNS =
            List.of("AGENT", "PEER", "OVERLAY", "ENDPOINT", "HANDSHAKE", "RECEIVED", "SENT", "NOTE");

    private static final long KIBI = 1_024;

    /** All pairs of agents that have reported, ordered by name. */
    static List<PeerPair> all(SortedMap<String, AgentReportStatus> reports) {
        var pairs = new ArrayList<PeerPair>();
        reports.forEach((agent, report) -> {
            for (var peer : reports.keySet()) {
                if (!peer.equals(agent)) {
                    pairs.add(of(agent, peer, report.getOverlay()));
                }
            }
        });
        return pairs;
    }

    private static PeerPair of(String agent, String peer, OverlayReport overlay) {
        var link = overlay.getPeersList().stream()
                .filter(candidate -> candidate.getAgent().equals(peer))
                .findFirst();
        return new PeerPair(agent, peer, overlay.getKind(), link, note(peer, overlay, link));
    }

    private static String note(String peer, OverlayReport overlay, Optional<OverlayPeer> link) {
        if (!overlay.getRefusal().isEmpty()) {
            return overlay.getRefusal();
        }
        var problem = overlay.getProblemsList().stream()
                .filter(candidate -> candidate.contains("agent " + peer + " "))
                .findFirst();
        if (problem.isPresent()) {
            return problem.get();
        }
        return switch (overlay.getKind()) {
            case ROUTES, KIND_UNSPECIFIED -> "in the clear";
            case WIREGUARD -> link.map(PeerPair::note).orElse("not connected yet");
            case UNRECOGNIZED -> "of a newer agent";
        };
    }

    private static String note(OverlayPeer link) {
        if (link.getHandshakeAtMs() == 0) {
            return "no handshake yet";
        }
        return link.getPacketBytes() == 0 ? "" : "takes packets of at most " + link.getPacketBytes() + " bytes";
    }

    private String overlay() {
        return switch (kind) {
            case ROUTES, KIND_UNSPECIFIED -> "routes";
            case WIREGUARD -> "wireguard";
            case UNRECOGNIZED -> "unknown";
        };
    }

    List<String> row(Instant now) {
        return List.of(
                agent,
                peer,
                overlay(),
                link.map(OverlayPeer::getEndpoint).orElse(""),
                link.map(found -> Ages.since(found.getHandshakeAtMs(), now)).orElse(""),
                link.map(found -> bytes(found.getReceivedBytes())).orElse(""),
                link.map(found -> bytes(found.getSentBytes())).orElse(""),
                note);
    }

    Map<String, Object> item() {
        var found = link.orElse(OverlayPeer.getDefaultInstance());
        var item = new LinkedHashMap<String, Object>();
        item.put("agent", agent);
        item.put("peer", peer);
        item.put("overlay", overlay());
        item.put("endpoint", found.getEndpoint());
        item.put("handshake_at_ms", found.getHandshakeAtMs());
        item.put("received_bytes", found.getReceivedBytes());
        item.put("sent_bytes", found.getSentBytes());
        item.put("packet_bytes", found.getPacketBytes());
        item.put("note", note);
        return item;
    }

    /** In the largest unit, rounded down. */
    private static String bytes(long count) {
        if (count < 10 * KIBI) {
            return count + " B";
        }
        return count < 10 * KIBI * KIBI ? count / KIBI + " KiB" : count / (KIBI * KIBI) + " MiB";
    }
}
