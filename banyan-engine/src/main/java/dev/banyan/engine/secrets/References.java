package dev.banyan.engine.secrets;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which contents releases name. */
final class References {
    private References() {}

    static Stream<String> of(ReleaseSpec release) {
        return release.getManifest().getServicesList().stream()
                .flatMap(service -> service.getContentMountsList().stream())
                .map(ContentMount::getContent);
    }

    /** Those that the wanted release of an app names: they stay at least as long as its Deployment is not changed. */
    static Set<String> ofWanted(Store store, String namespace, String app) {
        return store.get(Kinds.DEPLOYMENTS.key(namespace, app), ReadAt.LATEST).stream()
                .map(Kinds.DEPLOYMENTS::decode)
                .filter(deployment -> !deployment.meta().deleting())
                .map(deployment -> Kinds.RELEASES.key(
                        namespace, app + "." + deployment.spec().getRelease()))
                .flatMap(release -> store.get(release, ReadAt.LATEST).stream())
                .flatMap(release -> of(Kinds.RELEASES.decode(release).spec()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
