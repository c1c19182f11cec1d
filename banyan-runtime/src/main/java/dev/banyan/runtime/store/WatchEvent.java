package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;

/** One change of one object. */
public sealed interface WatchEvent {
    /** The object that it is about. */
    ObjectKey key();

    /** The object now reads so; it is new when its createRevision equals its revision. */
    record Put(StoredObject object) implements WatchEvent {
        @Override
        public ObjectKey key() {
            return object.key();
        }
    }

    /** The object is gone, or no longer matches the selection. */
    record Deleted(ObjectKey key) implements WatchEvent {}
}
