package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;

/** What happened to one object, as a cache saw it. */
public sealed interface ResourceEvent<S, T> {
    /** The object as last known: after the change, or before it went. */
    Resource<S, T> latest();

    default ObjectKey key() {
        return latest().key();
    }

    /** The object is new to the cache: created, come into the selection, or there when the cache started. */
    record Added<S, T>(Resource<S, T> now) implements ResourceEvent<S, T> {
        @Override
        public Resource<S, T> latest() {
            return now;
        }
    }

    /** The same incarnation was written; states between the two may have been skipped. */
    record Updated<S, T>(Resource<S, T> before, Resource<S, T> now) implements ResourceEvent<S, T> {
        @Override
        public Resource<S, T> latest() {
            return now;
        }
    }

    /** The object is gone or left the selection; {@code last} is what the cache knew of it, not necessarily its final state. */
    record Deleted<S, T>(Resource<S, T> last) implements ResourceEvent<S, T> {
        @Override
        public Resource<S, T> latest() {
            return last;
        }
    }
}
