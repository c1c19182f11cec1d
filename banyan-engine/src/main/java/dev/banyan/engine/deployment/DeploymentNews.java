package dev.banyan.engine.deployment;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.DeploymentPlan.Waived;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells people what was done for an app, in as few sentences as there are services. Shared by all reconciles of an engine, and thread-safe;
 * what was told is known to the engine that told it, so that the next owner of an app may tell it once more.
 */
public final class DeploymentNews {
    private static final int MESSAGE_MAX = 200;

    private final EventRecorder events;

    /** By app, as long as it is there: what its services were last said to go without. */
    private final Map<ObjectKey, Told> told = new ConcurrentHashMap<>();

    /** Of one release of one incarnation; reasons by service. */
    private record Told(String uid, long release, Map<String, Set<String>> reasons) {
        boolean of(Resource<DeploymentSpec, DeploymentStatus> deployment) {
            return uid.equals(deployment.uid()) && release == deployment.spec().getRelease();
        }
    }

    public DeploymentNews(EventRecorder events) {
        this.events = events;
    }

    /** The actions landed; {@code tasks} are those that they were decided from. */
    void done(ObjectKey deployment, List<Action> actions, List<TaskView> tasks) {
        var created = new TreeMap<String, Integer>();
        var stopped = new TreeMap<String, Integer>();
        for (var action : actions) {
            switch (action) {
                case Action.Create create -> {
                    created.merge(
                            create.spec().getService() + " of release "
                                    + create.spec().getRelease(),
                            1,
                            Integer::sum);
                    failedBefore(create.spec(), tasks).ifPresent(why -> events.warning(deployment, "Replacing", why));
                }
                case Action.Stop stop -> stopped.merge(stop.task().spec().getService(), 1, Integer::sum);
                case Action.Forget forget -> {}
                case Action.Release release -> events.normal(deployment, "Removed", "nothing of it is left");
            }
        }
        created.forEach((what, count) -> events.normal(deployment, "Starting", replicas(count) + what));
        stopped.forEach((what, count) -> events.normal(deployment, "Stopping", replicas(count) + what));
    }

    /** The actions landed: services were begun although a dependency is not there. Each cause is told once, however often one is begun. */
    void waived(Resource<DeploymentSpec, DeploymentStatus> deployment, List<Action> actions, List<Waived> waived) {
        var begun = actions.stream()
                .filter(Action.Create.class::isInstance)
                .map(action -> ((Action.Create) action).spec().getService())
                .collect(Collectors.toSet());
        var reasons = waived.stream()
                .filter(one -> begun.contains(one.service()))
                .collect(
                        Collectors.groupingBy(Waived::service, Collectors.mapping(Waived::reason, Collectors.toSet())));
        if (reasons.isEmpty()) {
            return;
        }
        var before = Optional.ofNullable(told.get(deployment.key()))
                .filter(last -> last.of(deployment))
                .map(Told::reasons)
                .orElse(Map.of());
        reasons.forEach((service, causes) -> causes.stream()
                .filter(why -> !before.getOrDefault(service, Set.of()).contains(why))
                .forEach(why ->
                        events.warning(deployment.key(), "WithoutDependency", service + " " + shortened(why, ""))));
        var now = new TreeMap<>(before);
        now.putAll(reasons);
        told.put(deployment.key(), new Told(deployment.uid(), deployment.spec().getRelease(), now));
    }

    /** The app is gone, or goes. */
    void gone(ObjectKey deployment) {
        told.remove(deployment);
    }

    /** The status changed. */
    void reported(ObjectKey deployment, DeploymentStatus before, DeploymentStatus now) {
        if (complete(now) && !(complete(before) && before.getRelease() == now.getRelease())) {
            events.normal(deployment, "Ready", "every service of release " + now.getRelease());
        }
        var waited = before.getServicesList().stream()
                .collect(Collectors.toMap(ServiceProgress::getService, Function.identity()));
        for (var service : now.getServicesList()) {
            var reason = service.getWaitingFor();
            var old = waited.getOrDefault(service.getService(), ServiceProgress.getDefaultInstance());
            if (reason.startsWith(DeploymentPlanner.WAITS) && !reason.equals(old.getWaitingFor())) {
                events.normal(deployment, "Waiting", service.getService() + " " + reason);
            }
        }
    }

    private static boolean complete(DeploymentStatus status) {
        return status.getServicesCount() > 0
                && status.getServicesList().stream().allMatch(service -> service.getReady() >= service.getWanted());
    }

    private static String replicas(int count) {
        return count == 1 ? "1 replica of " : count + " replicas of ";
    }

    /** Why the slot needs another task; empty when it is its first, or the one before ended as it should. */
    private static Optional<String> failedBefore(TaskSpec created, List<TaskView> tasks) {
        return tasks.stream()
                .filter(task -> task.spec().getService().equals(created.getService())
                        && task.spec().getRelease() == created.getRelease()
                        && task.spec().getSlot() == created.getSlot()
                        && task.spec().getOrdinal() == created.getOrdinal() - 1)
                .findFirst()
                .flatMap(DeploymentNews::failure);
    }

    private static Optional<String> failure(TaskView task) {
        var agent = task.spec().getAssignment().getAgent();
        var what = task.task().name() + " on " + agent;
        if (task.agentLost()) {
            return Optional.of(what + ": the agent is lost");
        }
        return switch (task.status().getState()) {
            case FAILED ->
                Optional.of(what + ": "
                        + shortened(task.status().getReason(), task.status().getMessage()));
            case STATE_UNSPECIFIED, PENDING, PREPARING, STARTING, RUNNING, STOPPING, EXITED, UNRECOGNIZED ->
                Optional.empty();
        };
    }

    private static String shortened(String reason, String message) {
        var words = message.isEmpty() ? reason : reason + ", " + message;
        return words.length() <= MESSAGE_MAX ? words : words.substring(0, MESSAGE_MAX) + "...";
    }
}
