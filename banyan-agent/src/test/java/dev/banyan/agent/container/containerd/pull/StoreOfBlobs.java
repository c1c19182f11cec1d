package dev.banyan.agent.container.containerd.pull;

import dev.banyan.agent.container.ContainerException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A store of blobs into which tests put what has come. */
final class StoreOfBlobs implements PullContent {
    final Map<String, String> blobs = new HashMap<>();
    final Map<String, Long> writes = new LinkedHashMap<>();

    /** Digests that were asked for, each as often as it was. */
    final Map<String, Integer> asked = new HashMap<>();

    boolean away;

    /** A manifest of these layers. */
    static String manifest(Map<String, Long> layers) {
        var entries = new StringBuilder();
        layers.forEach((digest, size) -> entries.append(entries.isEmpty() ? "" : ",")
                .append("{\"digest\":\"" + digest + "\",\"size\":" + size + "}"));
        return "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:c\",\"size\":7},\"layers\":[" + entries + "]}";
    }

    @Override
    public Optional<String> text(String digest, int limit) {
        answer(digest);
        return Optional.ofNullable(blobs.get(digest));
    }

    @Override
    public boolean has(String digest) {
        answer(digest);
        return blobs.containsKey(digest);
    }

    @Override
    public Map<String, Long> underWay() {
        answer("under way");
        return Map.copyOf(writes);
    }

    private void answer(String about) {
        if (away) {
            throw new ContainerException(ContainerException.Kind.UNAVAILABLE, "could not look: connection refused");
        }
        asked.merge(about, 1, Integer::sum);
    }
}
