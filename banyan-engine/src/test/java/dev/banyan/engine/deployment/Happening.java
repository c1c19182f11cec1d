package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.engine.World;
import dev.banyan.engine.scheduling.ReleaseReconciler;
import dev.banyan.engine.scheduling.SchedulingNews;
import dev.banyan.engine.scheduling.SchedulingReconciler;
import dev.banyan.engine.scheduling.SchedulingSource;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** An app on a cluster whose controllers are the real ones and whose agents do at once what they are told. */
final class Happening {
    static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");

    final World world = new World();
    private final DeploymentReconciler deployments =
            new DeploymentReconciler(world.store, source(), new DeploymentNews(world.events));
    private final SchedulingReconciler scheduling;
    private final ReleaseReconciler releases;

    /** Tasks that were ever seen, with their agents. */
    final Map<String, String> seen = new TreeMap<>();

    final Set<String> stopped = new TreeSet<>();

    Happening() {
        var source = new SchedulingSource(
                world.lister(
                        Kinds.TASKS,
                        Map.of(
                                SchedulingSource.PENDING,
                                SchedulingSource::pendingOf,
                                ReleaseReconciler.BY_UID,
                                task -> List.of(task.uid()))),
                world.lister(Kinds.AGENTS),
                world.lister(Kinds.AGENT_REPORTS),
                world.lister(Kinds.ALLOCATIONS),
                world.lister(Kinds.VOLUMES));
        scheduling = new SchedulingReconciler(world.store, source, new SchedulingNews(world.events));
        releases = new ReleaseReconciler(world.store, source);
    }

    DeploymentSource source() {
        return new DeploymentSource(
                world.lister(Kinds.DEPLOYMENTS),
                world.lister(Kinds.RELEASES),
                world.lister(Kinds.TASKS, Map.of(DeploymentSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)),
                world.lister(Kinds.SERVICES, Map.of(DeploymentSource.BY_DEPLOYMENT, service -> List.of(SHOP.path()))),
                world.lister(Kinds.AGENTS),
                world.lister(Kinds.AGENT_REPORTS),
                world.lister(Kinds.ALLOCATIONS),
                world.lister(Kinds.VOLUMES));
    }

    void agent(String name, Map<String, String> labels) {
        world.agent(name);
        label(name, labels);
    }

    void label(String agent, Map<String, String> labels) {
        world.update(
                Kinds.AGENTS,
                Kinds.AGENTS.key("", agent),
                spec -> spec.toBuilder().clearLabels().putAllLabels(labels).build());
    }

    /** What would become of these services as the next release. */
    Foreseen foresee(long release, List<ServiceManifest> services) {
        return Forecast.of(SHOP, deployment(release), spec(release, services), source());
    }

    /** Makes them the wanted release, and lets everything happen that comes of it. */
    void release(long release, List<ServiceManifest> services) {
        if (release == 1) {
            world.create(Kinds.DEPLOYMENTS, SHOP, deployment(1));
        } else {
            world.update(Kinds.DEPLOYMENTS, SHOP, before -> deployment(release));
        }
        world.create(Kinds.RELEASES, Kinds.RELEASES.key("default", "shop." + release), spec(release, services));
        for (var service : services) {
            var key = Kinds.SERVICES.key("default", "shop." + service.getName());
            if (!world.names(Kinds.SERVICES).contains(key.name())) {
                world.create(
                        Kinds.SERVICES,
                        key,
                        ServiceSpec.newBuilder()
                                .setService(service.getName())
                                .setVirtualAddress(
                                        "10.200.0." + service.getName().charAt(0))
                                .build());
            }
        }
        settle();
    }

    /** Until nothing more happens. */
    void settle() {
        long revision;
        do {
            revision = world.revision();
            deployments.reconcile(new Request(SHOP));
            for (long placed = -1; placed != world.revision(); ) {
                placed = world.revision();
                scheduling.reconcile(new Request(SHOP));
            }
            look();
            obey();
            world.names(Kinds.ALLOCATIONS)
                    .forEach(agent -> releases.reconcile(new Request(Kinds.ALLOCATIONS.key("", agent))));
        } while (revision != world.revision());
    }

    private void look() {
        for (var task : world.list(Kinds.TASKS)) {
            seen.put(task.name(), task.spec().getAssignment().getAgent());
            if (task.spec().getDesired() == TaskSpec.Desired.STOP) {
                stopped.add(task.name());
            }
        }
    }

    private void obey() {
        var jobs = jobs();
        for (var task : world.list(Kinds.TASKS)) {
            var wanted = task.spec().getDesired() == TaskSpec.Desired.RUN;
            if (!task.spec().hasAssignment() || task.status().getState() == State.EXITED) {
                continue;
            }
            boolean ends = !wanted || jobs.contains(task.spec().getService());
            report(
                    task,
                    TaskStatus.newBuilder()
                            .setState(ends ? State.EXITED : State.RUNNING)
                            .setReady(!ends)
                            .build());
        }
    }

    void report(Resource<TaskSpec, TaskStatus> task, TaskStatus status) {
        if (!task.status().equals(status)) {
            world.report(Kinds.TASKS, task.key(), status);
        }
    }

    private Set<String> jobs() {
        long wanted = world.get(Kinds.DEPLOYMENTS, "default", "shop").spec().getRelease();
        return world.get(Kinds.RELEASES, "default", "shop." + wanted).spec().getManifest().getServicesList().stream()
                .flatMap(service -> service.getDependsOnList().stream())
                .filter(dependency -> dependency.getCondition() == Dependency.Condition.COMPLETED_SUCCESSFULLY)
                .map(Dependency::getService)
                .collect(Collectors.toSet());
    }

    private static DeploymentSpec deployment(long release) {
        return DeploymentSpec.newBuilder().setName("shop").setRelease(release).build();
    }

    private static ReleaseSpec spec(long release, List<ServiceManifest> services) {
        var spec = Fixture.release(release, services.toArray(ServiceManifest[]::new)).toBuilder();
        services.forEach(service -> spec.putImages(service.getName(), service.getImage()));
        return spec.build();
    }
}
