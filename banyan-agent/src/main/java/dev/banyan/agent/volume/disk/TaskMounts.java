package dev.banyan.agent.volume.disk;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Mount.Sort;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.host.HostException;
import dev.banyan.api.v1.AllowedBind;
import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.NamedVolume;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.Tmpfs;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes what tasks mount: see the package. Thread-safe: two tasks that mount one volume wait for each other. */
public final class TaskMounts {
    /** Annotation of containers with the directories of the volumes that they mount, with commas between. */
    public static final String ANNOTATION = "dev.banyan/volumes";

    /** While another task fills a volume, which takes as long as a copy does. */
    private static final Duration BUSY_PAUSE = Duration.ofMillis(50);

    private static final int STICKY_ALL = 01777;

    private final Env env;
    private final ContainerRuntime runtime;
    private final VolumeDirectories directories;
    private final HostPaths paths;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /**
     * Mounts of containers of {@code runtime}.
     *
     * @param root where volumes are kept
     * @param allowed paths of this server that containers may have
     */
    public TaskMounts(Env env, ContainerRuntime runtime, Path root, List<AllowedBind> allowed) {
        this.env = env;
        this.runtime = runtime;
        this.directories = new VolumeDirectories(root);
        this.paths = new HostPaths(root.getFileSystem(), allowed);
    }

    /** How a task's mounts came out. */
    public sealed interface Prepared {
        /** All are there, in the order of their targets. */
        record Ready(List<ContainerSpec.Mount> mounts) implements Prepared {
            public Ready {
                mounts = List.copyOf(mounts);
            }
        }

        /** One cannot be had; {@code reason} is a CamelCase word. */
        record Refused(String reason, String message) implements Prepared {}
    }

    /** Names of directories of the volumes that a task mounts, as its containers are marked with them. */
    public static String marks(TaskSpec task) {
        return String.join(
                ",", task.getVolumesList().stream().map(VolumeUse::getDirectory).toList());
    }

    /**
     * What a task's container is to mount. Volumes are made when they are not there, and filled when they are empty; {@code image} is
     * present.
     */
    public Prepared prepare(String taskUid, TaskSpec task, ImageReference image) throws InterruptedException {
        var mounts = new ArrayList<ContainerSpec.Mount>();
        int number = 0;
        for (var mount : task.getContainer().getMountsList()) {
            try {
                switch (one(new Wish(taskUid, number, task, mount, image))) {
                    case One.Made made -> mounts.add(made.mount());
                    case One.Refused refused -> {
                        return new Prepared.Refused(refused.reason(), refused.message());
                    }
                }
            } catch (HostException | ContainerException failed) {
                return new Prepared.Refused("VolumeFailed", mount.getTarget() + ": " + failed.getMessage());
            } catch (IOException failed) {
                return new Prepared.Refused("VolumeFailed", mount.getTarget() + ": " + failed);
            }
            number++;
        }
        return new Prepared.Ready(mounts);
    }

    /** The task is gone, or will never run again: its volumes without names go. */
    public void forget(String taskUid) {
        directories.removeOfTask(taskUid);
    }

    /** Uids of tasks that have something here that goes with them. */
    public List<String> taskUids() {
        return directories.taskUids();
    }

    private record Wish(String taskUid, int number, TaskSpec task, Mount mount, ImageReference image) {}

    private sealed interface One {
        record Made(ContainerSpec.Mount mount) implements One {}

        record Refused(String reason, String message) implements One {}
    }

    private One one(Wish wish) throws IOException, InterruptedException {
        var mount = wish.mount();
        return switch (mount.getSourceCase()) {
            case VOLUME -> named(wish, mount.getVolume());
            case ANONYMOUS -> {
                var key = wish.taskUid() + "/" + wish.number();
                var filling = filling(wish, mount.getAnonymous().getNocopy());
                var data = alone(key, () -> directories.anonymous(wish.taskUid(), wish.number(), filling));
                yield made(mount, data, Sort.PATH);
            }
            case HOST -> host(mount, mount.getHost());
            case TMPFS ->
                new One.Made(new ContainerSpec.Mount(
                        "", mount.getTarget(), mount.getReadOnly(), Sort.MEMORY, options(mount.getTmpfs())));
            case SOURCE_NOT_SET -> new One.Refused("Invalid", mount.getTarget() + " has no source");
        };
    }

    private One named(Wish wish, NamedVolume volume) throws IOException, InterruptedException {
        var directory = wish.task().getVolumesList().stream()
                .filter(use -> use.getName().equals(volume.getName()))
                .map(VolumeUse::getDirectory)
                .filter(name -> !name.isEmpty())
                .findFirst();
        if (directory.isEmpty()) {
            return new One.Refused("Invalid", "volume " + volume.getName() + " has no directory");
        }
        boolean whole = volume.getSubpath().isEmpty();
        var filling = filling(wish, volume.getNocopy() || !whole);
        var data = alone(directory.get(), () -> directories.named(directory.get(), filling));
        return whole ? made(wish.mount(), data, Sort.PATH) : below(wish.mount(), volume, data);
    }

    private static One below(Mount mount, NamedVolume volume, Path data) throws IOException {
        var place = data.resolve(volume.getSubpath());
        var what = volume.getSubpath() + " in volume " + volume.getName();
        if (!Files.exists(place)) {
            return new One.Refused("SubpathMissing", "there is no " + what);
        }
        var real = place.toRealPath();
        return real.startsWith(data.toRealPath())
                ? made(mount, real, Sort.PATH)
                : new One.Refused("SubpathDenied", what + " leads out of the volume");
    }

    private One host(Mount mount, HostPath host) throws IOException {
        boolean followed = host.getPropagation() == HostPath.Propagation.RSLAVE;
        return switch (paths.look(host.getPath(), mount.getReadOnly(), host.getCreate())) {
            case HostPaths.Look.Allowed allowed ->
                new One.Made(new ContainerSpec.Mount(
                        allowed.path().toString(),
                        mount.getTarget(),
                        mount.getReadOnly(),
                        followed ? Sort.PATH_FOLLOWED : Sort.PATH,
                        below(host.getRecursion())));
            case HostPaths.Look.Refused refused -> new One.Refused(refused.reason(), refused.message());
        };
    }

    private static List<String> below(HostPath.Recursion recursion) {
        return switch (recursion) {
            case RECURSION_UNSPECIFIED -> List.of();
            case ALONE -> List.of("bind");
            case READ_ONLY_BELOW -> List.of("rro");
            // To show it as usual would be to ignore what was asked for.
            case UNRECOGNIZED ->
                throw new IllegalArgumentException("shows what is below a path in a way that this agent does not know");
        };
    }

    private static One made(Mount mount, Path source, Sort sort) {
        return new One.Made(
                new ContainerSpec.Mount(source.toString(), mount.getTarget(), mount.getReadOnly(), sort, List.of()));
    }

    private Optional<VolumeDirectories.Filling> filling(Wish wish, boolean nocopy) {
        return nocopy
                ? Optional.empty()
                : Optional.of(into -> runtime.copy(wish.image(), wish.mount().getTarget(), into));
    }

    @FunctionalInterface
    private interface Opening {
        Path open() throws InterruptedException;
    }

    private Path alone(String directory, Opening opening) throws InterruptedException {
        var pause = env.signal();
        while (!busy.add(directory)) {
            var ignored = pause.await(BUSY_PAUSE);
        }
        try {
            return opening.open();
        } finally {
            busy.remove(directory);
        }
    }

    private static List<String> options(Tmpfs tmpfs) {
        var options = new ArrayList<>(List.of("nosuid", "nodev"));
        if (!tmpfs.getExec()) {
            options.add("noexec");
        }
        int mode = tmpfs.getMode() == 0 ? STICKY_ALL : tmpfs.getMode();
        options.add("mode=" + Integer.toOctalString(mode));
        if (tmpfs.getSizeBytes() > 0) {
            options.add("size=" + tmpfs.getSizeBytes());
        }
        if (tmpfs.getUid() > 0) {
            options.add("uid=" + tmpfs.getUid());
        }
        if (tmpfs.getGid() > 0) {
            options.add("gid=" + tmpfs.getGid());
        }
        return options;
    }
}
