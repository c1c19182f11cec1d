package dev.banyan.runtime.controller;

import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.resource.ObjectMeta;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * What an event changed, found once and the same for every {@link EventFilter}.
 *
 * @param parts empty when a write changed nothing that anyone can see
 */
public record ChangeSet(Set<Part> parts) {
    /** What can change. */
    public enum Part {
        /** The object is new to the cache. */
        APPEARED,
        /** The bytes of the spec: the generation went up. */
        SPEC,
        /** The status. */
        STATUS,
        /** Labels, annotations or owners. */
        META,
        /** Finalizers were added or taken away. */
        FINALIZERS,
        /** Its deletion was asked for. */
        DELETION,
        /** It is no longer in the cache. */
        GONE
    }

    /** Parts that no filter holds back: whoever misses one waits for ever or leaves something behind. */
    private static final Set<Part> URGENT = Set.of(Part.FINALIZERS, Part.DELETION, Part.GONE);

    public ChangeSet {
        parts = Collections.unmodifiableSet(parts.isEmpty() ? EnumSet.noneOf(Part.class) : EnumSet.copyOf(parts));
    }

    /** What {@code event} changed. An object that appears while it is being deleted has {@link Part#DELETION} as well. */
    public static ChangeSet of(ResourceEvent<?, ?> event) {
        var parts = EnumSet.noneOf(Part.class);
        switch (event) {
            case ResourceEvent.Added<?, ?> added -> {
                parts.add(Part.APPEARED);
                addIf(parts, added.now().meta().deleting(), Part.DELETION);
            }
            case ResourceEvent.Updated<?, ?> updated -> {
                compare(parts, updated.before().meta(), updated.now().meta());
                addIf(
                        parts,
                        !Objects.equals(updated.before().status(), updated.now().status()),
                        Part.STATUS);
            }
            case ResourceEvent.Deleted<?, ?> deleted -> parts.add(Part.GONE);
        }
        return new ChangeSet(parts);
    }

    /** Whether {@code part} changed. */
    public boolean has(Part part) {
        return parts.contains(part);
    }

    /** True when nothing but the status changed. */
    public boolean statusOnly() {
        return parts.equals(Set.of(Part.STATUS));
    }

    /** True for changes that pass every filter: of the finalizers, of the deletion, and the end of the object. */
    public boolean urgent() {
        return !Collections.disjoint(URGENT, parts);
    }

    private static void compare(Set<Part> parts, ObjectMeta before, ObjectMeta now) {
        addIf(parts, before.generation() != now.generation(), Part.SPEC);
        addIf(
                parts,
                !before.labels().equals(now.labels())
                        || !before.annotations().equals(now.annotations())
                        || !before.owners().equals(now.owners()),
                Part.META);
        addIf(parts, !before.finalizers().equals(now.finalizers()), Part.FINALIZERS);
        addIf(parts, before.deleting() != now.deleting(), Part.DELETION);
    }

    private static void addIf(Set<Part> parts, boolean condition, Part part) {
        if (condition) {
            parts.add(part);
        }
    }
}
