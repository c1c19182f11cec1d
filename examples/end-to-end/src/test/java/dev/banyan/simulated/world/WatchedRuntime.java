package dev.banyan.simulated.world;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A machine's container runtime at work: the witness sees each deed, and the agent may die right before or right after any. */
final class WatchedRuntime implements ContainerRuntime {
    private static final String TASK_UID = "dev.banyan/task-uid";

    private final World world;
    private final Machine machine;
    private final ContainerRuntime truth;
    private final Deaths deaths;

    @FunctionalInterface
    private interface Deed<T> {
        T make() throws InterruptedException;
    }

    @FunctionalInterface
    private interface Act {
        void make() throws InterruptedException;
    }

    WatchedRuntime(World world, Machine machine, Deaths deaths) {
        this.world = world;
        this.machine = machine;
        this.truth = machine.runtime();
        this.deaths = deaths;
    }

    @Override
    public Version version() throws InterruptedException {
        return truth.version();
    }

    @Override
    public Inventory list() throws InterruptedException {
        return truth.list();
    }

    @Override
    public Optional<ImageConfig> imageConfig(ImageReference image) throws InterruptedException {
        return truth.imageConfig(image);
    }

    @Override
    public boolean copy(ImageReference image, String path, Path into) throws InterruptedException {
        return deed(() -> truth.copy(image, path, into));
    }

    @Override
    public List<ObservedImage> images() throws InterruptedException {
        return truth.images();
    }

    @Override
    public PullOutcome pull(ImageReference image, Consumer<PullProgress> told) throws InterruptedException {
        return deed(() -> truth.pull(image, told));
    }

    @Override
    public ObservedSandbox runSandbox(SandboxSpec spec) throws InterruptedException {
        return deed(() -> {
            var made = truth.runSandbox(spec);
            if (made.address().isEmpty()) {
                world.reached("a task was on its server's network");
            }
            return made;
        });
    }

    @Override
    public String createContainer(String sandboxId, ContainerSpec spec) throws InterruptedException {
        return deed(() -> {
            world.witness().creating(machine, spec.labels().getOrDefault(TASK_UID, ""));
            return truth.createContainer(sandboxId, spec);
        });
    }

    @Override
    public void start(String containerId) throws InterruptedException {
        act(() -> {
            truth.start(containerId);
            world.reached("a container started");
        });
    }

    @Override
    public StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException {
        return deed(() -> truth.stop(containerId, signal, grace));
    }

    @Override
    public void remove(String containerId) throws InterruptedException {
        act(() -> truth.remove(containerId));
    }

    @Override
    public void removeSandbox(String sandboxId) throws InterruptedException {
        act(() -> truth.removeSandbox(sandboxId));
    }

    @Override
    public void removeImage(String id) throws InterruptedException {
        act(() -> truth.removeImage(id));
    }

    @Override
    public ExecOutcome exec(String containerId, List<String> command, Duration timeout) throws InterruptedException {
        return truth.exec(containerId, command, timeout);
    }

    @Override
    public void reopenLog(String containerId) throws InterruptedException {
        truth.reopenLog(containerId);
    }

    @Override
    public void watch(Consumer<ContainerEvent> listener) throws InterruptedException {
        truth.watch(listener);
    }

    private void act(Act act) throws InterruptedException {
        boolean ignored = deed(() -> {
            act.make();
            return true;
        });
    }

    private <T> T deed(Deed<T> deed) throws InterruptedException {
        deaths.before();
        var answer = deed.make();
        world.witness().contained(machine);
        deaths.after();
        return answer;
    }
}
