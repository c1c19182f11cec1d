package dev.banyan.agent.network;

import dev.banyan.api.v1.OverlayPeer;
import dev.banyan.api.v1.OverlayReport;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the cluster is told of the overlay, and when: a changed judgement at once, mere numbers once in a while, since all agents read all
 * reports. Stepped; for one caller at a time.
 */
final class OverlayNews {
    /** At fifty agents this is less than one write a second. */
    private static final Duration NUMBERS = Duration.ofMinutes(1);

    private final OverlayReport offer;
    private OverlayReport told;
    private long toldNanos;

    /** @param offer what is true from the start: the kind, and where this end is */
    OverlayNews(OverlayReport offer, long nowNanos) {
        this.offer = offer;
        this.told = offer;
        this.toldNanos = nowNanos;
    }

    /** The report that is due now, if one is. */
    Optional<OverlayReport> due(OverlayOutcome outcome, List<String> others, List<PeerLink> links, long nowNanos) {
        var now = report(outcome, others, links);
        boolean numbersOnly = judgement(now).equals(judgement(told));
        if (now.equals(told) || numbersOnly && nowNanos - toldNanos < NUMBERS.toNanos()) {
            return Optional.empty();
        }
        told = now;
        toldNanos = nowNanos;
        return Optional.of(now);
    }

    private OverlayReport report(OverlayOutcome outcome, List<String> others, List<PeerLink> links) {
        var report = offer.toBuilder().addAllProblems(others);
        switch (outcome) {
            case OverlayOutcome.Applied done -> {}
            case OverlayOutcome.Failed failed -> report.addAllProblems(failed.problems());
            case OverlayOutcome.Refused refused -> report.setRefusal(refused.reason());
        }
        links.stream().sorted(Comparator.comparing(PeerLink::agent)).forEach(link -> report.addPeers(peer(link)));
        return report.build();
    }

    private static OverlayPeer peer(PeerLink link) {
        return OverlayPeer.newBuilder()
                .setAgent(link.agent())
                .setEndpoint(link.endpoint())
                .setHandshakeAtMs(link.handshakeSeconds() * 1_000)
                .setReceivedBytes(link.receivedBytes())
                .setSentBytes(link.sentBytes())
                .setPacketBytes(link.packetBytes())
                .build();
    }

    /** The report without what moves by itself. */
    private static OverlayReport judgement(OverlayReport report) {
        var judgement = report.toBuilder().clearPeers();
        for (var peer : report.getPeersList()) {
            judgement.addPeers(OverlayPeer.newBuilder()
                    .setAgent(peer.getAgent())
                    .setEndpoint(peer.getEndpoint())
                    .setPacketBytes(peer.getPacketBytes())
                    .setHandshakeAtMs(Math.min(1, peer.getHandshakeAtMs())));
        }
        return judgement.build();
    }
}
