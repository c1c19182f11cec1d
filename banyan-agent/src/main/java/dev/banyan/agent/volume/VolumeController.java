package dev.banyan.agent.volume;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.volume.disk.TaskMounts;
import dev.banyan.agent.volume.disk.VolumeDirectories;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.VolumeName;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the data of volumes that are to go: see the package. */
public final class VolumeController implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeController.class);

    /** Deleting reads every directory; two at a time leave the disk to those who work. */
    private static final int CONCURRENCY = 2;

    /** A tree of some million files. */
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    /** Containers of a task that ended are removed within milliseconds of it. */
    private static final Duration CONTAINERS_RETRY = Duration.ofMillis(500);

    private static final Duration DISK_RETRY = Duration.ofSeconds(10);

    private final Store store;
    private final ContainerRuntime runtime;
    private final VolumeDirectories directories;
    private final Self self;
    private final Informer<VolumeSpec, VolumeStatus> volumes;
    private final Controller controller;

    /**
     * Which agent this is.
     *
     * @param fence the present session's condition for writes; empty without a session
     */
    public record Self(String name, String uid, Supplier<Optional<Precondition>> fence) {}

    /**
     * Volumes below {@code root}. {@code tasks} are this agent's, {@code volumes} those with its label; both are started by others.
     */
    public VolumeController(
            Env env,
            Store store,
            ContainerRuntime runtime,
            Path root,
            Self self,
            Informer<TaskSpec, TaskStatus> tasks,
            Informer<VolumeSpec, VolumeStatus> volumes) {
        this.store = store;
        this.runtime = runtime;
        this.directories = new VolumeDirectories(root);
        this.self = self;
        this.volumes = volumes;
        this.controller = Controller.named("volumes", env)
                .watches(volumes, event -> List.of(event.key()))
                .watches(tasks, event -> going())
                .concurrency(CONCURRENCY)
                .deadline(DEADLINE)
                .reconciler(this::reconcile)
                .build();
    }

    @Override
    public String name() {
        return "volumes";
    }

    @Override
    public void start() {
        try {
            directories.sweep();
        } catch (HostException failed) {
            LOG.atWarn().setCause(failed).log("data of volumes that are gone is still there");
        }
        controller.start();
    }

    @Override
    public void stop() {
        controller.stop();
    }

    @Override
    public Health health() {
        return controller.health();
    }

    private List<ObjectKey> going() {
        return volumes.lister().list().stream()
                .filter(this::isGoing)
                .map(Resource::key)
                .toList();
    }

    private boolean isGoing(Resource<VolumeSpec, VolumeStatus> volume) {
        return volume.meta().deleting() && volume.spec().getAgentUid().equals(self.uid());
    }

    private Result reconcile(Request request) throws InterruptedException {
        var found = volumes.lister().get(request.key()).filter(this::isGoing);
        var fence = self.fence().get();
        if (found.isEmpty()) {
            return Result.done();
        }
        if (fence.isEmpty()) {
            return Result.requeueAfter(DISK_RETRY);
        }
        var volume = found.get();
        var user = user(volume);
        if (user.isPresent()) {
            // The end of the task wakes this again.
            return told(volume, "waits for " + user.get() + " to end", fence.get());
        }
        if (isMounted(volume.spec().getDirectory())) {
            return Result.requeueAfter(CONTAINERS_RETRY);
        }
        try {
            directories.removeNamed(volume.spec().getDirectory());
        } catch (HostException failed) {
            LOG.atWarn().addKeyValue("volume", volume.name()).setCause(failed).log("cannot delete a volume's data");
            var ignored = told(volume, String.valueOf(failed.getMessage()), fence.get());
            return Result.requeueAfter(DISK_RETRY);
        }
        LOG.atInfo().addKeyValue("volume", volume.name()).log("data of a volume deleted");
        var base = Kinds.VOLUMES.encode(volume);
        var left = volume.meta().finalizers().stream()
                .filter(name -> !name.equals(VolumeName.FINALIZER))
                .toList();
        return Result.after(store.commit(new Commit(
                List.of(fence.get()),
                List.of(new Write.Update(base, Draft.from(base).finalizedBy(left))))));
    }

    /** As the engine knows it now: the copy here may not have the last task yet that was given the volume. */
    private Optional<String> user(Resource<VolumeSpec, VolumeStatus> volume) {
        var mine = Selection.of(Kinds.TASKS.name()).labelled(LabelSelector.of(Labels.AGENT, self.name()));
        return store.list(mine, ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .filter(task -> !ended(task.status().getState()))
                .filter(task -> task.spec().getAssignment().getAgentUid().equals(self.uid()))
                .filter(task -> task.spec().getVolumesList().stream()
                        .anyMatch(use -> use.getDirectory().equals(volume.spec().getDirectory())))
                .map(Resource::name)
                .findFirst();
    }

    private static boolean ended(TaskStatus.State state) {
        return state == TaskStatus.State.EXITED || state == TaskStatus.State.FAILED;
    }

    private boolean isMounted(String directory) throws InterruptedException {
        return runtime.list().containers().stream()
                .map(container -> container.annotations().getOrDefault(TaskMounts.ANNOTATION, ""))
                .anyMatch(marks -> List.of(marks.split(",")).contains(directory));
    }

    private Result told(Resource<VolumeSpec, VolumeStatus> volume, String words, Precondition fence) {
        if (volume.status().getWaitingFor().equals(words)) {
            return Result.done();
        }
        var status = VolumeStatus.newBuilder().setWaitingFor(words).build();
        var write = new Write.UpdateStatus(
                volume.key(), volume.uid(), Kinds.VOLUMES.status().encode(status));
        return Result.after(store.commit(new Commit(List.of(fence), List.of(write))));
    }
}
