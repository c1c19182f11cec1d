package dev.banyan.agent.network.wireguard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What lies between an interface as it is and as it shall be. Pure.
 *
 * @param own arguments that set this end's key and port; empty when they are right
 * @param peers arguments for peers, a list for each command, in this order
 * @param reasons what differs, for people
 */
record TunnelChange(List<String> own, List<List<String>> peers, List<String> reasons) {
    /** A handshake is made every two minutes while packets flow; after three the two ends have lost each other. */
    private static final long LOST_AFTER_SECONDS = 180;

    /** Peers in one command, far below what a command line may have. */
    private static final int BATCH = 100;

    TunnelChange {
        own = List.copyOf(own);
        peers = List.copyOf(peers);
        reasons = List.copyOf(reasons);
    }

    /**
     * Compares.
     *
     * @param moved peers whose endpoint was planned otherwise before
     * @param nowSeconds after 1970
     */
    static TunnelChange of(TunnelPlan plan, TunnelState held, Set<PublicKey> moved, long nowSeconds) {
        var reasons = new ArrayList<String>();
        var own = own(plan, held, reasons);
        var left = new TreeMap<PublicKey, PeerSight>();
        held.peers().forEach(peer -> left.put(peer.key(), peer));
        var added = new ArrayList<TunnelPeer>();
        var commands = new ArrayList<List<String>>();
        for (var peer : plan.peers()) {
            var sight = left.remove(peer.key());
            if (sight == null) {
                added.add(peer);
                reasons.add("peer " + peer.key() + " is missing");
            } else {
                var change = changed(
                        peer,
                        sight,
                        plan,
                        moved.contains(peer.key()) || nowSeconds - sight.handshakeSeconds() > LOST_AFTER_SECONDS);
                if (!change.isEmpty()) {
                    reasons.add("peer " + peer.key() + " differs: " + String.join(" ", change));
                    commands.add(words(List.of("peer", peer.key().text()), change));
                }
            }
        }
        // Before others are added, since what one may send no other may.
        left.keySet().forEach(key -> {
            reasons.add("peer " + key + " is not wanted");
            commands.addFirst(List.of("peer", key.text(), "remove"));
        });
        commands.addAll(additions(added, plan));
        return new TunnelChange(own, commands, reasons);
    }

    boolean isEmpty() {
        return reasons.isEmpty();
    }

    private static List<String> own(TunnelPlan plan, TunnelState held, List<String> reasons) {
        var words = new ArrayList<String>();
        if (held.port() != plan.settings().port()) {
            reasons.add("listens on port " + held.port());
            words.addAll(List.of("listen-port", Integer.toString(plan.settings().port())));
        }
        if (!held.key().equals(java.util.Optional.of(plan.key().publicKey()))) {
            reasons.add("has not this server's key");
            words.addAll(List.of("private-key", plan.key().file().toString()));
        }
        return words;
    }

    private static List<String> changed(TunnelPeer peer, PeerSight sight, TunnelPlan plan, boolean endpointToo) {
        var settings = plan.settings();
        var words = new ArrayList<String>();
        // One that answers from elsewhere, from behind a NAT, has been followed there; only when it is lost is it
        // looked for at home.
        if (endpointToo && !sight.endpoint().equals(peer.endpoint())) {
            words.addAll(List.of("endpoint", peer.endpoint()));
        }
        var subnets = plan.subnets(peer);
        // In whatever order they are listed.
        if (!Set.copyOf(List.of(sight.subnets().split(","))).equals(Set.copyOf(subnets))) {
            words.addAll(List.of("allowed-ips", String.join(",", subnets)));
        }
        if (sight.keepaliveSeconds() != settings.keepalive().toSeconds()) {
            words.addAll(keepalive(settings));
        }
        return words;
    }

    /**
     * A new peer is given a keepalive, if only for a moment: setting one has a handshake made at once. Without it a peer that knew this
     * end's former session would go on with that, and take fifteen seconds to see that nobody listens.
     */
    private static List<List<String>> additions(List<TunnelPeer> added, TunnelPlan plan) {
        var settings = plan.settings();
        var commands = new ArrayList<List<String>>();
        boolean never = settings.keepalive().isZero();
        for (int from = 0; from < added.size(); from += BATCH) {
            var add = new ArrayList<String>();
            var rest = new ArrayList<String>();
            for (var peer : added.subList(from, Math.min(added.size(), from + BATCH))) {
                add.addAll(List.of("peer", peer.key().text(), "endpoint", peer.endpoint()));
                add.addAll(List.of("allowed-ips", String.join(",", plan.subnets(peer))));
                add.addAll(never ? List.of("persistent-keepalive", "25") : keepalive(settings));
                rest.addAll(List.of("peer", peer.key().text(), "persistent-keepalive", "off"));
            }
            commands.add(add);
            if (never) {
                commands.add(rest);
            }
        }
        return commands;
    }

    private static List<String> keepalive(TunnelSettings settings) {
        long seconds = settings.keepalive().toSeconds();
        return List.of("persistent-keepalive", seconds == 0 ? "off" : Long.toString(seconds));
    }

    private static List<String> words(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** Endpoints that {@code plan} wants otherwise than {@code before}, which has them by key. */
    static Set<PublicKey> moved(TunnelPlan plan, Map<PublicKey, String> before) {
        return plan.peers().stream()
                .filter(peer -> !peer.endpoint().equals(before.getOrDefault(peer.key(), peer.endpoint())))
                .map(TunnelPeer::key)
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }
}
