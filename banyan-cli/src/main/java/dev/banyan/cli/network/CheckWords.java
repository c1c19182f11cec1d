package dev.banyan.cli.network;

import dev.banyan.api.v1.OverlayPeer;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.ProbeResult;
import dev.banyan.cli.network.CheckedCluster.Agent;
import dev.banyan.cli.network.Tried.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a result means, with what agents say of the ways between them. Pure. */
final class CheckWords {
    private final Map<String, OverlayReport> overlays = new HashMap<>();

    CheckWords(List<Agent> agents) {
        agents.forEach(agent -> overlays.put(agent.name(), agent.report().getOverlay()));
    }

    Tried tried(Attempt attempt, ProbeResult result) {
        return new Tried(attempt.from(), attempt.to(), attempt.what(), verdict(attempt, result), result.getTookUs());
    }

    private Verdict verdict(Attempt attempt, ProbeResult result) {
        var more = result.getDetail().isEmpty() ? "" : ": " + result.getDetail();
        return switch (result.getOutcome()) {
            case WELL -> new Verdict.Well(result.getDetail());
            case REFUSED -> new Verdict.Failed("refused" + more);
            case TIMED_OUT -> new Verdict.Failed("timed out" + more + obstacle(attempt));
            case UNREACHABLE -> new Verdict.Failed("unreachable" + more + obstacle(attempt));
            case NO_NAME -> new Verdict.Failed("name not found" + more);
            case OTHER_ADDRESS -> new Verdict.Failed("wrong address" + more);
            case NO_NAME_SERVER -> new Verdict.Failed("the name server does not answer" + more);
            case BEHIND -> new Verdict.Failed("revision behind" + more);
            case INVALID -> new Verdict.Gap("not tried" + more);
            case FAILED, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> new Verdict.Failed("failed" + more);
        };
    }

    /** Why packets to the other end may not arrive. */
    private String obstacle(Attempt attempt) {
        var overlay = overlays.getOrDefault(attempt.from(), OverlayReport.getDefaultInstance());
        if (attempt.end().isEmpty() || attempt.end().equals(attempt.from())) {
            return "";
        }
        if (!overlay.getRefusal().isEmpty()) {
            return " (" + overlay.getRefusal() + ")";
        }
        var problem = overlay.getProblemsList().stream()
                .filter(candidate -> candidate.contains("agent " + attempt.end() + " "))
                .findFirst();
        return problem.map(words -> " (" + words + ")").orElseGet(() -> handshake(overlay, attempt.end()));
    }

    private static String handshake(OverlayReport overlay, String end) {
        if (overlay.getKind() != OverlayReport.Kind.WIREGUARD) {
            return "";
        }
        Optional<OverlayPeer> peer = overlay.getPeersList().stream()
                .filter(candidate -> candidate.getAgent().equals(end))
                .findFirst();
        if (peer.isEmpty()) {
            return " (not connected yet with agent " + end + ")";
        }
        return peer.get().getHandshakeAtMs() == 0 ? " (no handshake with agent " + end + ")" : "";
    }
}
