package dev.banyan.engine.deployment;

import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.DeploymentPlan.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes the plan of one app. Pure: equal inputs give equal plans. */
final class DeploymentPlanner {
    private static final TaskStatus.State FAILED = TaskStatus.State.FAILED;

    /** How the reason of a service begins that waits for something else of its app. */
    static final String WAITS = "waits for ";

    /** Ended tasks kept for each slot, so that logs and reasons stay readable. */
    static final int HISTORY_PER_SLOT = 5;

    private final String name;
    private final DeploymentSpec deployment;
    private final Map<String, List<TaskView>> tasksByService;
    private final List<Action> actions = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();

    DeploymentPlanner(String name, DeploymentSpec deployment, List<TaskView> tasks) {
        this.name = name;
        this.deployment = deployment;
        this.tasksByService = tasks.stream()
                .collect(Collectors.groupingBy(t -> t.spec().getService(), TreeMap::new, Collectors.toList()));
    }

    /**
     * The plan for a deployment that is wanted.
     *
     * @param addresses virtual address by service; a service without one is not started yet
     */
    DeploymentPlan forRelease(ReleaseSpec release, Map<String, String> addresses) {
        var services = release.getManifest().getServicesList();
        boolean addressed = services.stream().allMatch(s -> addresses.containsKey(s.getName()));
        for (var service : services) {
            planService(release, service, addresses, addressed);
        }
        var names = services.stream().map(ServiceManifest::getName).collect(Collectors.toSet());
        tasksByService.forEach((service, tasks) -> {
            if (!names.contains(service)) {
                stopAll(tasks);
            }
        });
        forgetEnded();
        return new DeploymentPlan(withoutStopsOfForgotten(), waiting);
    }

    /** The plan for a deployment that is being deleted. */
    DeploymentPlan forRemoval() {
        var all = tasksByService.values().stream().flatMap(List::stream).toList();
        stopAll(all);
        all.stream().filter(TaskView::over).forEach(t -> actions.add(new Action.Forget(t.task())));
        if (all.isEmpty()) {
            actions.add(new Action.Release());
        }
        return new DeploymentPlan(withoutStopsOfForgotten(), waiting);
    }

    private void planService(
            ReleaseSpec release, ServiceManifest service, Map<String, String> addresses, boolean addressed) {
        var blocked = addressed ? blockedBy(service) : Optional.of("virtual addresses");
        blocked.ifPresent(reason -> waiting.add(new Waiting(service.getName(), WAITS + reason)));
        var wanted = WantedTasks.of(deployment, name, release, service, addresses);
        var tasks = tasksByService.getOrDefault(service.getName(), List.of());
        int replicas = WantedTasks.replicas(deployment, service);
        var planner = new ReplicaPlanner(wanted, replicas, tasks);
        actions.addAll(planner.plan(blocked.isEmpty()));
        planner.inTheWay().stream()
                .findFirst()
                .map(before -> WAITS + before.task().name() + " to end: both have a volume")
                .ifPresent(reason -> waiting.add(new Waiting(service.getName(), reason)));
    }

    /** The first dependency that is not met, in words. */
    private Optional<String> blockedBy(ServiceManifest service) {
        return service.getDependsOnList().stream()
                .filter(dependency -> !met(dependency))
                .map(DeploymentPlanner::inWords)
                .findFirst();
    }

    private boolean met(Dependency dependency) {
        var tasks = tasksByService.getOrDefault(dependency.getService(), List.of());
        return switch (dependency.getCondition()) {
            case HEALTHY -> tasks.stream().anyMatch(TaskView::ready);
            case COMPLETED_SUCCESSFULLY -> tasks.stream().anyMatch(TaskView::completedSuccessfully);
            case STARTED, CONDITION_UNSPECIFIED, UNRECOGNIZED ->
                tasks.stream().anyMatch(t -> t.running() || t.settled());
        };
    }

    private static String inWords(Dependency dependency) {
        return switch (dependency.getCondition()) {
            case HEALTHY -> dependency.getService() + " to be healthy";
            case COMPLETED_SUCCESSFULLY -> dependency.getService() + " to complete";
            case STARTED, CONDITION_UNSPECIFIED, UNRECOGNIZED -> dependency.getService() + " to start";
        };
    }

    private void stopAll(List<TaskView> tasks) {
        tasks.stream().filter(TaskView::wanted).forEach(t -> actions.add(new Action.Stop(t.task())));
    }

    /** Tasks that were told to stop go once they ended; failed ones are history of their slot, the newest few are kept. */
    private void forgetEnded() {
        for (var tasks : tasksByService.values()) {
            tasks.stream()
                    .filter(t -> !t.wanted() && t.over() && t.status().getState() != FAILED)
                    .forEach(t -> actions.add(new Action.Forget(t.task())));
            tasks.stream()
                    .filter(t -> t.status().getState() == FAILED)
                    .collect(Collectors.groupingBy(t -> t.spec().getSlot()))
                    .values()
                    .forEach(this::forgetOldest);
        }
    }

    private void forgetOldest(List<TaskView> failedOfOneSlot) {
        failedOfOneSlot.stream()
                .sorted(Comparator.comparingLong((TaskView t) -> t.task().meta().createRevision())
                        .reversed())
                .skip(HISTORY_PER_SLOT)
                .forEach(t -> actions.add(new Action.Forget(t.task())));
    }

    /** A task may be written once in a commit: forgetting makes stopping needless. */
    private List<Action> withoutStopsOfForgotten() {
        var forgotten = actions.stream()
                .filter(Action.Forget.class::isInstance)
                .map(a -> ((Action.Forget) a).task().key())
                .collect(Collectors.toSet());
        return actions.stream()
                .filter(a -> !(a instanceof Action.Stop stop
                        && forgotten.contains(stop.task().key())))
                .toList();
    }
}
