package dev.banyan.cli.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.OverlayPeer;
import dev.banyan.api.v1.OverlayReport;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PeerPairTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_000L);

    private final TreeMap<String, AgentReportStatus> reports = new TreeMap<>();

    @Test
    void isEachDirectionOnceOrderedByName() {
        report("b", OverlayReport.newBuilder());
        report("a", OverlayReport.newBuilder());
        report("c", OverlayReport.newBuilder());

        assertThat(PeerPair.all(reports))
                .extracting(pair -> pair.agent() + pair.peer())
                .containsExactly("ab", "ac", "ba", "bc", "ca", "cb");
        reports.keySet().retainAll(List.of("a"));
        assertThat(PeerPair.all(reports)).isEmpty();
    }

    @Test
    void showsTheLinkThatTheAgentHas() {
        report(
                "a",
                OverlayReport.newBuilder()
                        .setKind(OverlayReport.Kind.WIREGUARD)
                        .addPeers(OverlayPeer.newBuilder()
                                .setAgent("b")
                                .setEndpoint("192.0.2.2:7446")
                                .setHandshakeAtMs(NOW.minusSeconds(30).toEpochMilli())
                                .setReceivedBytes(10_239)
                                .setSentBytes(10_240)));
        report("b", OverlayReport.newBuilder().setKind(OverlayReport.Kind.WIREGUARD));

        var row = PeerPair.all(reports).getFirst().row(NOW);

        assertThat(row.subList(0, 4)).containsExactly("a", "b", "wireguard", "192.0.2.2:7446");
        assertThat(row.get(4)).contains("30");
        assertThat(row.subList(5, 8)).containsExactly("10239 B", "10 KiB", "");
    }

    @Test
    void largeNumbersAreInMebibytes() {
        report("a", wireguard("b", 10L * 1024 * 1024, 3L * 1024 * 1024 * 1024));
        report("b", OverlayReport.newBuilder());

        assertThat(PeerPair.all(reports).getFirst().row(NOW).subList(5, 7)).containsExactly("10 MiB", "3072 MiB");
    }

    @Test
    void saysWhatIsToBeKnownMostImportantFirst() {
        report("b", OverlayReport.newBuilder());

        assertThat(note(OverlayReport.newBuilder().setKind(OverlayReport.Kind.WIREGUARD)))
                .isEqualTo("not connected yet");
        assertThat(note(wireguard("b", 0, 0)
                        .clearPeers()
                        .addPeers(OverlayPeer.newBuilder().setAgent("b"))))
                .isEqualTo("no handshake yet");
        assertThat(note(OverlayReport.newBuilder())).isEqualTo("in the clear");
        assertThat(note(OverlayReport.newBuilder().setKindValue(99))).isEqualTo("of a newer agent");
        assertThat(note(OverlayReport.newBuilder()
                        .addProblems("agent bb is another")
                        .addProblems("agent b has no key")))
                .isEqualTo("agent b has no key");
        assertThat(note(OverlayReport.newBuilder()
                        .addProblems("agent b has no key")
                        .setRefusal("no WireGuard here")))
                .isEqualTo("no WireGuard here");
    }

    @Test
    void programsGetZerosForWhatIsNotThere() {
        report("a", OverlayReport.newBuilder().setKind(OverlayReport.Kind.ROUTES));
        report("b", OverlayReport.newBuilder());

        assertThat(PeerPair.all(reports).getFirst().item())
                .containsEntry("overlay", "routes")
                .containsEntry("endpoint", "")
                .containsEntry("handshake_at_ms", 0L)
                .containsEntry("received_bytes", 0L)
                .containsEntry("note", "in the clear");
    }

    private String note(OverlayReport.Builder overlay) {
        report("a", overlay);
        return PeerPair.all(reports).getFirst().note();
    }

    private static OverlayReport.Builder wireguard(String peer, long received, long sent) {
        return OverlayReport.newBuilder()
                .setKind(OverlayReport.Kind.WIREGUARD)
                .addPeers(OverlayPeer.newBuilder()
                        .setAgent(peer)
                        .setHandshakeAtMs(1)
                        .setReceivedBytes(received)
                        .setSentBytes(sent));
    }

    private void report(String agent, OverlayReport.Builder overlay) {
        reports.put(agent, AgentReportStatus.newBuilder().setOverlay(overlay).build());
    }
}
