package dev.banyan.agent.network;

import java.util.List;
import java.util.Map;

/** Who finds out how large packets pass on the ways to peers. Thread-safe. */
public interface PathSizes {
    /** Whom nobody asks: every way takes what the links take. */
    PathSizes NONE = new PathSizes() {
        @Override
        public void seen(List<Peer> peers, List<PeerLink> links) {}

        @Override
        public Map<String, Integer> sizes() {
            return Map.of();
        }
    };

    /** The peers, and what the last look told of the ways to them; must not wait. */
    void seen(List<Peer> peers, List<PeerLink> links);

    /** Bytes of the largest packet that passes to a peer, by its name; of those that are known. */
    Map<String, Integer> sizes();
}
