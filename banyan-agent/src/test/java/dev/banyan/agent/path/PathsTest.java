package dev.banyan.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.network.Peer;
import dev.banyan.agent.network.PeerLink;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PathsTest {
    private static final int WHOLE = 1_420;
    private static final long SECONDS = 1_000_000;
    private static final Peer SECOND = Peer.of("a2", "192.0.2.2", "10.192.2.0/24");
    private static final Peer THIRD = Peer.of("a3", "192.0.2.3", "10.192.3.0/24");

    private final Paths paths = new Paths(WHOLE);

    private static PeerLink link(Peer peer, String endpoint, long age) {
        return new PeerLink(peer.name(), endpoint, SECONDS - age, 1, 1, 0);
    }

    private void seen(PeerLink... links) {
        paths.seen(List.of(SECOND, THIRD), List.of(links), SECONDS, 0);
    }

    private void all(boolean passed) {
        for (var due = paths.due(9, 0); !due.isEmpty(); due = paths.due(9, 0)) {
            due.forEach(attempt -> paths.tried(attempt, passed, 0));
        }
    }

    @Test
    void sendsToGatewaysOfPeersWithALivingSessionAlone() {
        seen(link(SECOND, "192.0.2.2:7446", 180), link(THIRD, "192.0.2.3:7446", 181));

        assertThat(paths.due(9, 0)).containsExactly(new Paths.Attempt("a2", Ipv4Address.parse("10.192.2.1"), WHOLE));
    }

    @Test
    void triesNoMoreAtOnceThanItMay() {
        seen(link(SECOND, "192.0.2.2:7446", 1), link(THIRD, "192.0.2.3:7446", 1));

        assertThat(paths.due(1, 0)).hasSize(1);
        assertThat(paths.due(9, 0)).hasSize(2);
    }

    @Test
    void looksAgainAtOnceWhenAnEndpointChanges() {
        seen(link(SECOND, "192.0.2.2:7446", 1));
        all(true);
        assertThat(paths.sizes()).isEqualTo(Map.of("a2", WHOLE));

        seen(link(SECOND, "198.51.100.2:7446", 1));

        assertThat(paths.due(9, 0)).hasSize(1);
        assertThat(paths.sizes()).isEqualTo(Map.of("a2", WHOLE));
    }

    @Test
    void remembersAWayWhileItsInterfaceIsMissing() {
        seen(link(SECOND, "192.0.2.2:7446", 1));
        all(true);
        seen();
        assertThat(paths.sizes()).isEqualTo(Map.of("a2", WHOLE));

        seen(link(SECOND, "192.0.2.2:7446", 1));
        assertThat(paths.due(9, 0)).isEmpty();
    }

    @Test
    void forgetsPeersThatAreGoneAndWhatIsHeardOfThemLater() {
        seen(link(SECOND, "192.0.2.2:7446", 1));
        var attempt = paths.due(9, 0).getFirst();
        paths.seen(List.of(THIRD), List.of(), SECONDS, 0);
        paths.tried(attempt, true, 0);

        assertThat(paths.sizes()).isEmpty();
        assertThat(paths.due(9, 0)).isEmpty();
    }
}
