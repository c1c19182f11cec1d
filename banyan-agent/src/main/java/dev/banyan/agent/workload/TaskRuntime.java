package dev.banyan.agent.workload;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerExit;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerRuntime.Inventory;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The container runtime's view of single tasks: which sandboxes and containers a task has, by the labels they carry. */
final class TaskRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRuntime.class);

    static final String TASK_UID_LABEL = "dev.banyan/task-uid";
    static final String TASK_LABEL = "dev.banyan/task";
    static final String TOKEN_LABEL = "dev.banyan/token";

    /** Annotation of a container with the boot-time clock at its start. */
    static final String STARTED_ANNOTATION = "dev.banyan/started-ms";

    /** Annotation of a container with the image it is made from, by digest. */
    static final String IMAGE_ANNOTATION = "dev.banyan/image";

    private final ContainerRuntime runtime;

    /** Ends that were told by events and that the runtime's listing may not show yet, by container. */
    private final Map<String, ContainerExit> exits = new ConcurrentHashMap<>();

    TaskRuntime(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /** A container ended: believed at once, since a listing made right after the event may still show it running. */
    void exited(String containerId, ContainerExit exit) {
        exits.put(containerId, exit);
    }

    /** What one task has, newest attempt first. */
    record Holdings(List<ObservedSandbox> sandboxes, List<ObservedContainer> containers) {
        Optional<ObservedContainer> newest() {
            return containers.stream().findFirst();
        }

        Optional<ObservedSandbox> liveSandbox() {
            return sandboxes.stream().filter(ObservedSandbox::ready).findFirst();
        }

        /** The container runs on in a sandbox that is dead or gone: nothing reaches it any more. */
        boolean isCutOff(String containerId) {
            var sandbox = containers.stream()
                    .filter(container -> container.id().equals(containerId))
                    .map(ObservedContainer::sandboxId)
                    .findFirst();
            return sandboxes.stream()
                    .filter(ObservedSandbox::ready)
                    .map(ObservedSandbox::id)
                    .noneMatch(id -> sandbox.filter(id::equals).isPresent());
        }

        /** What a container carries; nothing when it is none of these. */
        Map<String, String> annotations(String containerId) {
            return containers.stream()
                    .filter(container -> container.id().equals(containerId))
                    .findFirst()
                    .map(ObservedContainer::annotations)
                    .orElse(Map.of());
        }

        boolean isEmpty() {
            return sandboxes.isEmpty() && containers.isEmpty();
        }
    }

    Holdings holdings(String taskUid) throws InterruptedException {
        var inventory = runtime.list(TASK_UID_LABEL, taskUid);
        var sandboxes = inventory.sandboxes().stream()
                .sorted(Comparator.comparingInt(ObservedSandbox::attempt).reversed())
                .toList();
        var containers = inventory.containers().stream()
                .map(this::asTold)
                .sorted(Comparator.comparingInt(ObservedContainer::attempt).reversed())
                .toList();
        return new Holdings(sandboxes, containers);
    }

    /** Everything there is, of whatever task. Of containers that are gone nothing is remembered from then on. */
    Inventory all() throws InterruptedException {
        var told = new HashSet<>(
                exits.keySet()); // before the look: one that is told meanwhile may be of a container that is not in it
        var inventory = runtime.list();
        inventory.containers().forEach(container -> told.remove(container.id()));
        exits.keySet().removeAll(told);
        return inventory;
    }

    /** The images, by digest, of which there are containers, in whatever state. */
    Set<String> images() throws InterruptedException {
        return all().containers().stream()
                .map(container -> container.annotations().getOrDefault(IMAGE_ANNOTATION, ""))
                .collect(Collectors.toSet());
    }

    /** Labels of everything that is made for a task. */
    static Map<String, String> labels(Resource<TaskSpec, TaskStatus> task) {
        return Map.of(
                TASK_UID_LABEL, task.uid(),
                TASK_LABEL, task.key().namespace() + "/" + task.name(),
                TOKEN_LABEL, Long.toString(task.meta().createRevision()));
    }

    /** The newest container in the terms of {@link Workload}; {@code nowMs} is the boot-time clock. */
    Observed observed(Holdings holdings, long nowMs) {
        var newest = holdings.newest();
        if (newest.isEmpty()) {
            return new Observed.Nothing();
        }
        var container = newest.get();
        return switch (container.state()) {
            case ObservedContainer.State.Created created -> new Observed.Created(container.attempt());
            case ObservedContainer.State.Unknown unknown -> new Observed.Created(container.attempt());
            case ObservedContainer.State.Running running ->
                new Observed.Running(container.attempt(), container.id(), address(holdings, container));
            case ObservedContainer.State.Ended ended -> ended(container, ended.exit(), nowMs);
        };
    }

    /**
     * Removes the ended containers of earlier attempts; whether all of them are gone. The runtime refuses as long as it has not noticed an
     * end that its own events told.
     */
    boolean removeEnded(Holdings holdings, String runningId) throws InterruptedException {
        boolean all = true;
        for (var container : holdings.containers()) {
            if (container.ended() && !container.id().equals(runningId)) {
                all &= removed(container);
            }
        }
        return all;
    }

    private boolean removed(ObservedContainer container) throws InterruptedException {
        try {
            runtime.remove(container.id());
            return true;
        } catch (ContainerException refused) {
            LOG.atDebug().setCause(refused).log("an ended container is not removed yet");
            return false;
        }
    }

    /** Ends the task's life in the runtime: everything of it goes, the log files stay. */
    void removeAll(Holdings holdings) throws InterruptedException {
        for (var container : holdings.containers()) {
            runtime.remove(container.id());
        }
        for (var sandbox : holdings.sandboxes()) {
            runtime.removeSandbox(sandbox.id());
        }
    }

    private ObservedContainer asTold(ObservedContainer container) {
        var told = exits.get(container.id());
        return told == null ? container : container.in(new ObservedContainer.State.Ended(told));
    }

    private static String address(Holdings holdings, ObservedContainer container) {
        return holdings.sandboxes().stream()
                .filter(sandbox -> sandbox.id().equals(container.sandboxId()))
                .flatMap(sandbox -> sandbox.address().stream())
                .findFirst()
                .orElse("");
    }

    private static Observed.Ended ended(ObservedContainer container, ContainerExit exit, long nowMs) {
        var started = container.annotations().getOrDefault(STARTED_ANNOTATION, Long.toString(nowMs));
        var ran = Duration.ofMillis(Math.max(0, nowMs - Long.parseLong(started)));
        return new Observed.Ended(container.attempt(), container.id(), exit.code(), exit.reason(), ran);
    }
}
