package dev.banyan.cli.progress;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Waits until a release is ready, and notices when it will not be. */
public final class UpJudge implements Judge {
    /**
     * An app whose task is started for this many times has failed. Fewer are normal while it waits for something beside it; with the
     * agent's pauses between starts it takes about 7 s to get there.
     */
    static final int STARTS_MAX = 4;

    /** What the agents report may still be under way; after that nobody takes a task without help. */
    static final Duration UNPLACED_MAX = Duration.ofSeconds(3);

    /** An agent that has joined is ready within this time, and a silent one is heard again or lost (after 7 s, unless told otherwise). */
    static final Duration UNDECIDED_MAX = Duration.ofSeconds(15);

    /**
     * A container without a health check counts as ready as soon as it runs, also one that ends in the next moment: it is believed once it
     * has run for this long. What cannot work mostly says so within it.
     */
    static final Duration STEADY = Duration.ofSeconds(2);

    /** What trying again does not change. */
    private static final Set<String> HOPELESS = Set.of("ImageNotFound", "ImageDenied", "CannotStart");

    private final long release;
    private final long atLeast;
    private final Map<String, Long> unplacedSince = new HashMap<>();

    /** What ran unchecked when the app was last seen to become ready, and since when; empty while it is not ready. */
    private Optional<Steady> steady = Optional.empty();

    /**
     * Follows a release.
     *
     * @param atLeast revision of the write that is followed; older states say nothing
     */
    public UpJudge(long release, long atLeast) {
        this.release = release;
        this.atLeast = atLeast;
    }

    @Override
    public Optional<Ending> step(AppState state, long nowNanos) {
        if (state.revision() < atLeast) {
            return Optional.empty();
        }
        var deployment = state.deployment();
        if (deployment.isEmpty() || deployment.get().meta().deleting()) {
            return Optional.of(new Ending.Gone());
        }
        long wanted = deployment.get().spec().getRelease();
        if (wanted != release) {
            return Optional.of(new Ending.Superseded(wanted));
        }
        if (!ready(deployment.get())) {
            steady = Optional.empty();
        } else if (steady(state, nowNanos)) {
            return Optional.of(new Ending.Ready());
        }
        return failed(state).or(() -> blocked(deployment.get())).or(() -> unplaceable(state, nowNanos));
    }

    private static boolean ready(Resource<DeploymentSpec, DeploymentStatus> deployment) {
        var status = deployment.status();
        return status.getRelease() == deployment.spec().getRelease()
                && status.getObservedGeneration() >= deployment.meta().generation()
                && status.getServicesCount() > 0
                && status.getServicesList().stream().allMatch(service -> service.getReady() >= service.getWanted());
    }

    /** To be asked while the app is ready. */
    private boolean steady(AppState state, long nowNanos) {
        var unchecked = state.wantedTasks().stream()
                .filter(task -> !task.spec().getContainer().hasHealthcheck())
                .filter(task -> task.status().getState() != TaskStatus.State.EXITED)
                .collect(Collectors.toMap(Resource::uid, task -> task.status().getAttempt()));
        if (unchecked.isEmpty()) {
            return true;
        }
        if (steady.filter(before -> before.attempts().equals(unchecked)).isEmpty()) {
            steady = Optional.of(new Steady(unchecked, nowNanos));
        }
        return nowNanos - steady.get().sinceNanos() >= STEADY.toNanos();
    }

    /** Attempts by task uid. */
    private record Steady(Map<String, Integer> attempts, long sinceNanos) {}

    private static Optional<Ending> failed(AppState state) {
        return state.wantedTasks().stream().filter(UpJudge::failed).findFirst().map(Ending.Failed::new);
    }

    private static boolean failed(Resource<TaskSpec, TaskStatus> task) {
        var status = task.status();
        return switch (status.getState()) {
            case FAILED -> true;
            case EXITED -> status.getExitCode() != 0;
            case RUNNING, STOPPING -> false;
            case STATE_UNSPECIFIED, PENDING, PREPARING, STARTING, UNRECOGNIZED ->
                HOPELESS.contains(status.getReason())
                        || !status.getReason().isEmpty() && status.getAttempt() >= STARTS_MAX;
        };
    }

    /** Only of what the status of this very release says. */
    private static Optional<Ending> blocked(Resource<DeploymentSpec, DeploymentStatus> deployment) {
        var status = deployment.status();
        if (status.getRelease() != deployment.spec().getRelease()
                || status.getObservedGeneration() < deployment.meta().generation()) {
            return Optional.empty();
        }
        return status.getServicesList().stream()
                .filter(service -> !service.getFailure().isEmpty())
                .findFirst()
                .map(service -> new Ending.Blocked(service.getService(), service.getFailure()));
    }

    private Optional<Ending> unplaceable(AppState state, long nowNanos) {
        var unplaced = state.wantedTasks().stream()
                .filter(task -> !task.spec().hasAssignment())
                .toList();
        var patience = state.undecided() ? UNDECIDED_MAX : UNPLACED_MAX;
        unplacedSince.keySet().retainAll(unplaced.stream().map(Resource::uid).toList());
        for (var task : unplaced) {
            long since = unplacedSince.computeIfAbsent(task.uid(), uid -> nowNanos);
            var reasons = reasons(state, task.spec().getService());
            if (nowNanos - since >= patience.toNanos() && !reasons.isEmpty()) {
                return Optional.of(new Ending.Unplaceable(task, reasons));
            }
        }
        return Optional.empty();
    }

    private static String reasons(AppState state, String service) {
        return state.deployment().stream()
                .flatMap(deployment -> deployment.status().getServicesList().stream())
                .filter(progress -> progress.getService().equals(service))
                .map(ServiceProgress::getWaitingFor)
                .findFirst()
                .orElse("");
    }
}
