package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.ObjectKey;

/** What must hold for a commit to land. */
public sealed interface Precondition {
    /** The object that must be so. */
    ObjectKey key();

    /** The object was last written at exactly {@code revision}: nothing was missed since it was read. */
    record Unchanged(ObjectKey key, long revision) implements Precondition {}

    /** The object is the incarnation created at {@code createRevision}, whatever its content. */
    record SameIncarnation(ObjectKey key, long createRevision) implements Precondition {}

    /** No object has this key. */
    record Absent(ObjectKey key) implements Precondition {}

    /** The writer's right to act: like {@link Unchanged}, but its failure is {@link WriteOutcome.Fenced}. */
    record Fence(ObjectKey key, long revision) implements Precondition {}
}
