package dev.banyan.cli.app;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.Optional;

/** Finds apps by the words of the command line. */
public final class Apps {
    /** The only namespace until tenants come. */
    public static final String NAMESPACE = "default";

    private Apps() {}

    /** The app of that name; throws {@link ApiException} with a guess when there is none. */
    public static Resource<DeploymentSpec, DeploymentStatus> find(Store store, String name) {
        return lookUp(store, name).orElseThrow(() -> unknown(store, name));
    }

    /** The app of that name, if there is one. */
    public static Optional<Resource<DeploymentSpec, DeploymentStatus>> lookUp(Store store, String name) {
        return key(name).flatMap(key -> store.get(key, ReadAt.LATEST)).map(Kinds.DEPLOYMENTS::decode);
    }

    private static Optional<ObjectKey> key(String name) {
        try {
            return Optional.of(Kinds.DEPLOYMENTS.key(NAMESPACE, name));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty(); // no app can have such a name
        }
    }

    private static ApiException unknown(Store store, String name) {
        var there = store.list(Selection.of(Kinds.DEPLOYMENTS.name()).in(NAMESPACE), ReadAt.LATEST).objects().stream()
                .map(object -> object.key().name())
                .toList();
        var guess = Suggestions.didYouMean(name, there)
                .orElse(there.isEmpty() ? "there is none at all" : "there are: " + String.join(", ", there));
        return new ApiException(Reason.NOT_FOUND, "there is no app \"" + name + "\"; " + guess);
    }
}
