package dev.banyan.engine.image.shelf;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What people may ask about the images that the cluster's registry has. Thread-safe; calls read the disk. */
public interface Shelf {
    /** All images, by name. */
    Stock stock();

    /**
     * Removes what no release names, without waiting for the grace.
     *
     * @param trial only says what would go
     */
    List<Kept> prune(boolean trial) throws InterruptedException;

    /**
     * What is there.
     *
     * @param bytes of all images together, each part once
     * @param unused bytes on the disk that no image names, and that are given back once nothing is being pushed
     */
    record Stock(List<Kept> images, long bytes, long unused) {
        public Stock {
            images = List.copyOf(images);
        }
    }

    /**
     * One image.
     *
     * @param bytes with all its parts, some of which other images may have as well
     * @param apps that name it
     * @param own whether Banyan brought it; what people pushed is never removed
     * @param goes when it is removed unless something names it; empty for what stays
     */
    record Kept(
            String repository,
            String digest,
            List<String> tags,
            long bytes,
            List<String> apps,
            Instant pushed,
            boolean own,
            Optional<Instant> goes) {
        public Kept {
            tags = List.copyOf(tags);
            apps = List.copyOf(apps);
        }
    }
}
