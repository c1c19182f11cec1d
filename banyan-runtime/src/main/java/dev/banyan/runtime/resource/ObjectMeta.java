package dev.banyan.runtime.resource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a store knows about an object beside its spec and status. All but {@code labels}, {@code annotations}, {@code owners} and
 * {@code finalizers} is written by the store alone.
 *
 * @param uid 32 hexadecimal digits, drawn by the store at creation and never again
 * @param labels what selectors match; sorted by key
 * @param annotations notes nobody selects by; sorted by key
 * @param owners objects whose deletion collects this one
 * @param finalizers what must happen before a deleted object goes; while one is left, deletion only sets {@code deletionTime}
 * @param generation counts changes of the spec's bytes, from 1
 * @param revision the store's revision at the last write of this object
 * @param createRevision the store's revision at its creation; identifies one incarnation and serves as a fencing token
 * @param creationTime the store's wall clock at creation; for people only, nothing is decided from it
 * @param deletionTime when deletion was asked for; empty while the object is wanted
 * @param nonce the writer's mark of the last write, by which an unknown outcome is read back
 */
public record ObjectMeta(
        String uid,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<OwnerReference> owners,
        List<String> finalizers,
        long generation,
        long revision,
        long createRevision,
        Instant creationTime,
        Optional<Instant> deletionTime,
        String nonce) {

    /** Copies the collections; maps are sorted so that equal metadata prints and encodes equally. */
    public ObjectMeta {
        labels = sorted(labels);
        annotations = sorted(annotations);
        owners = List.copyOf(owners);
        finalizers = List.copyOf(finalizers);
    }

    /** True once deletion was asked for. */
    public boolean deleting() {
        return deletionTime.isPresent();
    }

    /** The same metadata as read back from a store that knows the two revisions. */
    public ObjectMeta at(long newCreateRevision, long newRevision) {
        return new ObjectMeta(
                uid,
                labels,
                annotations,
                owners,
                finalizers,
                generation,
                newRevision,
                newCreateRevision,
                creationTime,
                deletionTime,
                nonce);
    }

    /** Bytes of its texts; see {@link StoredObject#size()}. */
    long size() {
        long bytes = (long) uid.length() + nonce.length() + sizeOf(labels) + sizeOf(annotations);
        for (var owner : owners) {
            bytes += owner.key().path().length() + owner.uid().length();
        }
        for (var finalizer : finalizers) {
            bytes += sizeOf(finalizer);
        }
        return bytes;
    }

    private static long sizeOf(Map<String, String> texts) {
        long bytes = 0;
        for (var entry : texts.entrySet()) {
            bytes += sizeOf(entry.getKey()) + sizeOf(entry.getValue());
        }
        return bytes;
    }

    private static long sizeOf(String text) {
        int length = text.length();
        for (int at = 0; at < length; at++) {
            if (text.charAt(at) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return length; // counted for every object of every event, and nearly all of it is ASCII
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
