package dev.banyan.runtime.store.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.etcd.wire.Envelope;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import dev.banyan.runtime.store.etcd.wire.Owner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Objects as values of etcd, and back. */
final class ObjectEnvelope {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectEnvelope.class);

    /**
     * Stands for the halves of an object whose value cannot be read. No codec accepts it (an invalid tag of protobuf, no JSON), so that
     * readers set the object aside instead of taking it for empty or absent.
     */
    private static final Bytes UNREADABLE = Bytes.copyOf(new byte[] {7});

    private static final long NANOS = 1_000_000_000L;

    private ObjectEnvelope() {}

    static ByteString encode(StoredObject object) {
        var meta = object.meta();
        var envelope = Envelope.newBuilder()
                .setUid(meta.uid())
                .putAllLabels(meta.labels())
                .putAllAnnotations(meta.annotations())
                .addAllFinalizers(meta.finalizers())
                .setGeneration(meta.generation())
                .setCreationTimeNanos(nanos(meta.creationTime()))
                .setNonce(meta.nonce())
                .setSpec(UnsafeByteOperations.unsafeWrap(object.spec().buffer()))
                .setStatus(UnsafeByteOperations.unsafeWrap(object.status().buffer()));
        meta.deletionTime().ifPresent(time -> envelope.setDeletionTimeNanos(nanos(time)));
        for (var owner : meta.owners()) {
            envelope.addOwners(Owner.newBuilder()
                    .setKind(owner.key().kind())
                    .setNamespace(owner.key().namespace())
                    .setName(owner.key().name())
                    .setUid(owner.uid()));
        }
        return envelope.build().toByteString();
    }

    /** The object under {@code key}; one that cannot be read comes with halves that no codec accepts. */
    static StoredObject decode(ObjectKey key, KeyValue pair) {
        try {
            var envelope = Envelope.parseFrom(pair.getValue());
            return new StoredObject(key, meta(envelope, pair), bytes(envelope.getSpec()), bytes(envelope.getStatus()));
        } catch (InvalidProtocolBufferException | IllegalArgumentException malformed) {
            LOG.atError()
                    .addKeyValue("key", key)
                    .addKeyValue("revision", pair.getModRevision())
                    .setCause(malformed)
                    .log("stored object cannot be read");
            return unreadable(key, pair);
        }
    }

    /** The mark of the commit that wrote {@code pair}; empty when it cannot be read. */
    static String nonceOf(KeyValue pair) {
        try {
            return Envelope.parseFrom(pair.getValue()).getNonce();
        } catch (InvalidProtocolBufferException malformed) {
            return "";
        }
    }

    private static ObjectMeta meta(Envelope envelope, KeyValue pair) {
        var owners = envelope.getOwnersList().stream()
                .map(owner -> new OwnerReference(
                        new ObjectKey(owner.getKind(), owner.getNamespace(), owner.getName()), owner.getUid()))
                .toList();
        return new ObjectMeta(
                envelope.getUid(),
                envelope.getLabelsMap(),
                envelope.getAnnotationsMap(),
                owners,
                envelope.getFinalizersList(),
                envelope.getGeneration(),
                pair.getModRevision(),
                pair.getCreateRevision(),
                instant(envelope.getCreationTimeNanos()),
                envelope.hasDeletionTimeNanos()
                        ? Optional.of(instant(envelope.getDeletionTimeNanos()))
                        : Optional.empty(),
                envelope.getNonce());
    }

    private static StoredObject unreadable(ObjectKey key, KeyValue pair) {
        var meta = new ObjectMeta(
                "",
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                0,
                pair.getModRevision(),
                pair.getCreateRevision(),
                Instant.EPOCH,
                Optional.empty(),
                "");
        return new StoredObject(key, meta, UNREADABLE, UNREADABLE);
    }

    private static Bytes bytes(ByteString bytes) {
        return Bytes.copyOf(bytes.toByteArray());
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * NANOS + time.getNano();
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
}
