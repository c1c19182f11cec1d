package dev.banyan.engine.endpoints;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the Services and Endpoints of one Deployment: see the package. */
public final class EndpointsReconciler implements Reconciler {
    /** Addresses tried for one service before giving up until the next round; the range is half a million wide. */
    private static final int ADDRESS_ATTEMPTS = 64;

    private static final int BATCH = 64;

    private final Store store;
    private final EndpointsSource source;
    private final EndpointsNews news;

    public EndpointsReconciler(Store store, EndpointsSource source, EndpointsNews news) {
        this.store = store;
        this.source = source;
        this.news = news;
    }

    @Override
    public Result reconcile(Request request) {
        var found = source.deployments().get(request.key());
        if (found.isEmpty()) {
            // What it owned is collected.
            news.settled(request.key());
            return Result.done();
        }
        var deployment = found.get();
        var release = source.release(deployment);
        if (release.isEmpty()) {
            return Result.await(deployment.meta().revision());
        }
        var missing = missing(deployment, release.get());
        if (!missing.isEmpty() && !deployment.meta().deleting()) {
            return createServices(deployment, release.get().getManifest().getPeersList(), missing);
        }
        news.settled(deployment.key());
        return update(deployment, release.get());
    }

    private List<ServiceManifest> missing(Resource<DeploymentSpec, DeploymentStatus> deployment, ReleaseSpec release) {
        return release.getManifest().getServicesList().stream()
                .filter(service -> source.services()
                        .get(serviceKey(deployment, service.getName()))
                        .isEmpty())
                .toList();
    }

    private Result createServices(
            Resource<DeploymentSpec, DeploymentStatus> deployment, List<String> peers, List<ServiceManifest> missing) {
        long revision = 0;
        for (var service : missing) {
            var outcome = create(deployment, peers, service);
            if (!(outcome instanceof WriteOutcome.Written written)) {
                return Result.after(outcome);
            }
            revision = written.revision();
        }
        return Result.await(revision);
    }

    /** Service, empty Endpoints and claim of the address in one commit; a taken address is followed by the next. */
    private WriteOutcome create(
            Resource<DeploymentSpec, DeploymentStatus> deployment, List<String> peers, ServiceManifest service) {
        var key = serviceKey(deployment, service.getName());
        WriteOutcome outcome = new WriteOutcome.AlreadyExists(key);
        for (int attempt = 0; attempt < ADDRESS_ATTEMPTS; attempt++) {
            var address = AddressRange.VIRTUAL.candidate(key.path(), attempt);
            outcome = store.commit(creation(deployment, spec(deployment, peers, service, address)));
            boolean addressTaken = outcome instanceof WriteOutcome.AlreadyExists taken
                    && taken.key().kind().equals(Kinds.CLAIMS.name());
            if (!addressTaken) {
                if (outcome.written()) {
                    news.assigned(key, address);
                }
                return outcome;
            }
        }
        news.noAddress(deployment.key(), key, ADDRESS_ATTEMPTS);
        return outcome;
    }

    private static Commit creation(Resource<DeploymentSpec, DeploymentStatus> deployment, ServiceSpec spec) {
        var key = serviceKey(deployment, spec.getService());
        var claim = ClaimSpec.newBuilder().setHolder(key.path()).build();
        var endpoints = EndpointsSpec.getDefaultInstance();
        return new Commit(
                List.of(new Precondition.SameIncarnation(
                        deployment.key(), deployment.meta().createRevision())),
                List.of(
                        new Write.Create(Draft.of(
                                        claimKey(spec.getVirtualAddress()),
                                        Kinds.CLAIMS.spec().encode(claim))
                                .ownedBy(deployment.asOwner())),
                        new Write.Create(owned(deployment, spec.getService())
                                .withSpec(Kinds.SERVICES.spec().encode(spec))),
                        new Write.Create(
                                draft(deployment, spec.getService(), Kinds.ENDPOINTS.key(key.namespace(), key.name()))
                                        .withSpec(Kinds.ENDPOINTS.spec().encode(endpoints)))));
    }

    private Result update(Resource<DeploymentSpec, DeploymentStatus> deployment, ReleaseSpec release) {
        var writes = new ArrayList<Write>();
        var tasks = source.tasksOf(deployment.key());
        var agents = source.agentStates(tasks);
        for (var service : source.servicesOf(deployment.key())) {
            var name = service.spec().getService();
            if (isObsolete(release, name) && EndpointsPlan.isOver(name, tasks)) {
                return remove(service);
            }
            changedService(deployment, release, service).ifPresent(writes::add);
            changedEndpoints(service, EndpointsPlan.of(name, tasks, agents)).ifPresent(writes::add);
        }
        if (writes.isEmpty()) {
            return Result.done();
        }
        var batch = writes.subList(0, Math.min(BATCH, writes.size()));
        var outcome = store.commit(new Commit(List.of(), batch));
        if (outcome.written() && !deployment.meta().deleting()) {
            batch.forEach(this::tell);
        }
        return Result.after(outcome);
    }

    private static boolean isObsolete(ReleaseSpec release, String service) {
        return release.getManifest().getServicesList().stream()
                .noneMatch(manifest -> manifest.getName().equals(service));
    }

    /** Service, Endpoints and the claim of the address, in one commit as they came. */
    private Result remove(Resource<ServiceSpec, ServiceStatus> service) {
        var writes = new ArrayList<Write>();
        writes.add(new Write.Delete(service.key(), service.uid()));
        source.endpoints()
                .get(Kinds.ENDPOINTS.key(service.key().namespace(), service.name()))
                .ifPresent(endpoints -> writes.add(new Write.Delete(endpoints.key(), endpoints.uid())));
        store.get(claimKey(service.spec().getVirtualAddress()), ReadAt.LATEST)
                .map(Kinds.CLAIMS::decode)
                .filter(claim -> claim.spec().getHolder().equals(service.key().path()))
                .ifPresent(claim -> writes.add(new Write.Delete(claim.key(), claim.uid())));
        var outcome = store.commit(new Commit(List.of(), writes));
        return outcome instanceof WriteOutcome.Written written
                ? Result.await(written.revision())
                : Result.after(outcome);
    }

    private static ObjectKey claimKey(String address) {
        return Kinds.CLAIMS.key(ObjectKey.CLUSTER_SCOPE, "vip." + address);
    }

    private void tell(Write write) {
        if (!(write instanceof Write.Update update) || !update.key().kind().equals(Kinds.ENDPOINTS.name())) {
            return;
        }
        boolean served = Kinds.ENDPOINTS.spec().decode(update.base().spec()).getBackendsCount() > 0;
        boolean serves = Kinds.ENDPOINTS.spec().decode(update.draft().spec()).getBackendsCount() > 0;
        news.served(update.key(), served, serves);
    }

    private static Optional<Write> changedService(
            Resource<DeploymentSpec, DeploymentStatus> deployment,
            ReleaseSpec release,
            Resource<ServiceSpec, ServiceStatus> service) {
        return release.getManifest().getServicesList().stream()
                .filter(manifest -> manifest.getName().equals(service.spec().getService()))
                .findFirst()
                .map(manifest -> spec(
                        deployment,
                        release.getManifest().getPeersList(),
                        manifest,
                        service.spec().getVirtualAddress()))
                // One that the release does not have gives its ports free at once: another service may publish them.
                .or(() -> Optional.of(service.spec().toBuilder()
                        .clearPorts()
                        .clearGuardedPorts()
                        .clearDualPorts()
                        .build()))
                .filter(wanted -> !wanted.equals(service.spec()))
                .map(wanted -> {
                    var base = Kinds.SERVICES.encode(service);
                    return new Write.Update(
                            base,
                            Draft.from(base).withSpec(Kinds.SERVICES.spec().encode(wanted)));
                });
    }

    private Optional<Write> changedEndpoints(Resource<ServiceSpec, ServiceStatus> service, EndpointsSpec wanted) {
        return source.endpoints()
                .get(Kinds.ENDPOINTS.key(service.key().namespace(), service.name()))
                .filter(endpoints -> !endpoints.spec().equals(wanted))
                .map(endpoints -> {
                    var base = Kinds.ENDPOINTS.encode(endpoints);
                    return new Write.Update(
                            base,
                            Draft.from(base).withSpec(Kinds.ENDPOINTS.spec().encode(wanted)));
                });
    }

    private static ServiceSpec spec(
            Resource<DeploymentSpec, DeploymentStatus> deployment,
            List<String> peers,
            ServiceManifest service,
            String address) {
        var spec = ServiceSpec.newBuilder()
                .setDeployment(deployment.name())
                .setService(service.getName())
                .setVirtualAddress(address)
                .addAllPorts(service.getPortsList().stream()
                        .filter(port -> !port.hasAccess())
                        .toList())
                .addAllGuardedPorts(service.getPortsList().stream()
                        .filter(port -> port.hasAccess() && !PortRules.isDual(port))
                        .toList())
                .addAllDualPorts(service.getPortsList().stream()
                        .filter(PortRules::isDual)
                        .toList())
                .addAllTags(deployment.spec().getTagsList())
                .addAllAliases(aliases(service))
                .addAllNameServers(service.getSettings().getNameLookup().getServersList())
                .addAllPeers(peers);
        if (service.hasBalancing()) {
            spec.setBalancing(service.getBalancing());
        }
        if (service.hasConnections()) {
            spec.setConnections(service.getConnections());
        }
        return spec.build();
    }

    private static List<String> aliases(ServiceManifest service) {
        var name = service.getSettings().getContainerName();
        return name.isEmpty() || name.equals(service.getName()) ? List.of() : List.of(name);
    }

    private static Draft owned(Resource<DeploymentSpec, DeploymentStatus> deployment, String service) {
        return draft(deployment, service, serviceKey(deployment, service));
    }

    private static Draft draft(Resource<DeploymentSpec, DeploymentStatus> deployment, String service, ObjectKey key) {
        return Draft.of(key, Bytes.EMPTY)
                .ownedBy(deployment.asOwner())
                .labelled(Map.of(Labels.DEPLOYMENT, deployment.name(), Labels.SERVICE, service));
    }

    private static ObjectKey serviceKey(Resource<DeploymentSpec, DeploymentStatus> deployment, String service) {
        return Kinds.SERVICES.key(deployment.key().namespace(), deployment.name() + "." + service);
    }
}
