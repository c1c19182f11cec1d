package dev.banyan.engine.admission;

import dev.banyan.api.kinds.DeploymentName;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The one way by which an app's wanted state changes. Thread-safe; calls block on the store and the registry. */
public final class Admission {
    /** How often a caller who takes whatever is there meets somebody faster before it is told. */
    private static final int ATTEMPTS = 8;

    private final Store store;
    private final ImageResolver images;
    private final Sealing sealing;

    public Admission(Store store, ImageResolver images, Sealing sealing) {
        this.store = store;
        this.images = images;
        this.sealing = sealing;
    }

    /** Admits a manifest: see {@link Verdict} for how it can end. */
    public Verdict apply(Application application) {
        return apply(application, Map.of());
    }

    /**
     * The same, of images which the caller has just brought into the cluster.
     *
     * @param digests of these, by their names in the manifest
     */
    public Verdict apply(Application application, Map<String, String> digests) {
        var resolved = new TreeMap<String, String>();
        var violations = check(application, new ImageChoice(images, digests, Map.of()), resolved);
        if (!violations.isEmpty()) {
            return new Verdict.Refused(violations);
        }
        Verdict verdict = attempt(application, resolved);
        for (int i = 1; i < ATTEMPTS && mayRetry(application, verdict); i++) {
            verdict = attempt(application, resolved);
        }
        return verdict;
    }

    /**
     * What {@link #apply} would do at this moment. Writes nothing.
     *
     * @param foreseen digests of the images that the caller would bring into the cluster before, by their names in the manifest; empty texts
     *     where they are not known yet
     */
    public Outlook plan(Application application, Map<String, String> digests, Map<String, String> foreseen) {
        var resolved = new TreeMap<String, String>();
        var violations = check(application, new ImageChoice(images, digests, foreseen), resolved);
        if (!violations.isEmpty()) {
            return new Outlook.Otherwise(new Verdict.Refused(violations));
        }
        return switch (step(application, resolved, true)) {
            case Step.Refusal refusal -> new Outlook.Otherwise(refusal.verdict());
            case Step.None none ->
                new Outlook.Admissible(
                        none.deployment().key(), none.deployment().spec(), none.release(), false, List.of(), List.of());
            case Step.Change(ReleaseChange change, PortClaims claims) ->
                new Outlook.Admissible(
                        change.key(), change.spec(), change.release(), true, claims.made(), claims.givenBack());
        };
    }

    /** Every violation of the manifest and of its images; fills {@code resolved} by service. */
    private List<Violation> check(Application application, ImageChoice choice, Map<String, String> resolved) {
        var violations = new ArrayList<>(ManifestRules.violations(application.manifest(), application.tags()));
        violations.addAll(MountRules.violations(application.manifest(), application.tags()));
        if (violations.isEmpty()) {
            violations.addAll(volumeClaims(application));
        }
        if (violations.isEmpty()) {
            resolveImages(application, choice, resolved, violations);
        }
        return violations;
    }

    /** Sets replicas by service; services that are not named keep theirs. */
    public Verdict scale(String namespace, String name, Map<String, Integer> replicas) {
        for (int i = 0; i < ATTEMPTS; i++) {
            var verdict = scaleOnce(namespace, name, replicas);
            if (!(verdict instanceof Verdict.Overtaken)) {
                return verdict;
            }
        }
        return new Verdict.Overtaken(name, 0, "");
    }

    /**
     * Asks for removal; asking again is no error.
     *
     * @param volumes of {@link VolumeRemoval#ofApp}, which go too: in the same commit, as many as it takes
     */
    public Verdict remove(String namespace, String name, List<Write.Delete> volumes) {
        var found = deployment(namespace, name);
        if (found.isEmpty()) {
            return new Verdict.Unknown(name);
        }
        var writes = new ArrayList<Write>();
        writes.add(new Write.Delete(found.get().key(), found.get().uid()));
        writes.addAll(volumes);
        int most = Math.min(writes.size(), Commit.WRITES_MAX);
        var outcome = store.commit(new Commit(List.of(), writes.subList(0, most)));
        for (var later : writes.subList(most, writes.size())) {
            outcome = outcome.written() ? store.commit(Commit.of(later)) : outcome;
        }
        return switch (outcome) {
            case WriteOutcome.Written written ->
                new Verdict.Admitted(name, found.get().spec().getRelease(), written.revision(), true);
            case WriteOutcome.NotFound gone -> new Verdict.Unknown(name);
            case WriteOutcome other -> new Verdict.Failed(other);
        };
    }

    private static void resolveImages(
            Application application, ImageChoice choice, Map<String, String> resolved, List<Violation> violations) {
        var byImage = new TreeMap<String, ImageResolver.Resolution>();
        for (var service : application.manifest().getServicesList()) {
            switch (byImage.computeIfAbsent(service.getImage(), choice::resolve)) {
                case ImageResolver.Resolution.Resolved image -> resolved.put(service.getName(), image.reference());
                case ImageResolver.Resolution.Failed failed ->
                    violations.add(new Violation("services." + service.getName() + ".image", failed.reason()));
            }
        }
    }

    private List<Violation> volumeClaims(Application application) {
        var manifest = application.manifest();
        var name = DeploymentName.of(manifest.getName(), application.tags());
        return new VolumeClaims(store, application.namespace(), name, manifest).violations();
    }

    private static boolean mayRetry(Application application, Verdict verdict) {
        return verdict instanceof Verdict.Overtaken && application.expectedRevision() == Application.ANY;
    }

    /** What has to be done for a manifest that is right. */
    private sealed interface Step {
        record Refusal(Verdict verdict) implements Step {}

        /** It is wanted already. */
        record None(Resource<DeploymentSpec, DeploymentStatus> deployment, ReleaseSpec release) implements Step {}

        record Change(ReleaseChange change, PortClaims claims) implements Step {}
    }

    private Verdict attempt(Application application, Map<String, String> resolved) {
        return switch (step(application, resolved, false)) {
            case Step.Refusal refusal -> refusal.verdict();
            case Step.None(var deployment, var release) ->
                new Verdict.Admitted(
                        deployment.name(),
                        release.getNumber(),
                        deployment.meta().revision(),
                        false);
            case Step.Change(ReleaseChange change, PortClaims claims) ->
                verdict(
                        change.key().name(),
                        change.release().getNumber(),
                        store.commit(change.commit(claims.writes(change.owner()))),
                        claims);
        };
    }

    private Step step(Application application, Map<String, String> resolved, boolean trial) {
        var name = DeploymentName.of(application.manifest().getName(), application.tags());
        var current = deployment(application.namespace(), name);
        var refused = unexpected(application, name, current);
        if (refused.isPresent()) {
            return new Step.Refusal(refused.get());
        }
        var releases = releases(application.namespace(), name);
        var violations = new ArrayList<Violation>();
        var wish = new Sealing.Wish(application.namespace(), name, application.manifest(), releases, trial);
        var sealed = sealing.seal(wish, violations);
        if (!violations.isEmpty()) {
            return new Step.Refusal(new Verdict.Refused(violations));
        }
        var change = new ReleaseChange(application.of(sealed), name, current, releases, resolved);
        var unchanged = change.unchanged();
        if (unchanged.isPresent() && !FailedJobs.any(store, change.key())) {
            return new Step.None(current.orElseThrow(), unchanged.get());
        }
        var claims = new PortClaims(store, change.key(), application.manifest());
        var taken = claims.taken();
        return taken.isEmpty() ? new Step.Change(change, claims) : new Step.Refusal(new Verdict.Refused(taken));
    }

    private Optional<Verdict> unexpected(
            Application application, String name, Optional<Resource<DeploymentSpec, DeploymentStatus>> current) {
        long actual = current.map(deployment -> deployment.meta().revision()).orElse(0L);
        if (current.isPresent() && current.get().meta().deleting()) {
            return Optional.of(new Verdict.Refused(
                    List.of(new Violation("name", "app " + name + " is being removed; try again once it is gone"))));
        }
        boolean expected =
                application.expectedRevision() == Application.ANY || application.expectedRevision() == actual;
        return expected ? Optional.empty() : Optional.of(new Verdict.Overtaken(name, actual, author(current)));
    }

    private String author(Optional<Resource<DeploymentSpec, DeploymentStatus>> current) {
        return current.flatMap(deployment -> releases(deployment.key().namespace(), deployment.name()).stream()
                        .filter(release ->
                                release.getNumber() == deployment.spec().getRelease())
                        .findFirst())
                .map(ReleaseSpec::getAuthor)
                .orElse("");
    }

    private static Verdict verdict(String name, long release, WriteOutcome outcome, PortClaims claims) {
        return switch (outcome) {
            case WriteOutcome.Written written -> new Verdict.Admitted(name, release, written.revision(), true);
            case WriteOutcome.Conflict conflict -> new Verdict.Overtaken(name, conflict.revision(), "");
            case WriteOutcome.AlreadyExists exists ->
                exists.key().kind().equals(Kinds.CLAIMS.name())
                        ? new Verdict.Refused(List.of(claims.violation(exists.key(), "another app")))
                        : new Verdict.Overtaken(name, 0, "");
            // The Deployment, or a claim that this release gives back: somebody else was faster.
            case WriteOutcome.NotFound gone -> new Verdict.Overtaken(name, 0, "");
            case WriteOutcome other -> new Verdict.Failed(other);
        };
    }

    private Verdict scaleOnce(String namespace, String name, Map<String, Integer> replicas) {
        var found = deployment(namespace, name);
        if (found.isEmpty() || found.get().meta().deleting()) {
            return new Verdict.Unknown(name);
        }
        var deployment = found.get();
        var violations = scaleViolations(deployment, replicas);
        if (!violations.isEmpty()) {
            return new Verdict.Refused(violations);
        }
        var spec = deployment.spec().toBuilder().putAllScale(replicas).build();
        var base = Kinds.DEPLOYMENTS.encode(deployment);
        var outcome = store.commit(Commit.of(new Write.Update(
                base, Draft.from(base).withSpec(Kinds.DEPLOYMENTS.spec().encode(spec)))));
        return switch (outcome) {
            case WriteOutcome.Written written ->
                new Verdict.Admitted(name, spec.getRelease(), written.revision(), !spec.equals(deployment.spec()));
            case WriteOutcome.Conflict conflict -> new Verdict.Overtaken(name, conflict.revision(), "");
            case WriteOutcome.NotFound gone -> new Verdict.Unknown(name);
            case WriteOutcome other -> new Verdict.Failed(other);
        };
    }

    private List<Violation> scaleViolations(
            Resource<DeploymentSpec, DeploymentStatus> deployment, Map<String, Integer> replicas) {
        var services = releases(deployment.key().namespace(), deployment.name()).stream()
                .filter(release -> release.getNumber() == deployment.spec().getRelease())
                .flatMap(release -> release.getManifest().getServicesList().stream())
                .collect(Collectors.toMap(
                        ServiceManifest::getName, Function.identity(), (one, other) -> one, TreeMap::new));
        var violations = new ArrayList<Violation>();
        replicas.forEach((service, count) -> {
            var field = "services." + service;
            if (!services.containsKey(service)) {
                violations.add(new Violation(field, "is no service of this app; it has " + services.keySet()));
            } else if (services.get(service).getGlobal()) {
                violations.add(new Violation(field, "is on every agent, and has no number of replicas"));
            } else {
                violations.addAll(ContainerRules.replicas(services.get(service), count));
            }
            if (count < 0 || count > ManifestRules.REPLICAS_MAX) {
                violations.add(
                        new Violation(field, "replicas are 0 to " + ManifestRules.REPLICAS_MAX + ", not " + count));
            }
        });
        return violations;
    }

    private Optional<Resource<DeploymentSpec, DeploymentStatus>> deployment(String namespace, String name) {
        return store.get(Kinds.DEPLOYMENTS.key(namespace, name), ReadAt.LATEST).map(Kinds.DEPLOYMENTS::decode);
    }

    private List<ReleaseSpec> releases(String namespace, String name) {
        return ReleaseChange.list(store, namespace, name);
    }

    static ObjectKey claimKey(String claim) {
        return Kinds.CLAIMS.key(ObjectKey.CLUSTER_SCOPE, claim);
    }
}
