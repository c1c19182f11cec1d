package dev.banyan.runtime.resource;

/**
 * A typed object: {@code spec} is what is wanted, {@code status} what was observed. Each has one writer.
 *
 * @param <S> type of the spec; immutable
 * @param <T> type of the status; immutable
 */
public record Resource<S, T>(ObjectKey key, ObjectMeta meta, S spec, T status) {
    /** The last segment of the key. */
    public String name() {
        return key.name();
    }

    /** See {@link ObjectMeta#uid()}. */
    public String uid() {
        return meta.uid();
    }

    /** The same object with other halves, such as the small part of each that a cache keeps. */
    public <P, Q> Resource<P, Q> with(P newSpec, Q newStatus) {
        return new Resource<>(key, meta, newSpec, newStatus);
    }

    /** An owner reference to this very incarnation. */
    public OwnerReference asOwner() {
        return OwnerReference.to(key, meta);
    }
}
