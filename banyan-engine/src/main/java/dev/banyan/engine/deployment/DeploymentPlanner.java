package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.DeploymentPlan.Waiting;
import dev.banyan.engine.deployment.DeploymentPlan.Waived;
import dev.banyan.engine.planning.Placing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final List<Waived> waived = new ArrayList<>();

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
     * @param agents who could take tasks, and who has which
     */
    DeploymentPlan forRelease(ReleaseSpec release, Map<String, String> addresses, Placing agents) {
        var services = release.getManifest().getServicesList();
        boolean addressed = services.stream().allMatch(s -> addresses.containsKey(s.getName()));
        var rollouts = rollouts(release, addresses, agents);
        var dependencies = new Dependencies(rollouts, agents);
        for (var rollout : rollouts.values()) {
            boolean free = addressed ? free(rollout, dependencies) : unaddressed(rollout);
            var planner = new ReplicaPlanner(rollout);
            actions.addAll(planner.plan(free));
            planner.inTheWay().stream()
                    .findFirst()
                    .map(before -> WAITS + before.task().name() + " to end: both have " + common(before))
                    .ifPresent(reason -> waiting.add(new Waiting(rollout.name(), reason, "")));
        }
        tasksByService.forEach((service, tasks) -> {
            if (!rollouts.containsKey(service)) {
                stopAll(tasks);
            }
        });
        forgetEnded();
        return new DeploymentPlan(withoutStopsOfForgotten(), List.copyOf(rollouts.values()), waiting, waived);
    }

    private static String common(TaskView before) {
        if (before.spec().getDevicesCount() > 0) {
            return "devices for themselves";
        }
        var mode = NetworkMode.of(before.spec().getContainer().getSettings());
        return mode == NetworkMode.HOST ? "their server's network" : "a volume";
    }

    /** The plan for a deployment that is being deleted. */
    DeploymentPlan forRemoval() {
        var all = tasksByService.values().stream().flatMap(List::stream).toList();
        stopAll(all);
        all.stream().filter(TaskView::over).forEach(t -> actions.add(new Action.Forget(t.task())));
        if (all.isEmpty()) {
            actions.add(new Action.Release());
        }
        return new DeploymentPlan(withoutStopsOfForgotten(), List.of(), waiting, waived);
    }

    /** By service, in the order of the manifest. */
    private Map<String, Rollout> rollouts(ReleaseSpec release, Map<String, String> addresses, Placing agents) {
        var services = release.getManifest().getServicesList();
        var specs = new LinkedHashMap<String, TaskSpec>();
        services.forEach(
                service -> specs.put(service.getName(), WantedTasks.of(deployment, name, release, service, addresses)));
        var rollouts = new LinkedHashMap<String, Rollout>();
        for (var service : services) {
            var wanted = specs.getOrDefault(service.getName(), TaskSpec.getDefaultInstance()).toBuilder()
                    .setDependencies(WantedTasks.dependencies(service, specs))
                    .build();
            var tasks = tasksByService.getOrDefault(service.getName(), List.of());
            var seats = service.getGlobal()
                    ? Seats.global(wanted, tasks, agents)
                    : Seats.replicated(wanted, WantedTasks.replicas(deployment, service));
            rollouts.put(service.getName(), new Rollout(service, seats, tasks));
        }
        return rollouts;
    }

    private boolean free(Rollout rollout, Dependencies dependencies) {
        var block = dependencies.of(rollout);
        block.waitsFor().ifPresent(words -> waiting.add(new Waiting(rollout.name(), WAITS + words, block.failure())));
        block.waived().forEach(why -> waived.add(new Waived(rollout.name(), why)));
        return block.waitsFor().isEmpty();
    }

    private boolean unaddressed(Rollout rollout) {
        waiting.add(new Waiting(rollout.name(), WAITS + "virtual addresses", ""));
        return false;
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
