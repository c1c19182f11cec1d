package dev.banyan.engine.admission;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.engine.planning.Finalizers;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The next release of one deployment, decided from what was read; pure once constructed. */
final class ReleaseChange {
    private final String name;
    private final ObjectKey key;
    private final Optional<Resource<DeploymentSpec, DeploymentStatus>> current;
    private final List<ReleaseSpec> releases;
    private final ReleaseSpec next;
    private final Application application;

    ReleaseChange(
            Application application,
            String name,
            Optional<Resource<DeploymentSpec, DeploymentStatus>> current,
            List<ReleaseSpec> releases,
            Map<String, String> images) {
        this.application = application;
        this.name = name;
        this.key = Kinds.DEPLOYMENTS.key(application.namespace(), name);
        this.current = current;
        this.releases = releases;
        this.next = next(images);
    }

    /** All releases that the store has under a deployment's name, of former incarnations too. */
    static List<ReleaseSpec> list(Store store, String namespace, String name) {
        var selection =
                Selection.of(Kinds.RELEASES.name()).in(namespace).labelled(LabelSelector.of(Labels.DEPLOYMENT, name));
        return store.list(selection, ReadAt.LATEST).objects().stream()
                .map(object -> Kinds.RELEASES.decode(object).spec())
                .toList();
    }

    ObjectKey key() {
        return key;
    }

    /** The release that would be made. */
    ReleaseSpec release() {
        return next;
    }

    /** The release that is wanted already, if it is what is asked for. */
    Optional<ReleaseSpec> unchanged() {
        return current.filter(deployment -> deployment.spec().getScaleCount() == 0)
                .flatMap(deployment -> releases.stream()
                        .filter(release ->
                                release.getNumber() == deployment.spec().getRelease())
                        .findFirst())
                .filter(release -> release.getDigest().equals(next.getDigest()));
    }

    /** The Deployment as an owner: the present incarnation, or the one that this very commit makes. */
    OwnerReference owner() {
        return current.map(Resource::asOwner).orElseGet(() -> OwnerReference.inSameCommit(key));
    }

    /** Release, Deployment and {@code claims}, under the revision that was read. */
    Commit commit(List<Write> claims) {
        var writes = new ArrayList<>(claims);
        var releaseKey = Kinds.RELEASES.key(application.namespace(), name + "." + next.getNumber());
        writes.add(new Write.Create(Draft.of(releaseKey, Kinds.RELEASES.spec().encode(next))
                .labelled(Map.of(Labels.DEPLOYMENT, name, Labels.RELEASE, Long.toString(next.getNumber())))
                .ownedBy(owner())));
        writes.add(current.map(this::updated).orElseGet(this::created));
        return new Commit(List.<Precondition>of(), writes);
    }

    private Write created() {
        return new Write.Create(Draft.of(key, Kinds.DEPLOYMENTS.spec().encode(spec()))
                .labelled(Map.of(Labels.DEPLOYMENT, name))
                .finalizedBy(List.of(Finalizers.TASKS)));
    }

    private Write updated(Resource<DeploymentSpec, DeploymentStatus> deployment) {
        var base = Kinds.DEPLOYMENTS.encode(deployment);
        return new Write.Update(
                base, Draft.from(base).withSpec(Kinds.DEPLOYMENTS.spec().encode(spec())));
    }

    /** The Deployment as it would be. */
    DeploymentSpec spec() {
        return DeploymentSpec.newBuilder()
                .setName(application.manifest().getName())
                .addAllTags(application.tags())
                .setRelease(next.getNumber())
                .build();
    }

    private ReleaseSpec next(Map<String, String> images) {
        var content = ReleaseSpec.newBuilder()
                .setDeployment(name)
                .setManifest(application.manifest())
                .putAllImages(images)
                .build();
        long highest = releases.stream().mapToLong(ReleaseSpec::getNumber).max().orElse(0);
        return content.toBuilder()
                .setNumber(highest + 1)
                .setDigest(digest(content))
                .setAuthor(application.author())
                .setReason(application.reason())
                .build();
    }

    /** Two boxes of the same environment are not alike; their keyed digests are. */
    private static ReleaseSpec withoutBoxes(ReleaseSpec content) {
        var meaning = content.toBuilder();
        for (var service : meaning.getManifestBuilder().getServicesBuilderList()) {
            if (service.hasSealedEnvironment()) {
                service.getSealedEnvironmentBuilder().clearBox();
            }
        }
        return meaning.build();
    }

    private static String digest(ReleaseSpec content) {
        try {
            var bytes = Kinds.RELEASES.spec().encode(withoutBoxes(content)).toByteArray();
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
