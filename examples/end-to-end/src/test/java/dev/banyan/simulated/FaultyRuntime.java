package dev.banyan.simulated;

import dev.banyan.agent.container.ContainerEvent;
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
import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
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

    private final SimulatedServer server;
    private final ContainerRuntime truth;
    private final SimulatedProcess process;
    private final RandomSource random;
    private final Consumer<String> wrong;
    private Optional<Crash> crash = Optional.empty();
    private long changes;

    private record Crash(long change, CrashPoint point) {}

    @FunctionalInterface
    private interface Call<T> {
        T make() throws InterruptedException;
    }

    /** {@code wrong} is told what must not be. */
    FaultyRuntime(SimulatedServer server, SimulatedProcess process, Consumer<String> wrong) {
        this.server = server;
        this.truth = server.runtime();
        this.process = process;
        this.random = process.env().random().fork("runtime");
        this.wrong = wrong;
    }

    /** The process dies at its {@code change}-th changing call, counted from 1. */
    void crashAt(long change, CrashPoint point) {
        crash = Optional.of(new Crash(change, point));
    }

    /** Changing calls that have begun. */
    long changes() {
        return changes;
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
        return changed(() -> truth.pull(image));
    }

    @Override
    public Optional<ImageConfig> imageConfig(ImageReference image) throws InterruptedException {
        return asked(() -> truth.imageConfig(image));
    }

    @Override
    public ObservedSandbox runSandbox(SandboxSpec spec) throws InterruptedException {
        return changed(() -> truth.runSandbox(spec));
    }

    @Override
    public String createContainer(String sandboxId, ContainerSpec spec) throws InterruptedException {
        return changed(() -> truth.createContainer(sandboxId, spec));
    }

    @Override
    public void start(String containerId) throws InterruptedException {
        boolean ignored = changed(() -> {
            truth.start(containerId);
            server.doubled().ifPresent(wrong);
            return true;
        });
    }

    @Override
    public StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException {
        return changed(() -> truth.stop(containerId, signal, grace));
    }

    @Override
    public void remove(String containerId) throws InterruptedException {
        boolean ignored = changed(() -> {
            truth.remove(containerId);
            return true;
        });
    }

    @Override
    public void removeSandbox(String sandboxId) throws InterruptedException {
        boolean ignored = changed(() -> {
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
        boolean ignored = changed(() -> {
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

    private <T> T changed(Call<T> call) throws InterruptedException {
        travel();
        changes++;
        long own = changes;
        dieAt(own, CrashPoint.BEFORE);
        var answer = call.make();
        dieAt(own, CrashPoint.AFTER);
        travel();
        return answer;
    }

    private void dieAt(long change, CrashPoint point) throws InterruptedException {
        if (crash.equals(Optional.of(new Crash(change, point)))) {
            process.kill();
            process.env().signal().await(); // does not come back
        }
    }

    private void travel() throws InterruptedException {
        var ignored = process.env().signal().await(Duration.ofNanos(1 + random.nextLong(LATENCY_MAX.toNanos())));
    }
}
