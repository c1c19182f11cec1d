package dev.banyan.engine.deployment;

import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.PlannedService;
import dev.banyan.api.v1.PlannedService.Change;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceProgress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What becomes of the services of an app while a release is played forward. */
final class ForecastServices {
    private final Set<String> former;
    private final Map<String, Long> before;
    private final Map<String, Set<String>> waited = new TreeMap<>();
    private final Set<String> replaced = new TreeSet<>();
    private boolean begun;

    /** {@code release} is the one that is wanted before, and {@code tasks} are the app's. */
    ForecastServices(Optional<ReleaseSpec> release, List<TaskView> tasks) {
        this.former = release.stream()
                .flatMap(found -> found.getManifest().getServicesList().stream())
                .map(ServiceManifest::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        this.before = tasks.stream()
                .filter(TaskView::wanted)
                .collect(Collectors.groupingBy(task -> task.spec().getService(), Collectors.counting()));
        former.addAll(before.keySet());
    }

    /** Looks at the plan of one wave. */
    void see(DeploymentPlan plan) {
        plan.waiting().forEach(wait -> waited.computeIfAbsent(wait.service(), service -> new LinkedHashSet<>())
                .add(wait.reason().substring(DeploymentPlanner.WAITS.length())));
        if (!begun) {
            begun = true;
            plan.rollouts().stream()
                    .filter(ForecastServices::hasOther)
                    .forEach(rollout -> replaced.add(rollout.name()));
        }
    }

    /** By name, with what the status would be in the end. */
    List<PlannedService> all(DeploymentStatus end) {
        var all = new TreeMap<String, PlannedService>();
        end.getServicesList().forEach(service -> all.put(service.getService(), planned(service)));
        for (var name : former) {
            all.putIfAbsent(
                    name,
                    PlannedService.newBuilder()
                            .setService(name)
                            .setChange(Change.REMOVED)
                            .setReplicasBefore(before(name))
                            .build());
        }
        return List.copyOf(all.values());
    }

    private PlannedService planned(ServiceProgress end) {
        var name = end.getService();
        return PlannedService.newBuilder()
                .setService(name)
                .setChange(change(name, end.getWanted()))
                .setReplicasBefore(before(name))
                .setReplicasAfter(end.getWanted())
                .addAllWaitsFor(waited.getOrDefault(name, Set.of()))
                .setNeverReady(end.getReady() < end.getWanted() ? end.getWaitingFor() : "")
                .build();
    }

    private Change change(String name, int after) {
        if (!former.contains(name)) {
            return Change.CREATED;
        }
        if (replaced.contains(name)) {
            return Change.REPLACED;
        }
        return before(name) == after ? Change.KEPT : Change.SCALED;
    }

    private int before(String name) {
        return before.getOrDefault(name, 0L).intValue();
    }

    /** Some of it is not what the release asks for. */
    private static boolean hasOther(Rollout rollout) {
        return rollout.tasks().stream().filter(TaskView::wanted).anyMatch(rollout::superseded);
    }
}
