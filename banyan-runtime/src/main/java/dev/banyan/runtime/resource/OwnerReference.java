package dev.banyan.runtime.resource;

/**
 * Names one incarnation of the object that owns another. The uid matters: an object recreated under the same key does not own what its
 * predecessor owned.
 */
public record OwnerReference(ObjectKey key, String uid) {
    /**
     * Refers to the object that the same commit creates under {@code key}; the store puts its uid in. Without such a creation the commit is
     * refused.
     */
    public static OwnerReference inSameCommit(ObjectKey key) {
        return new OwnerReference(key, "");
    }

    /** Refers to the incarnation that {@code meta} describes. */
    public static OwnerReference to(ObjectKey key, ObjectMeta meta) {
        return new OwnerReference(key, meta.uid());
    }
}
