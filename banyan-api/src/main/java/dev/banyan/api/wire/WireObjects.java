package dev.banyan.api.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import dev.banyan.api.v1.Key;
import dev.banyan.api.v1.LabelRequirement;
import dev.banyan.api.v1.Meta;
import dev.banyan.api.v1.OwnerRef;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.LabelSelector.Requirement;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keys, objects and what selects them. */
public final class WireObjects {
    private WireObjects() {}

    public static Key key(ObjectKey key) {
        return Key.newBuilder()
                .setKind(key.kind())
                .setNamespace(key.namespace())
                .setName(key.name())
                .build();
    }

    /** Throws {@link IllegalArgumentException} for a malformed key. */
    public static ObjectKey key(Key key) {
        return new ObjectKey(key.getKind(), key.getNamespace(), key.getName());
    }

    public static dev.banyan.api.v1.Object object(StoredObject object) {
        return dev.banyan.api.v1.Object.newBuilder()
                .setKey(key(object.key()))
                .setMeta(meta(object.meta()))
                .setSpec(bytes(object.spec()))
                .setStatus(bytes(object.status()))
                .build();
    }

    public static StoredObject object(dev.banyan.api.v1.Object object) {
        return new StoredObject(
                key(object.getKey()), meta(object.getMeta()), bytes(object.getSpec()), bytes(object.getStatus()));
    }

    public static dev.banyan.api.v1.Selection selection(Selection selection) {
        var wire = dev.banyan.api.v1.Selection.newBuilder()
                .setKind(selection.kind().orElse(""))
                .setNamespace(selection.namespace().orElse(""))
                .setName(selection.name().orElse(""))
                .setFromKey(selection.keys().from())
                .setUntilKey(selection.keys().until())
                .setMetadataOnly(selection.detail() == Selection.Detail.METADATA);
        selection.labels().requirements().forEach(requirement -> wire.addLabels(requirement(requirement)));
        return wire.build();
    }

    /** Throws {@link IllegalArgumentException} for an unknown operator, too many requirements or a range that is upside down. */
    public static Selection selection(dev.banyan.api.v1.Selection selection) {
        var labels = new LabelSelector(
                selection.getLabelsList().stream().map(WireObjects::requirement).toList());
        var detail = selection.getMetadataOnly() ? Selection.Detail.METADATA : Selection.Detail.FULL;
        return new Selection(
                given(selection.getKind()),
                given(selection.getNamespace()),
                given(selection.getName()),
                new KeyRange(selection.getFromKey(), selection.getUntilKey()),
                labels,
                detail);
    }

    public static dev.banyan.api.v1.ReadAt readAt(ReadAt at) {
        return switch (at) {
            case ReadAt.Latest latest -> dev.banyan.api.v1.ReadAt.getDefaultInstance();
            case ReadAt.AtLeast least ->
                dev.banyan.api.v1.ReadAt.newBuilder()
                        .setAtLeast(least.revision())
                        .build();
            case ReadAt.Exactly exactly ->
                dev.banyan.api.v1.ReadAt.newBuilder()
                        .setExactly(exactly.revision())
                        .build();
        };
    }

    public static ReadAt readAt(dev.banyan.api.v1.ReadAt at) {
        return switch (at.getAtCase()) {
            case AT_LEAST -> new ReadAt.AtLeast(at.getAtLeast());
            case EXACTLY -> new ReadAt.Exactly(at.getExactly());
            case AT_NOT_SET -> ReadAt.LATEST;
        };
    }

    static OwnerRef owner(OwnerReference owner) {
        return OwnerRef.newBuilder()
                .setKey(key(owner.key()))
                .setUid(owner.uid())
                .build();
    }

    static OwnerReference owner(OwnerRef owner) {
        return new OwnerReference(key(owner.getKey()), owner.getUid());
    }

    static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.buffer());
    }

    static Bytes bytes(ByteString bytes) {
        return Bytes.copyOf(bytes.toByteArray());
    }

    private static Meta meta(ObjectMeta meta) {
        var wire = Meta.newBuilder()
                .setUid(meta.uid())
                .putAllLabels(meta.labels())
                .putAllAnnotations(meta.annotations())
                .addAllOwners(meta.owners().stream().map(WireObjects::owner).toList())
                .addAllFinalizers(meta.finalizers())
                .setGeneration(meta.generation())
                .setRevision(meta.revision())
                .setCreateRevision(meta.createRevision())
                .setCreationTime(timestamp(meta.creationTime()))
                .setNonce(meta.nonce());
        meta.deletionTime().ifPresent(time -> wire.setDeletionTime(timestamp(time)));
        return wire.build();
    }

    private static ObjectMeta meta(Meta meta) {
        return new ObjectMeta(
                meta.getUid(),
                meta.getLabelsMap(),
                meta.getAnnotationsMap(),
                meta.getOwnersList().stream().map(WireObjects::owner).toList(),
                List.copyOf(meta.getFinalizersList()),
                meta.getGeneration(),
                meta.getRevision(),
                meta.getCreateRevision(),
                instant(meta.getCreationTime()),
                meta.hasDeletionTime() ? Optional.of(instant(meta.getDeletionTime())) : Optional.empty(),
                meta.getNonce());
    }

    private static LabelRequirement requirement(Requirement requirement) {
        var wire = LabelRequirement.newBuilder().setKey(requirement.key());
        return switch (requirement) {
            case Requirement.In in ->
                wire.setOperator(LabelRequirement.Operator.IN)
                        .addAllValues(in.values().stream().sorted().toList())
                        .build();
            case Requirement.Exists exists ->
                wire.setOperator(LabelRequirement.Operator.EXISTS).build();
            case Requirement.Absent absent ->
                wire.setOperator(LabelRequirement.Operator.ABSENT).build();
        };
    }

    private static Requirement requirement(LabelRequirement requirement) {
        return switch (requirement.getOperator()) {
            case IN -> new Requirement.In(requirement.getKey(), Set.copyOf(requirement.getValuesList()));
            case EXISTS -> new Requirement.Exists(requirement.getKey());
            case ABSENT -> new Requirement.Absent(requirement.getKey());
            case OPERATOR_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("unknown operator for label '" + requirement.getKey() + "'");
        };
    }

    private static Optional<String> given(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
