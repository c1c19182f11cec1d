package dev.banyan.agent.path;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.network.Peer;
import dev.banyan.agent.network.PeerLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The ways to all peers: which of them are tried now. Stepped; for one caller at a time. */
final class Paths {
    /** Sessions last so long; on an older one a packet would wait for hands to be shaken, or for ever. */
    static final Duration SESSION = Duration.ofSeconds(180);

    private final int whole;
    private final Map<String, Way> ways = new TreeMap<>();

    private record Way(Ipv4Address gateway, String endpoint, boolean alive, PathSize size) {}

    /** One packet to send. */
    record Attempt(String agent, Ipv4Address gateway, int bytes) {}

    /** @param whole bytes of the largest packet that the tunnel takes */
    Paths(int whole) {
        this.whole = whole;
    }

    /** The peers with what the last look told of them; those that are gone are forgotten, and those without a session wait. */
    void seen(List<Peer> peers, List<PeerLink> links, long nowSeconds, long nowNanos) {
        var seen = new HashMap<String, PeerLink>();
        links.forEach(link -> seen.put(link.agent(), link));
        var names = new ArrayList<String>();
        for (var peer : peers) {
            names.add(peer.name());
            var link = seen.get(peer.name());
            boolean alive = link != null && nowSeconds - link.handshakeSeconds() <= SESSION.toSeconds();
            ways.put(peer.name(), way(peer, link == null ? "" : link.endpoint(), alive, nowNanos));
        }
        ways.keySet().retainAll(names);
    }

    private Way way(Peer peer, String endpoint, boolean alive, long nowNanos) {
        var gateway = new Ipv4Address(peer.subnet().first().bits() + 1);
        var before = ways.get(peer.name());
        if (before == null || !before.gateway().equals(gateway)) {
            return new Way(gateway, endpoint, alive, new PathSize(whole, nowNanos));
        }
        if (endpoint.isEmpty()) {
            return new Way(gateway, before.endpoint(), false, before.size());
        }
        if (!before.endpoint().equals(endpoint)) {
            before.size().moved(nowNanos);
        }
        return new Way(gateway, endpoint, alive, before.size());
    }

    /** What is to be tried now, {@code most} at most. */
    List<Attempt> due(int most, long nowNanos) {
        var due = new ArrayList<Attempt>();
        ways.forEach((agent, way) -> {
            if (way.alive() && due.size() < most) {
                way.size().due(nowNanos).ifPresent(bytes -> due.add(new Attempt(agent, way.gateway(), bytes)));
            }
        });
        return due;
    }

    /** What became of an attempt; of a peer that went or moved meanwhile it says nothing. */
    void tried(Attempt attempt, boolean passed, long nowNanos) {
        var way = ways.get(attempt.agent());
        if (way != null
                && way.gateway().equals(attempt.gateway())
                && way.size()
                        .due(nowNanos)
                        .filter(bytes -> bytes == attempt.bytes())
                        .isPresent()) {
            way.size().tried(passed, nowNanos);
        }
    }

    /** Bytes of the largest packet that passes, by agent; of those that are known. */
    Map<String, Integer> sizes() {
        var sizes = new TreeMap<String, Integer>();
        ways.forEach((agent, way) -> way.size().found().ifPresent(bytes -> sizes.put(agent, bytes)));
        return Map.copyOf(sizes);
    }
}
