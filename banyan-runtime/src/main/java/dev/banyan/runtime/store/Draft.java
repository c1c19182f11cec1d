package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import java.util.List;
import java.util.Map;

/** The part of an object that its author writes; the store adds the rest. */
public record Draft(
        ObjectKey key,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<OwnerReference> owners,
        List<String> finalizers,
        Bytes spec) {
    public Draft {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        owners = List.copyOf(owners);
        finalizers = List.copyOf(finalizers);
    }

    /** A draft with nothing but a spec. */
    public static Draft of(ObjectKey key, Bytes spec) {
        return new Draft(key, Map.of(), Map.of(), List.of(), List.of(), spec);
    }

    /** A draft of an object of {@code kind} with nothing but a spec. */
    public static <S> Draft of(Kind<S, ?> kind, ObjectKey key, S spec) {
        return of(key, kind.spec().encode(spec));
    }

    /** The author's part of {@code object}, to be changed and written back. */
    public static Draft from(StoredObject object) {
        var meta = object.meta();
        return new Draft(
                object.key(), meta.labels(), meta.annotations(), meta.owners(), meta.finalizers(), object.spec());
    }

    /** With these labels instead. */
    public Draft labelled(Map<String, String> newLabels) {
        return new Draft(key, newLabels, annotations, owners, finalizers, spec);
    }

    /** With these annotations instead. */
    public Draft annotated(Map<String, String> newAnnotations) {
        return new Draft(key, labels, newAnnotations, owners, finalizers, spec);
    }

    /** With these owners instead. */
    public Draft ownedBy(OwnerReference... newOwners) {
        return new Draft(key, labels, annotations, List.of(newOwners), finalizers, spec);
    }

    /** With these finalizers instead. */
    public Draft finalizedBy(List<String> newFinalizers) {
        return new Draft(key, labels, annotations, owners, newFinalizers, spec);
    }

    /** With this spec instead. */
    public Draft withSpec(Bytes newSpec) {
        return new Draft(key, labels, annotations, owners, finalizers, newSpec);
    }
}
