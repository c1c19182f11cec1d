package dev.banyan.cli.kinds;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.KindDefinitionStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.List;
import java.util.Optional;

/** Finds definitions and names objects by the words of the command line. */
final class Registered {
    private Registered() {}

    static List<Resource<KindDefinitionSpec, KindDefinitionStatus>> all(Store store) {
        return store.list(Selection.of(Kinds.DEFINITIONS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.DEFINITIONS::decode)
                .toList();
    }

    static Optional<Resource<KindDefinitionSpec, KindDefinitionStatus>> lookUp(Store store, String kind) {
        return all(store).stream()
                .filter(definition -> definition.name().equals(kind))
                .findFirst();
    }

    /** The definition of a kind; says what there is instead when there is none. */
    static Resource<KindDefinitionSpec, KindDefinitionStatus> find(Store store, String kind) {
        var all = all(store);
        return all.stream()
                .filter(definition -> definition.name().equals(kind))
                .findFirst()
                .orElseThrow(() -> new ApiException(Reason.NOT_FOUND, unknown(kind, all)));
    }

    /** The key of an object; throws an {@link ApiException} for a name that none can have. */
    static ObjectKey key(Resource<KindDefinitionSpec, KindDefinitionStatus> definition, String namespace, String name) {
        boolean cluster = definition.spec().getScope() == KindDefinitionSpec.Scope.CLUSTER;
        try {
            return new ObjectKey(definition.name(), cluster ? ObjectKey.CLUSTER_SCOPE : namespace, name);
        } catch (IllegalArgumentException malformed) {
            throw new ApiException(Reason.REJECTED, String.valueOf(malformed.getMessage()));
        }
    }

    static int count(Store store, String kind) {
        var all = Selection.of(kind).with(Selection.Detail.METADATA);
        return store.list(all, ReadAt.LATEST).objects().size();
    }

    private static String unknown(String kind, List<Resource<KindDefinitionSpec, KindDefinitionStatus>> registered) {
        if (Kinds.named(kind).isPresent()) {
            return kind + " are Banyan's own; they have verbs of their own, such as ps, agents and events";
        }
        var names = registered.stream().map(Resource::name).toList();
        return "no kind " + kind + " is registered; "
                + (names.isEmpty() ? "none is" : "there are " + String.join(", ", names));
    }
}
