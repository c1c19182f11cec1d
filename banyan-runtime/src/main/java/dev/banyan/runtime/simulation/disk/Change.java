package dev.banyan.runtime.simulation.disk;

import dev.banyan.runtime.env.RandomSource;
import java.util.Arrays;

/** What was done to a file and is not forced yet. */
sealed interface Change {
    /** What a disk writes at once or not at all. */
    int SECTOR = 512;

    void apply(Content content);

    /** Applies what a loss of power in the middle of it leaves. */
    void tear(Content content, RandomSource drawn);

    /** Bytes at a place. */
    record Write(long at, byte[] bytes) implements Change {
        @Override
        public void apply(Content content) {
            content.write(at, bytes);
        }

        /** A first part that ends where a sector ends; sometimes the file has its new length already, with zeros. */
        @Override
        public void tear(Content content, RandomSource drawn) {
            long firstEnd = SECTOR - at % SECTOR;
            int sectors = Math.toIntExact((bytes.length - Math.min(firstEnd, bytes.length) + SECTOR - 1) / SECTOR) + 1;
            int kept = drawn.nextInt(sectors);
            int length = kept == 0 ? 0 : Math.toIntExact(firstEnd + (kept - 1L) * SECTOR);
            boolean lengthened = drawn.nextInt(2) == 0;
            if (length > 0) {
                content.write(at, Arrays.copyOf(bytes, length));
            }
            if (lengthened) {
                content.grow(Math.toIntExact(at + bytes.length));
            }
        }
    }

    /** Another length. */
    record Truncate(long length) implements Change {
        @Override
        public void apply(Content content) {
            content.truncate(length);
        }

        @Override
        public void tear(Content content, RandomSource drawn) {
            if (drawn.nextBoolean()) {
                apply(content);
            }
        }
    }
}
