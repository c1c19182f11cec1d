package dev.banyan.agent.container.containerd.pull;

import dev.banyan.agent.container.PullProgress;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks how far one image is, and remembers what it has seen, so that a layer is asked for until it is there. For one task. */
public final class PullLook {
    /** The largest that the cluster's registry takes. */
    private static final int MANIFEST_MAX = 4 << 20;

    private final PullContent content;
    private final String digest;
    private final Set<String> whole = new HashSet<>();
    private Map<String, Long> layers = Map.of();
    private long furthest;

    /** A look at the image whose manifest or index has this digest. */
    public PullLook(PullContent content, String digest) {
        this.content = content;
        this.digest = digest;
    }

    /** How far it is now; empty as long as its size is not known. */
    Optional<PullProgress> now() throws InterruptedException {
        if (layers.isEmpty()) {
            layers = layers();
        }
        long total = layers.values().stream().mapToLong(Long::longValue).sum();
        return total == 0 ? Optional.empty() : Optional.of(progress(total));
    }

    private Map<String, Long> layers() throws InterruptedException {
        var text = content.text(digest, MANIFEST_MAX);
        if (text.isEmpty()) {
            return Map.of();
        }
        for (var manifest : Layers.manifests(text.get())) {
            var found = content.text(manifest, MANIFEST_MAX);
            if (found.isPresent()) {
                return Layers.of(found.get());
            }
        }
        return Layers.of(text.get());
    }

    private PullProgress progress(long total) throws InterruptedException {
        // In this order: a layer that is completed between the two looks is seen by one of them.
        var underWay = content.underWay();
        long done = 0;
        for (var layer : layers.entrySet()) {
            done += done(layer.getKey(), layer.getValue(), underWay);
        }
        // What was cut off is begun anew, and a layer that is unpacked may go before the others have come.
        furthest = Math.max(furthest, done);
        return new PullProgress(furthest, total, whole.size(), layers.size());
    }

    private long done(String layer, long size, Map<String, Long> underWay) throws InterruptedException {
        if (whole.contains(layer)) {
            return size;
        }
        if (content.has(layer)) {
            whole.add(layer);
            return size;
        }
        return underWay.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(layer))
                .mapToLong(entry -> Math.clamp(entry.getValue(), 0, size))
                .max()
                .orElse(0);
    }
}
