package dev.banyan.agent.network.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TunnelChangeTest {
    private static final long NOW = 1_000_000;
    private static final PublicKey OWN = key(1);
    private static final PublicKey A = key(2);
    private static final PublicKey B = key(3);
    private static final TunnelSettings SETTINGS = new TunnelSettings(7_446, Duration.ZERO, 1_420);
    private static final String OWN_LINE = "secret\t" + OWN + "\t7446\toff\n";

    private static PublicKey key(int number) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) number);
        return PublicKey.ofBytes(bytes);
    }

    private static TunnelPeer peer(PublicKey key, int number) {
        return new TunnelPeer(
                key, Ipv4Address.parse("192.0.2." + number), 7_446, Ipv4Range.parse("10.192." + number + ".0/24"));
    }

    private static TunnelPlan plan(TunnelSettings settings, TunnelPeer... peers) {
        var own = new TunnelKey(Path.of("/state/key"), OWN);
        return new TunnelPlan(own, settings, Ipv4Address.parse("10.192.0.1"), List.of(peers));
    }

    /** As {@code wg} shows a peer that is as {@link #peer} says, with a handshake a minute ago. */
    private static String held(PublicKey key, int number) {
        return key + "\t(none)\t192.0.2." + number + ":7446\t10.192." + number + ".0/24\t" + (NOW - 60)
                + "\t148\t92\toff\n";
    }

    private static TunnelChange change(TunnelPlan plan, String dump, PublicKey... moved) {
        return TunnelChange.of(plan, TunnelState.parse(dump), Set.of(moved), NOW);
    }

    private static List<String> commands(TunnelChange change) {
        return change.peers().stream().map(words -> String.join(" ", words)).toList();
    }

    @Test
    void needsNothingWhenAllIsRight() {
        var change = change(plan(SETTINGS, peer(A, 1), peer(B, 2)), OWN_LINE + held(B, 2) + held(A, 1));

        assertThat(change.isEmpty()).isTrue();
        assertThat(change.own()).isEmpty();
        assertThat(change.peers()).isEmpty();
    }

    @Test
    void givesAFreshInterfaceItsKeyAndPort() {
        var change = change(plan(SETTINGS), "(none)\t(none)\t41464\toff\n");

        assertThat(change.own()).containsExactly("listen-port", "7446", "private-key", "/state/key");
        assertThat(change.reasons()).containsExactly("listens on port 41464", "has not this server's key");
    }

    @Test
    void hasANewPeerShakeHandsAtOnceAndThenBeSilent() {
        var change = change(plan(SETTINGS, peer(A, 1), peer(B, 2)), OWN_LINE + held(A, 1));

        assertThat(commands(change))
                .containsExactly(
                        "peer " + B + " endpoint 192.0.2.2:7446 allowed-ips 10.192.2.0/24 persistent-keepalive 25",
                        "peer " + B + " persistent-keepalive off");
        assertThat(change.reasons()).containsExactly("peer " + B + " is missing");
    }

    @Test
    void keepsANewPeerAwakeBehindANat() {
        var behind = new TunnelSettings(7_446, Duration.ofSeconds(20), 1_420);

        assertThat(commands(change(plan(behind, peer(B, 2)), OWN_LINE)))
                .containsExactly(
                        "peer " + B + " endpoint 192.0.2.2:7446 allowed-ips 10.192.2.0/24 persistent-keepalive 20");
        assertThat(commands(change(plan(behind, peer(A, 1)), OWN_LINE + held(A, 1))))
                .containsExactly("peer " + A + " persistent-keepalive 20");
    }

    @Test
    void removesWhomNobodyWantsBeforeAnotherGetsItsSubnet() {
        var change = change(plan(SETTINGS, peer(B, 1)), OWN_LINE + held(A, 1));

        assertThat(commands(change).getFirst()).isEqualTo("peer " + A + " remove");
        assertThat(commands(change)).hasSize(3);
        assertThat(change.reasons()).contains("peer " + A + " is not wanted");
        // Also before one that is there already is given it.
        assertThat(commands(change(plan(SETTINGS, peer(B, 1)), OWN_LINE + held(B, 2) + held(A, 1)))
                        .getFirst())
                .isEqualTo("peer " + A + " remove");
    }

    @Test
    void setsBackOnlyWhatWasChanged() {
        var widened = held(A, 1).replace("10.192.1.0/24", "10.192.1.0/24,0.0.0.0/0");
        var none = held(A, 1).replace("10.192.1.0/24", "(none)");
        var kept = held(A, 1).replace("\toff", "\t25");

        assertThat(commands(change(plan(SETTINGS, peer(A, 1)), OWN_LINE + widened)))
                .containsExactly("peer " + A + " allowed-ips 10.192.1.0/24");
        assertThat(commands(change(plan(SETTINGS, peer(A, 1)), OWN_LINE + none)))
                .containsExactly("peer " + A + " allowed-ips 10.192.1.0/24");
        assertThat(commands(change(plan(SETTINGS, peer(A, 1)), OWN_LINE + kept)))
                .containsExactly("peer " + A + " persistent-keepalive off");
    }

    @Test
    void followsAPeerThatAnswersFromElsewhere() {
        var roamed = held(A, 1).replace("192.0.2.1:7446", "198.51.100.9:40001");

        assertThat(change(plan(SETTINGS, peer(A, 1)), OWN_LINE + roamed).isEmpty())
                .isTrue();
    }

    @Test
    void looksForALostPeerWhereItSaysItIs() {
        var lost =
                held(A, 1).replace("192.0.2.1:7446", "198.51.100.9:40001").replace("" + (NOW - 60), "" + (NOW - 181));
        var neverHeard = held(A, 1).replace("192.0.2.1:7446", "(none)").replace("" + (NOW - 60), "0");

        assertThat(commands(change(plan(SETTINGS, peer(A, 1)), OWN_LINE + lost)))
                .containsExactly("peer " + A + " endpoint 192.0.2.1:7446");
        assertThat(commands(change(plan(SETTINGS, peer(A, 1)), OWN_LINE + neverHeard)))
                .containsExactly("peer " + A + " endpoint 192.0.2.1:7446");
    }

    @Test
    void goesAtOnceWhereAPeerSaysThatItHasMoved() {
        var before = Map.of(A, "192.0.2.77:7446", B, "192.0.2.2:7446");
        var plan = plan(SETTINGS, peer(A, 1), peer(B, 2), peer(key(9), 9));

        assertThat(TunnelChange.moved(plan, before)).containsExactly(A);
        assertThat(commands(change(
                        plan(SETTINGS, peer(A, 1)), OWN_LINE + held(A, 1).replace("192.0.2.1", "192.0.2.77"), A)))
                .containsExactly("peer " + A + " endpoint 192.0.2.1:7446");
    }

    @Test
    void takesManyNewPeersInSeveralCommands() {
        var peers = new ArrayList<TunnelPeer>();
        for (int i = 1; i <= 150; i++) {
            peers.add(peer(key(i + 10), i));
        }

        var change = change(plan(SETTINGS, peers.toArray(TunnelPeer[]::new)), OWN_LINE);

        assertThat(change.peers()).hasSize(4);
        assertThat(String.join(" ", change.peers().getFirst()).split("endpoint"))
                .hasSize(101);
        assertThat(String.join(" ", change.peers().get(2)).split("endpoint")).hasSize(51);
    }

    @Test
    void refusesTwoEndsWithOneKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> plan(SETTINGS, peer(A, 1), peer(A, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> plan(SETTINGS, peer(OWN, 1)));
    }

    @Test
    void neverQuotesWhatItCannotRead() {
        for (var wrong :
                List.of("", "private-secret\tx\t1\toff\n", "private-secret\n", OWN_LINE + "private-secret\t1\n")) {
            assertThatExceptionOfType(HostException.class)
                    .isThrownBy(() -> TunnelState.parse(wrong))
                    .withMessageNotContaining("secret")
                    .withNoCause();
        }
    }

    @Test
    void refusesSettingsThatNoInterfaceCanHave() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TunnelSettings(0, Duration.ZERO, 1_420));
        assertThatIllegalArgumentException().isThrownBy(() -> new TunnelSettings(1, Duration.ofSeconds(-1), 1_420));
        assertThatIllegalArgumentException().isThrownBy(() -> new TunnelSettings(1, Duration.ofDays(1), 1_420));
        assertThatIllegalArgumentException().isThrownBy(() -> new TunnelSettings(1, Duration.ZERO, 100));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new TunnelPeer(A, Ipv4Address.parse("192.0.2.1"), 70_000, Ipv4Range.parse("10.0.0.0/24")));
    }
}
