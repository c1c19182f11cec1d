package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerEvent;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedImage;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.PullProgress;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.StopOutcome;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.agent.container.containerd.exec.ContainerdDoor;
import dev.banyan.agent.container.containerd.exec.Way;
import dev.banyan.agent.container.cri.v1.VersionRequest;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.agent.container.mounts.MountedCopy;
import dev.banyan.agent.container.oci.HostLimits;
import dev.banyan.agent.host.HostCommand;
import dev.banyan.runtime.env.Env;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** containerd 1.6 or newer as a container runtime. Connects when first asked, and again whenever containerd was restarted. Thread-safe. */
public final class ContainerdRuntime implements ContainerRuntime, AutoCloseable {
    private final Connection connection;
    private final Env env;
    private final Helpers helpers;
    private final Images images;
    private final Sandboxes sandboxes;
    private final Containers containers;
    private final EventStream events;
    private final ImageCopies copies;

    /**
     * What of the server it works with.
     *
     * @param init the program that is the first process of containers that want one
     * @param environments from where that containerd's containers get their environments
     */
    public record Helpers(Path init, EnvironmentFiles environments) {}

    private ContainerdRuntime(Connection connection, Env env, String cluster, Helpers helpers) {
        this.connection = connection;
        this.env = env;
        this.helpers = helpers;
        var owner = new Owner(cluster);
        this.images = new Images(connection, env);
        this.sandboxes = new Sandboxes(connection, owner);
        this.copies = new ImageCopies(connection, images, new MountedCopy(new HostCommand(env.tasks())));
        var groups = new ImageGroups(copies, helpers.environments().scratch());
        this.containers = new Containers(connection, env, owner, sandboxes, images, groups, helpers);
        this.events = new EventStream(connection, env, owner);
    }

    /**
     * The runtime behind {@code socket}, for the cluster whose id is {@code cluster}.
     */
    public static ContainerdRuntime at(Path socket, Env env, String cluster, Helpers helpers) {
        return new ContainerdRuntime(new Connection(socket), env, cluster, helpers);
    }

    /** Ways into its containers; {@code directory}, which root alone may enter, is for the streams of commands. */
    public ContainerDoor door(Path directory) {
        return new ContainerdDoor(
                new Way(
                        connection::tasks,
                        connection::containers,
                        connection::call,
                        containers::require,
                        helpers.environments()),
                env,
                directory);
    }

    @Override
    public Version version() throws InterruptedException {
        var answer = connection.call(
                "ask for the version",
                () -> connection.runtime(Connection.SHORT).version(VersionRequest.getDefaultInstance()));
        return new Version(answer.getRuntimeName(), answer.getRuntimeVersion());
    }

    @Override
    public Inventory list() throws InterruptedException {
        return new Inventory(sandboxes.list(), containers.list());
    }

    @Override
    public Inventory list(String label, String value) throws InterruptedException {
        return new Inventory(sandboxes.list(label, value), containers.list(label, value));
    }

    @Override
    public PullOutcome pull(ImageReference image, Consumer<PullProgress> told) throws InterruptedException {
        return images.pull(image, told);
    }

    @Override
    public Optional<ImageConfig> imageConfig(ImageReference image) throws InterruptedException {
        return images.config(image);
    }

    @Override
    public boolean copy(ImageReference image, String path, Path into) throws InterruptedException {
        return copies.copy(image, path, into);
    }

    @Override
    public List<ObservedImage> images() throws InterruptedException {
        return images.list();
    }

    @Override
    public void removeImage(String id) throws InterruptedException {
        images.remove(id);
    }

    @Override
    public ObservedSandbox runSandbox(SandboxSpec spec) throws InterruptedException {
        return sandboxes.run(spec);
    }

    @Override
    public String createContainer(String sandboxId, ContainerSpec spec) throws InterruptedException {
        return containers.create(sandboxId, spec);
    }

    @Override
    public List<String> cuts(ContainerSpec spec) {
        return HostLimits.ofThisProcess().cuts(spec);
    }

    @Override
    public void start(String containerId) throws InterruptedException {
        containers.start(containerId);
    }

    @Override
    public StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException {
        return containers.stop(containerId, signal, grace);
    }

    @Override
    public void remove(String containerId) throws InterruptedException {
        containers.remove(containerId);
    }

    @Override
    public void removeSandbox(String sandboxId) throws InterruptedException {
        sandboxes.remove(sandboxId);
    }

    @Override
    public ExecOutcome exec(String containerId, List<String> command, Duration timeout) throws InterruptedException {
        return containers.exec(containerId, command, timeout);
    }

    @Override
    public void reopenLog(String containerId) throws InterruptedException {
        containers.reopenLog(containerId);
    }

    @Override
    public void watch(Consumer<ContainerEvent> listener) throws InterruptedException {
        events.deliver(listener);
    }

    /** Ends the connections; containers and containerd are not touched. */
    @Override
    public void close() {
        connection.close();
    }
}
