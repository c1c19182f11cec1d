package dev.banyan.runtime.resource;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A type of objects: its name in keys, whether it lives in namespaces, and how its two halves are encoded.
 *
 * @param name first part of every key of this kind, such as {@code tasks}, or {@code cronjobs.example.com}
 */
public record Kind<S, T>(String name, Scope scope, Codec<S> spec, Codec<T> status) {
    private static final Codec<Bytes> UNDECODED = new Codec<>() {
        @Override
        public Bytes encode(Bytes value) {
            return value;
        }

        @Override
        public Bytes decode(Bytes bytes) {
            return bytes;
        }
    };

    /**
     * Checks that all of it is there.
     *
     * @throws IllegalArgumentException when the name is malformed or a codec is missing
     */
    public Kind {
        if (name == null || !ObjectKey.KIND.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a kind is named by a lower-case plural such as tasks, not '" + name + "'");
        }
        Objects.requireNonNull(scope, "scope");
        requireCodec(spec, name, "spec");
        requireCodec(status, name, "status");
    }

    /** Where objects of a kind live. */
    public enum Scope {
        /** In a namespace. */
        NAMESPACED,
        /** In {@link ObjectKey#CLUSTER_SCOPE}. */
        CLUSTER
    }

    /** Key of an object of this kind; {@code namespace} is ignored for cluster kinds. */
    public ObjectKey key(String namespace, String objectName) {
        return new ObjectKey(name, scope == Scope.CLUSTER ? ObjectKey.CLUSTER_SCOPE : namespace, objectName);
    }

    /** The same kind with both halves left as bytes, for readers that want metadata only. */
    public Kind<Bytes, Bytes> undecoded() {
        return new Kind<>(name, scope, UNDECODED, UNDECODED);
    }

    /**
     * Decodes both halves.
     *
     * @throws DecodeException when either half is malformed
     * @throws IllegalArgumentException when the object is of another kind
     */
    public Resource<S, T> decode(StoredObject object) {
        if (!object.key().kind().equals(name)) {
            throw new IllegalArgumentException(object.key() + " is not of kind " + name);
        }
        return new Resource<>(object.key(), object.meta(), spec.decode(object.spec()), status.decode(object.status()));
    }

    /** The stored form of {@code resource}. */
    public StoredObject encode(Resource<S, T> resource) {
        return new StoredObject(
                resource.key(), resource.meta(), spec.encode(resource.spec()), status.encode(resource.status()));
    }

    private static void requireCodec(@Nullable Codec<?> codec, String name, String half) {
        if (codec == null) {
            throw new IllegalArgumentException("kind '" + name + "' has no codec for its " + half
                    + ": pass one that turns it into bytes and back, also when it is empty");
        }
    }
}
