package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.OverlayReport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverlayNewsTest {
    private static final OverlayReport OFFER = OverlayReport.newBuilder()
            .setKind(OverlayReport.Kind.WIREGUARD)
            .setPort(7_446)
            .build();
    private static final OverlayOutcome DONE = new OverlayOutcome.Applied(7);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final OverlayNews news = new OverlayNews(OFFER, 0);

    private static List<PeerLink> links(long handshake, long bytes) {
        return List.of(new PeerLink("a2", "192.0.2.2:7446", handshake, bytes, bytes, 0));
    }

    @Test
    void tellsNothingThatWasSaidAtTheStart() {
        assertThat(news.due(DONE, List.of(), List.of(), SECOND)).isEmpty();
    }

    @Test
    void tellsOfANewPeerAndItsFirstHandshakeAtOnce() {
        assertThat(news.due(DONE, List.of(), links(0, 148), SECOND))
                .hasValueSatisfying(
                        told -> assertThat(told.getPeers(0).getHandshakeAtMs()).isZero());
        assertThat(news.due(DONE, List.of(), links(1_000, 300), 2 * SECOND)).hasValueSatisfying(told -> {
            assertThat(told.getPort()).isEqualTo(7_446);
            assertThat(told.getPeers(0).getAgent()).isEqualTo("a2");
            assertThat(told.getPeers(0).getHandshakeAtMs()).isEqualTo(1_000_000);
        });
    }

    @Test
    void tellsOfNumbersOnceAMinute() {
        assertThat(news.due(DONE, List.of(), links(1_000, 300), SECOND)).isPresent();

        assertThat(news.due(DONE, List.of(), links(1_001, 301), 60 * SECOND)).isEmpty();
        assertThat(news.due(DONE, List.of(), links(1_001, 301), 61 * SECOND))
                .hasValueSatisfying(
                        told -> assertThat(told.getPeers(0).getSentBytes()).isEqualTo(301));
        assertThat(news.due(DONE, List.of(), links(1_001, 301), 600 * SECOND)).isEmpty();
    }

    @Test
    void tellsAtOnceThatAWayIsNarrow() {
        assertThat(news.due(DONE, List.of(), links(1_000, 300), SECOND)).isPresent();
        var narrow = List.of(new PeerLink("a2", "192.0.2.2:7446", 1_000, 300, 300, 1_280));

        assertThat(news.due(DONE, List.of(), narrow, 2 * SECOND))
                .hasValueSatisfying(
                        told -> assertThat(told.getPeers(0).getPacketBytes()).isEqualTo(1_280));
    }

    @Test
    void tellsOfTroubleAndItsEndAtOnce() {
        var failed = new OverlayOutcome.Failed(8, List.of("no route"));
        var refused = new OverlayOutcome.Refused(9, "WireGuard is missing");

        assertThat(news.due(failed, List.of("agent x is not connected: y"), List.of(), SECOND))
                .hasValueSatisfying(told ->
                        assertThat(told.getProblemsList()).containsExactly("agent x is not connected: y", "no route"));
        assertThat(news.due(refused, List.of(), List.of(), SECOND + 1)).hasValueSatisfying(told -> {
            assertThat(told.getRefusal()).isEqualTo("WireGuard is missing");
            assertThat(told.getProblemsList()).isEmpty();
        });
        assertThat(news.due(refused, List.of(), List.of(), SECOND + 2)).isEmpty();
        assertThat(news.due(DONE, List.of(), List.of(), SECOND + 3)).hasValue(OFFER);
    }
}
