package dev.banyan.agent.container;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What runs containers on this server, seen by one cluster. Calls block and may be made from several tasks at once. Each throws {@link
 * ContainerException} for surprises and {@link InterruptedException} when its task is cancelled; in both cases what was asked for may
 * or may not have happened, and {@link #list()} tells.
 */
public interface ContainerRuntime {
    /** Label that each sandbox and container of a cluster carries; its value is the cluster's id. Set by the runtime itself. */
    String CLUSTER_LABEL = "dev.banyan/cluster";

    /** Name and version of the runtime; fails with {@code UNAVAILABLE} while it cannot serve. */
    Version version() throws InterruptedException;

    /** All sandboxes and containers of this cluster, of any state. */
    Inventory list() throws InterruptedException;

    /** So many of these as carry {@code label} with {@code value}; cheaper than all. */
    default Inventory list(String label, String value) throws InterruptedException {
        var all = list();
        return new Inventory(
                all.sandboxes().stream()
                        .filter(sandbox -> value.equals(sandbox.labels().get(label)))
                        .toList(),
                all.containers().stream()
                        .filter(container -> value.equals(container.labels().get(label)))
                        .toList());
    }

    /** Makes {@code image} present, fetching it when it is not. */
    default PullOutcome pull(ImageReference image) throws InterruptedException {
        return pull(image, progress -> {});
    }

    /**
     * As {@link #pull(ImageReference)}. {@code told} hears about once a second how far it is, on another task, as long as that is known; it
     * hears nothing of what is done within the first second, and nothing any more when this call has ended. It must not throw.
     */
    PullOutcome pull(ImageReference image, Consumer<PullProgress> told) throws InterruptedException;

    /** What {@code image} says about how it wants to run; empty when it is not present. */
    Optional<ImageConfig> imageConfig(ImageReference image) throws InterruptedException;

    /**
     * Copies what {@code image}, which is present, has in a directory into another one that is empty, with owners, modes and links; false
     * when the image has no directory there. A copy that was cut off leaves an unfinished one, and may be made again.
     *
     * @param path absolute, in the image
     * @param into a directory of the server
     */
    boolean copy(ImageReference image, String path, Path into) throws InterruptedException;

    /** All images that are present, whoever fetched them: an image carries no label. */
    List<ObservedImage> images() throws InterruptedException;

    /** Removes the image with this id under all its names. Nothing happens when it is gone; containers made from it go on. */
    void removeImage(String id) throws InterruptedException;

    /**
     * Runs a sandbox. Its attempt is the wanted one, or a later one if the name of that attempt is reserved by an earlier failure; the
     * remains of such a failure are removed when they carry this cluster's label.
     */
    ObservedSandbox runSandbox(SandboxSpec spec) throws InterruptedException;

    /**
     * Creates a container in a sandbox and answers its id. The image must be present, and a container with an environment needs a sandbox
     * that was made for such.
     *
     * @throws ContainerException {@code NAME_RESERVED} if the sandbox, or another attempt of it, has a container of that name and attempt
     */
    String createContainer(String sandboxId, ContainerSpec spec) throws InterruptedException;

    /** What {@code spec} asks for and this server cannot give, so that its container gets less: in words for people. */
    default List<String> cuts(ContainerSpec spec) {
        return List.of();
    }

    /** Starts a created container. A command that cannot be executed is {@code INVALID}; its message says why. */
    void start(String containerId) throws InterruptedException;

    /** Sends {@code signal}, waits up to {@code grace} for the end, then kills. Idempotent. */
    StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException;

    /** Removes a container, killing it first if it runs. Nothing happens when it is gone. The log files stay. */
    void remove(String containerId) throws InterruptedException;

    /** Removes a sandbox, its address and all containers in it. Nothing happens when it is gone. The log files stay. */
    void removeSandbox(String sandboxId) throws InterruptedException;

    /** Runs {@code command} in a running container and waits for its end; killed at {@code timeout}, which is from 1 ms to 1 h. */
    ExecOutcome exec(String containerId, List<String> command, Duration timeout) throws InterruptedException;

    /** Has the runtime open the container's log path anew, after the file there was moved away. */
    void reopenLog(String containerId) throws InterruptedException;

    /**
     * Delivers what happens to this cluster's containers, in order, on the calling task, until that task is cancelled. It never returns.
     *
     * <p>The first event is {@link ContainerEvent.Resynchronise}, and so is the first after any gap: from there on nothing is lost, and the
     * listener finds what came before by {@link #list()}. The same thing may be told twice.
     */
    void watch(Consumer<ContainerEvent> listener) throws InterruptedException;

    /** Name and version of a runtime, such as {@code containerd 1.6.20}. */
    record Version(String name, String version) {}

    /** What exists of one cluster. */
    record Inventory(List<ObservedSandbox> sandboxes, List<ObservedContainer> containers) {
        public Inventory {
            sandboxes = List.copyOf(sandboxes);
            containers = List.copyOf(containers);
        }
    }
}
