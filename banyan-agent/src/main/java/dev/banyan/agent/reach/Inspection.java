package dev.banyan.agent.reach;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerRuntime.Inventory;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.ObservedContainer.State;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.door.ContainerDetails;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.agent.session.ReachSource;
import dev.banyan.api.v1.ContainerFacts;
import dev.banyan.api.v1.EndFacts;
import dev.banyan.api.v1.HealthFacts;
import dev.banyan.api.v1.LimitFacts;
import dev.banyan.api.v1.MountFacts;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the containers of this agent's tasks are, as the server has them. Thread-safe. */
public final class Inspection implements ReachSource {
    /** As many as explain what happened. */
    private static final int ENDS_MAX = 10;

    private final ContainerRuntime runtime;
    private final ContainerDoor door;
    private final String taskLabel;
    private final Function<String, Optional<HealthFacts>> health;

    /**
     * @param taskLabel whose value on a container is its task, as {@code namespace/name}
     * @param health of a container with a check, by its id
     */
    public Inspection(
            ContainerRuntime runtime,
            ContainerDoor door,
            String taskLabel,
            Function<String, Optional<HealthFacts>> health) {
        this.runtime = runtime;
        this.door = door;
        this.taskLabel = taskLabel;
        this.health = health;
    }

    @Override
    public ReachOutcome serve(ReachRequest request, Person person) throws InterruptedException {
        try {
            var there = runtime.list(taskLabel, request.getNamespace() + "/" + request.getTask());
            var newest = there.containers().stream().max(Comparator.comparingInt(ObservedContainer::attempt));
            if (newest.isEmpty()) {
                return Outcomes.failed(
                        ReachFailure.Kind.ABSENT, "task " + request.getTask() + " has no container on its server now");
            }
            var facts = facts(newest.get(), there);
            if (person.send(Outcomes.OPENED)) {
                var ignored = person.send(ReachDown.newBuilder().setFacts(facts).build());
            }
            return Outcomes.done();
        } catch (ContainerException refused) {
            return Outcomes.failed(ReachFailure.Kind.FAILED, String.valueOf(refused.getMessage()));
        }
    }

    private ContainerFacts facts(ObservedContainer container, Inventory there) throws InterruptedException {
        var details = door.details(container.id());
        boolean runs = container.state() instanceof State.Running; // the number of a process that ended is another's
        var facts = ContainerFacts.newBuilder()
                .setContainerId(container.id())
                .setState(state(container.state()))
                .setAttempt(container.attempt())
                .setRestarts(Math.max(0, container.attempt() - 1))
                .setPid(runs ? details.process().orElse(0) : 0)
                .setImage(details.image())
                .setStartedAtMs(
                        runs ? details.started().map(Instant::toEpochMilli).orElse(0L) : 0)
                .addAllAddresses(addresses(container, there.sandboxes()))
                .addAllMounts(details.mounts().stream().map(Inspection::mount).toList())
                .setLimits(limits(details.limits()))
                .addAllEnds(ends(there.containers()));
        health.apply(container.id()).ifPresent(facts::setHealth);
        return facts.build();
    }

    private static ContainerFacts.State state(State state) {
        return switch (state) {
            case State.Created created -> ContainerFacts.State.CREATED;
            case State.Running running -> ContainerFacts.State.RUNNING;
            case State.Ended ended -> ContainerFacts.State.ENDED;
            case State.Unknown unknown -> ContainerFacts.State.LOST;
        };
    }

    private static List<String> addresses(ObservedContainer container, List<ObservedSandbox> sandboxes) {
        return sandboxes.stream()
                .filter(sandbox -> sandbox.id().equals(container.sandboxId()))
                .flatMap(sandbox -> sandbox.address().stream())
                .toList();
    }

    private static MountFacts mount(ContainerDetails.Mount mount) {
        return MountFacts.newBuilder()
                .setSource(mount.source())
                .setTarget(mount.target())
                .setType(mount.type())
                .addAllOptions(mount.options())
                .build();
    }

    private static LimitFacts limits(ContainerDetails.Limits limits) {
        return LimitFacts.newBuilder()
                .setMemoryBytes(limits.memory())
                .setMemoryAndSwapBytes(limits.memoryAndSwap())
                .setCpuMilli(limits.cpuMilli())
                .setCpus(limits.cpus())
                .setProcesses(limits.processes())
                .setOpenFiles(limits.openFiles())
                .build();
    }

    private static List<EndFacts> ends(List<ObservedContainer> containers) {
        return containers.stream()
                .sorted(Comparator.comparingInt(ObservedContainer::attempt).reversed())
                .flatMap(container -> end(container).stream())
                .limit(ENDS_MAX)
                .toList();
    }

    private static Optional<EndFacts> end(ObservedContainer container) {
        return container.state() instanceof State.Ended(var exit)
                ? Optional.of(EndFacts.newBuilder()
                        .setContainerId(container.id())
                        .setAttempt(container.attempt())
                        .setExitCode(exit.code())
                        .setReason(exit.reason())
                        .setFinishedAtMs(exit.finishedAt().toEpochMilli())
                        .build())
                : Optional.empty();
    }
}
