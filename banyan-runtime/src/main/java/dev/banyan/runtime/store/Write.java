package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;

/** One change of one object inside a commit. A commit writes a key at most once. */
public sealed interface Write {
    /** The object that is changed. */
    ObjectKey key();

    /** Creates an object with nothing but a spec. For labels, owners and finalizers make a {@link Create} of a {@link Draft}. */
    static <S> Create create(Kind<S, ?> kind, ObjectKey key, S spec) {
        return new Create(Draft.of(kind, key, spec));
    }

    /** Replaces the spec of exactly the revision that {@code base} was read at. */
    static <S, T> Update spec(Kind<S, T> kind, Resource<S, T> base, S spec) {
        var stored = kind.encode(base);
        return new Update(stored, Draft.from(stored).withSpec(kind.spec().encode(spec)));
    }

    /** Replaces the status of the incarnation that {@code base} is of, whatever was written to it meanwhile. */
    static <T> UpdateStatus status(Kind<?, T> kind, Resource<?, T> base, T status) {
        return new UpdateStatus(base.key(), base.uid(), kind.status().encode(status));
    }

    /** Removes the incarnation that {@code base} is of. */
    static Delete delete(Resource<?, ?> base) {
        return new Delete(base.key(), base.uid());
    }

    /** Creates the object with an empty status and generation 1; {@link WriteOutcome.AlreadyExists} if the key is taken. */
    record Create(Draft draft) implements Write {
        @Override
        public ObjectKey key() {
            return draft.key();
        }
    }

    /**
     * Replaces labels, annotations, owners, finalizers and spec of exactly the revision that {@code base} was read at; the status stays.
     * Taking the last finalizer of a deleting object removes it.
     */
    record Update(StoredObject base, Draft draft) implements Write {
        /** Both must have the same key. */
        public Update {
            if (!base.key().equals(draft.key())) {
                throw new IllegalArgumentException("update of " + base.key() + " with a draft of " + draft.key());
            }
        }

        @Override
        public ObjectKey key() {
            return draft.key();
        }
    }

    /**
     * Replaces the status of the incarnation {@code uid}, whatever was written to the object meanwhile: the store merges and retries by
     * itself. Fence it with a precondition on the writer's token. Writing the status that is there already writes nothing.
     */
    record UpdateStatus(ObjectKey key, String uid, Bytes status) implements Write {}

    /**
     * Removes the incarnation {@code uid}; while it has finalizers, sets its deletion time instead, once. An incarnation that is gone
     * already is {@link WriteOutcome.NotFound}.
     */
    record Delete(ObjectKey key, String uid) implements Write {}
}
