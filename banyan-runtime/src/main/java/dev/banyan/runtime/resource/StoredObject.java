package dev.banyan.runtime.resource;

/** An object as stores and wires carry it: spec and status are encoded apart and opaque here. */
public record StoredObject(ObjectKey key, ObjectMeta meta, Bytes spec, Bytes status) {
    /**
     * Bytes of its content: key, texts, spec and status. The measure of all limits, so that an object fits into every store or into none;
     * encodings add a few per cent.
     */
    public long size() {
        return (long) key.path().length() + meta.size() + spec.size() + status.size();
    }

    /** The same object as the store's {@code revision} left it; that also is its createRevision if it had none. */
    public StoredObject landedAt(long revision) {
        long created = meta.createRevision() == 0 ? revision : meta.createRevision();
        return new StoredObject(key, meta.at(created, revision), spec, status);
    }

    /** The same object without spec and status, for readers that asked for metadata only. */
    public StoredObject metadataOnly() {
        return new StoredObject(key, meta, Bytes.EMPTY, Bytes.EMPTY);
    }
}
