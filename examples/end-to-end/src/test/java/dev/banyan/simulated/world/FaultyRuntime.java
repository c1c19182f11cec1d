package dev.banyan.simulated.world;

import dev.banyan.agent.container.ContainerEvent;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedImage;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.StopOutcome;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An agent process's way to its container runtime: calls take drawn time, and the process can die right before or right after any call
 * that changes something.
 */
final class FaultyRuntime implements ContainerRuntime {
    private static final Duration LATENCY_MAX = Duration.ofMillis(20);
    private static final String TASK_UID = "dev.banyan/task-uid";

    private final World world;
    private final AgentProcess agent;
    private final Machine machine;
    private final ContainerRuntime truth;
    private final SimulatedProcess process;
    private final RandomSource random;
    private final CrashingStore.Deaths deaths;

    @FunctionalInterface
    private interface Call<T> {
        T make() throws InterruptedException;
    }

    FaultyRuntime(World world, AgentProcess agent) {
        this.world = world;
        this.agent = agent;
        this.machine = agent.machine();
        this.truth = machine.runtime();
        this.process = agent.process();
        this.random = process.env().random().fork("runtime");
        this.deaths = world.fate().deathsOf(agent);
    }

    @Override
    public Version version() throws InterruptedException {
        return asked(truth::version);
    }

    @Override
    public Inventory list() throws InterruptedException {
        return asked(truth::list);
    }

    @Override
    public PullOutcome pull(ImageReference image) throws InterruptedException {
        if (world.fate().strikes(Fate.PULL_REFUSED, agent.name())) {
            travel();
            return new PullOutcome.Failed(PullOutcome.Cause.NOT_FOUND, "simulated: refused");
        }
        return changed("pull " + image.repository(), () -> truth.pull(image));
    }

    @Override
    public Optional<ImageConfig> imageConfig(ImageReference image) throws InterruptedException {
        return asked(() -> truth.imageConfig(image));
    }

    @Override
    public ObservedSandbox runSandbox(SandboxSpec spec) throws InterruptedException {
        return changed("sandbox of " + spec.name(), () -> truth.runSandbox(spec));
    }

    @Override
    public String createContainer(String sandboxId, ContainerSpec spec) throws InterruptedException {
        return changed("create " + spec.name(), () -> {
            world.witness().creating(machine, spec.labels().getOrDefault(TASK_UID, ""));
            return truth.createContainer(sandboxId, spec);
        });
    }

    @Override
    public void start(String containerId) throws InterruptedException {
        boolean ignored = changed("start", () -> {
            truth.start(containerId);
            world.reached("a container started");
            return true;
        });
    }

    @Override
    public StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException {
        return changed("stop", () -> truth.stop(containerId, signal, grace));
    }

    @Override
    public void remove(String containerId) throws InterruptedException {
        boolean ignored = changed("remove", () -> {
            truth.remove(containerId);
            return true;
        });
    }

    @Override
    public void removeSandbox(String sandboxId) throws InterruptedException {
        boolean ignored = changed("remove sandbox", () -> {
            truth.removeSandbox(sandboxId);
            return true;
        });
    }

    @Override
    public List<ObservedImage> images() throws InterruptedException {
        return asked(truth::images);
    }

    @Override
    public void removeImage(String id) throws InterruptedException {
        boolean ignored = changed("remove image", () -> {
            truth.removeImage(id);
            return true;
        });
    }

    @Override
    public ExecOutcome exec(String containerId, List<String> command, Duration timeout) throws InterruptedException {
        return asked(() -> truth.exec(containerId, command, timeout));
    }

    @Override
    public void reopenLog(String containerId) throws InterruptedException {
        truth.reopenLog(containerId);
    }

    @Override
    public void watch(Consumer<ContainerEvent> listener) throws InterruptedException {
        truth.watch(listener);
    }

    private <T> T asked(Call<T> call) throws InterruptedException {
        travel();
        var answer = call.make();
        travel();
        return answer;
    }

    private <T> T changed(String what, Call<T> call) throws InterruptedException {
        travel();
        if (world.fate().strikes(Fate.RUNTIME_FAILS, agent.name())) {
            throw new ContainerException(ContainerException.Kind.FAILED, "simulated: " + what + " failed");
        }
        deaths.before();
        process.note(what);
        var answer = call.make();
        world.witness().contained(machine);
        deaths.after();
        travel();
        return answer;
    }

    private void travel() throws InterruptedException {
        process.away(world.trial().faults().latency(random, LATENCY_MAX));
    }
}
