package dev.banyan.engine.image.shelf;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One manifest that the registry has.
 *
 * @param tags that lead to it, in order
 * @param pushed when it was put last
 * @param parts digests of the manifests that it is an index of
 * @param blobs what its disk holds for it, with itself: bytes by digest
 */
record Holding(
        String repository,
        String digest,
        List<String> tags,
        Instant pushed,
        List<String> parts,
        Map<String, Long> blobs) {
    Holding {
        tags = List.copyOf(new TreeSet<>(tags));
        parts = List.copyOf(parts);
        blobs = Map.copyOf(blobs);
    }

    /** As releases name it. */
    String name() {
        return repository + "@" + digest;
    }

    /** Whether Banyan brought it: fetched, or built under the name that Banyan gives. */
    boolean own() {
        return repository.startsWith("mirror/") || repository.startsWith("apps/");
    }
}
