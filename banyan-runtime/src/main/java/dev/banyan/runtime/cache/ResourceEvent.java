package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;

/** What happened to one object, as a cache saw it. */
public sealed interface ResourceEvent<S, T> {
    /** The object as last known: after the change, or before it went. */
    Resource<S, T> latest();

    /** Whom it is about. */
    default ObjectKey key() {
        return latest().key();
    }

    /**
     * The revision at which this was so: of the object's write, or of the state of the store in which it was gone. Whoever remembers the
     * revision of a commit recognises its own writes by it.
     */
    long revision();

    /** The object is new to the cache: created, come into the selection, or there when the cache started. */
    record Added<S, T>(Resource<S, T> now) implements ResourceEvent<S, T> {
        @Override
        public Resource<S, T> latest() {
            return now;
        }

        @Override
        public long revision() {
            return now.meta().revision();
        }
    }

    /** The same incarnation was written; states between the two may have been skipped. */
    record Updated<S, T>(Resource<S, T> before, Resource<S, T> now) implements ResourceEvent<S, T> {
        @Override
        public Resource<S, T> latest() {
            return now;
        }

        @Override
        public long revision() {
            return now.meta().revision();
        }
    }

    /**
     * The object is gone or left the selection.
     *
     * @param last what the cache knew of it, not necessarily its final state
     * @param revision of the deletion when it was observed, else of the first state that lacked the object
     * @param observed true when the watch told of it; false when a later state showed it, so that it may have been gone for a while
     */
    record Deleted<S, T>(Resource<S, T> last, long revision, boolean observed) implements ResourceEvent<S, T> {
        @Override
        public Resource<S, T> latest() {
            return last;
        }
    }
}
