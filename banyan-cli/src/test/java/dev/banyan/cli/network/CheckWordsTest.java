package dev.banyan.cli.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.OverlayPeer;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.ProbeResult;
import dev.banyan.api.v1.ProbeResult.Outcome;
import dev.banyan.cli.network.CheckedCluster.Agent;
import dev.banyan.cli.network.Tried.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckWordsTest {
    private OverlayReport overlay = OverlayReport.getDefaultInstance();

    @ParameterizedTest
    @CsvSource({
        "REFUSED, refused",
        "TIMED_OUT, timed out",
        "UNREACHABLE, unreachable",
        "NO_NAME, name not found",
        "OTHER_ADDRESS, wrong address",
        "NO_NAME_SERVER, the name server does not answer",
        "BEHIND, revision behind",
        "FAILED, failed",
        "OUTCOME_UNSPECIFIED, failed",
    })
    void whatFailsSaysHow(Outcome outcome, String words) {
        assertThat(verdict(outcome, "", "")).isEqualTo(new Verdict.Failed(words));
        assertThat(verdict(outcome, "", "10.192.1.9")).isEqualTo(new Verdict.Failed(words + ": 10.192.1.9"));
    }

    @Test
    void whatIsWellMaySayMoreAndWhatWasNotTriedIsAGap() {
        assertThat(verdict(Outcome.WELL, "", "in 2 ms")).isEqualTo(new Verdict.Well("in 2 ms"));
        assertThat(verdict(Outcome.INVALID, "", "too old")).isEqualTo(new Verdict.Gap("not tried: too old"));
    }

    @Test
    void keepsWhoTriedWhatAndHowLongItTook() {
        var tried = new CheckWords(List.of(agent())).tried(attempt("a2"), result(Outcome.WELL, ""));

        assertThat(tried).isEqualTo(new Tried("a1", "shop.web", "10.192.1.2:80/tcp", new Verdict.Well(""), 1_234));
    }

    @Test
    void saysWhyPacketsToAnotherServerMayNotArrive() {
        overlay = OverlayReport.newBuilder()
                .setKind(OverlayReport.Kind.WIREGUARD)
                .addPeers(OverlayPeer.newBuilder().setAgent("a2"))
                .addPeers(OverlayPeer.newBuilder().setAgent("a3").setHandshakeAtMs(5))
                .addProblems("agent a4 has the key of another")
                .build();

        assertThat(verdict(Outcome.TIMED_OUT, "a2", ""))
                .isEqualTo(new Verdict.Failed("timed out (no handshake with agent a2)"));
        assertThat(verdict(Outcome.TIMED_OUT, "a3", "")).isEqualTo(new Verdict.Failed("timed out"));
        assertThat(verdict(Outcome.UNREACHABLE, "a4", ""))
                .isEqualTo(new Verdict.Failed("unreachable (agent a4 has the key of another)"));
        assertThat(verdict(Outcome.TIMED_OUT, "a5", ""))
                .isEqualTo(new Verdict.Failed("timed out (not connected yet with agent a5)"));
    }

    @Test
    void aServerWithoutOverlaySaysThatFirst() {
        overlay = OverlayReport.newBuilder()
                .setRefusal("install wireguard-go")
                .addProblems("agent a2 is away")
                .build();

        assertThat(verdict(Outcome.TIMED_OUT, "a2", ""))
                .isEqualTo(new Verdict.Failed("timed out (install wireguard-go)"));
    }

    @Test
    void theOverlayIsNoReasonOnOneServerNorForARefusal() {
        overlay = OverlayReport.newBuilder().setRefusal("install wireguard-go").build();

        assertThat(verdict(Outcome.TIMED_OUT, "a1", "")).isEqualTo(new Verdict.Failed("timed out"));
        assertThat(verdict(Outcome.TIMED_OUT, "", "")).isEqualTo(new Verdict.Failed("timed out"));
        assertThat(verdict(Outcome.REFUSED, "a2", "")).isEqualTo(new Verdict.Failed("refused"));
    }

    @Test
    void plainRoutesHaveNoHandshake() {
        overlay = OverlayReport.newBuilder().setKind(OverlayReport.Kind.ROUTES).build();

        assertThat(verdict(Outcome.TIMED_OUT, "a2", "")).isEqualTo(new Verdict.Failed("timed out"));
    }

    private Verdict verdict(Outcome outcome, String end, String detail) {
        return new CheckWords(List.of(agent()))
                .tried(attempt(end), result(outcome, detail))
                .verdict();
    }

    private Agent agent() {
        return new Agent(
                "a1",
                AgentStatus.getDefaultInstance(),
                "10.192.1.0/24",
                AgentReportStatus.newBuilder().setOverlay(overlay).build());
    }

    private static Attempt attempt(String end) {
        return new Attempt("a1", "shop.web", "10.192.1.2:80/tcp", end, Probe.getDefaultInstance());
    }

    private static ProbeResult result(Outcome outcome, String detail) {
        return ProbeResult.newBuilder()
                .setOutcome(outcome)
                .setDetail(detail)
                .setTookUs(1_234)
                .build();
    }
}
