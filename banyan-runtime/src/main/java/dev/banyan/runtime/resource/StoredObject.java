package dev.banyan.runtime.resource;

/** An object as stores and wires carry it: spec and status are encoded apart and opaque here. */
public record StoredObject(ObjectKey key, ObjectMeta meta, Bytes spec, Bytes status) {
    /** The same object without spec and status, for readers that asked for metadata only. */
    public StoredObject metadataOnly() {
        return new StoredObject(key, meta, Bytes.EMPTY, Bytes.EMPTY);
    }
}
