package dev.banyan.engine.collection;

import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import java.util.List;

/** Which objects an owner has, over several kinds, from their metadata alone. */
public record Dependents(List<Lister<Bytes, Bytes>> listers) {
    /** Index of dependents by the uid of their owners. */
    public static final String BY_OWNER = "owner";

    public Dependents {
        listers = List.copyOf(listers);
    }

    /** A kind of which only the metadata is read. */
    public static Kind<Bytes, Bytes> metadataOf(Kind<?, ?> kind) {
        return new Kind<>(kind.name(), kind.scope(), new Opaque(), new Opaque());
    }

    /** Index values of {@link #BY_OWNER}. */
    public static List<String> ownersOf(Resource<?, ?> resource) {
        return resource.meta().owners().stream().map(OwnerReference::uid).toList();
    }

    /** Keys of all objects that the incarnation {@code uid} owns. */
    public List<ObjectKey> of(String uid) {
        return listers.stream()
                .flatMap(lister -> lister.byIndex(BY_OWNER, uid).stream())
                .map(Resource::key)
                .toList();
    }

    private static final class Opaque implements Codec<Bytes> {
        @Override
        public Bytes encode(Bytes value) {
            return value;
        }

        @Override
        public Bytes decode(Bytes bytes) {
            return bytes;
        }
    }
}
