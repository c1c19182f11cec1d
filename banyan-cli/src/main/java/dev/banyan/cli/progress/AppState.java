package dev.banyan.cli.progress;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.output.Progress;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known of an app at one moment.
 *
 * @param name of the deployment
 * @param deployment empty when it does not exist
 * @param tasks all of its tasks, of every release
 * @param undecided whether an agent has just joined, or is silent and not lost yet: which agents there are is known within seconds
 * @param revision that every part of this state contains
 */
public record AppState(
        String name,
        Optional<Resource<DeploymentSpec, DeploymentStatus>> deployment,
        List<Resource<TaskSpec, TaskStatus>> tasks,
        boolean undecided,
        long revision) {
    private static final Set<TaskStatus.State> ENDED = Set.of(TaskStatus.State.EXITED, TaskStatus.State.FAILED);

    public AppState {
        tasks = List.copyOf(tasks);
    }

    /**
     * What the deployment's status says, for showing; empty before the first status of the wanted release, and while it is not known what
     * an app that is removed still has.
     */
    public Optional<Progress> progress() {
        return deployment
                .filter(found -> found.status().getRelease() == found.spec().getRelease())
                .filter(found -> revision > 0 || !found.meta().deleting())
                .map(found -> new Progress(
                        name,
                        found.spec().getRelease(),
                        found.status().getServicesList().stream()
                                .map(service -> new Progress.Service(
                                        service.getService(),
                                        service.getWanted(),
                                        service.getRunning(),
                                        service.getReady(),
                                        waitingFor(service)))
                                .toList()))
                .map(progress -> removing() ? progress.removing(left(progress)) : progress);
    }

    private boolean removing() {
        return deployment.filter(found -> found.meta().deleting()).isPresent();
    }

    /** How many replicas of each service have not ended yet. */
    private List<Progress.Service> left(Progress progress) {
        return progress.services().stream()
                .map(service -> new Progress.Service(service.name(), 0, left(service.name()), 0, ""))
                .toList();
    }

    private int left(String service) {
        return Math.toIntExact(tasks.stream()
                .filter(task -> task.spec().getService().equals(service))
                .filter(task -> !ENDED.contains(task.status().getState()))
                .count());
    }

    /** What the engine says it waits for, and how far an image is that it waits for. */
    private String waitingFor(ServiceProgress service) {
        var pull = Pulls.slowest(service.getService(), wantedTasks());
        return Stream.concat(Stream.of(service.getWaitingFor()).filter(words -> !words.isEmpty()), pull.stream())
                .collect(Collectors.joining("; "));
    }

    /** How far each service of the wanted release is; nothing before its first status. */
    public List<Progress.Service> services() {
        return progress().map(Progress::services).orElse(List.of());
    }

    /** The tasks of the wanted release that are to run. */
    public List<Resource<TaskSpec, TaskStatus>> wantedTasks() {
        long release = deployment.map(found -> found.spec().getRelease()).orElse(0L);
        return tasks.stream()
                .filter(task -> task.spec().getDesired() == TaskSpec.Desired.RUN)
                .filter(task -> task.spec().getRelease() == release)
                .toList();
    }
}
