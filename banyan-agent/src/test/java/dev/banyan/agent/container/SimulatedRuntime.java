package dev.banyan.agent.container;

import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An agent process's way to its container runtime. Calls take drawn time, so that others act in between; they are refused, or done and not
 * answered, as the plan of faults says; and the process can die right before or right after any call, by the plan or at a chosen one.
 */
public final class SimulatedRuntime implements ContainerRuntime {
    private static final Duration LATENCY_MAX = Duration.ofMillis(20);

    private record Crash(long call, CrashPoint point) {}

    @FunctionalInterface
    private interface Call<T> {
        T make() throws InterruptedException;
    }

    private final ContainerRuntime truth;
    private final SimulatedProcess process;
    private final FaultPlan faults;
    private final RandomSource random;
    private Optional<Crash> crash = Optional.empty();
    private long calls;

    /** The way of {@code process} to {@code truth}. */
    public SimulatedRuntime(ContainerRuntime truth, SimulatedProcess process, FaultPlan faults) {
        this.truth = truth;
        this.process = process;
        this.faults = faults;
        this.random = process.env().random().fork("runtime");
    }

    /** The process dies at its {@code call}-th call, counted from 1. */
    public SimulatedRuntime crashAt(long call, CrashPoint point) {
        crash = Optional.of(new Crash(call, point));
        return this;
    }

    /** Calls that have reached the runtime. */
    public long calls() {
        return calls;
    }

    @Override
    public Version version() throws InterruptedException {
        return called("version", truth::version);
    }

    @Override
    public Inventory list() throws InterruptedException {
        return called("list", truth::list);
    }

    @Override
    public PullOutcome pull(ImageReference image, Consumer<PullProgress> told) throws InterruptedException {
        return called("pull", () -> truth.pull(image, told));
    }

    @Override
    public Optional<ImageConfig> imageConfig(ImageReference image) throws InterruptedException {
        return called("image-config", () -> truth.imageConfig(image));
    }

    @Override
    public boolean copy(ImageReference image, String path, Path into) throws InterruptedException {
        return called("copy", () -> truth.copy(image, path, into));
    }

    @Override
    public List<ObservedImage> images() throws InterruptedException {
        return called("images", truth::images);
    }

    @Override
    public void removeImage(String id) throws InterruptedException {
        done("remove-image", () -> truth.removeImage(id));
    }

    @Override
    public ObservedSandbox runSandbox(SandboxSpec spec) throws InterruptedException {
        return called("run-sandbox", () -> truth.runSandbox(spec));
    }

    @Override
    public String createContainer(String sandboxId, ContainerSpec spec) throws InterruptedException {
        return called("create", () -> truth.createContainer(sandboxId, spec));
    }

    @Override
    public void start(String containerId) throws InterruptedException {
        done("start", () -> truth.start(containerId));
    }

    @Override
    public StopOutcome stop(String containerId, StopSignal signal, Duration grace) throws InterruptedException {
        return called("stop", () -> truth.stop(containerId, signal, grace));
    }

    @Override
    public void remove(String containerId) throws InterruptedException {
        done("remove", () -> truth.remove(containerId));
    }

    @Override
    public void removeSandbox(String sandboxId) throws InterruptedException {
        done("remove-sandbox", () -> truth.removeSandbox(sandboxId));
    }

    @Override
    public ExecOutcome exec(String containerId, List<String> command, Duration timeout) throws InterruptedException {
        return called("exec", () -> truth.exec(containerId, command, timeout));
    }

    @Override
    public void reopenLog(String containerId) throws InterruptedException {
        done("reopen-log", () -> truth.reopenLog(containerId));
    }

    /** Events come late, in order. */
    @Override
    public void watch(Consumer<ContainerEvent> listener) throws InterruptedException {
        truth.watch(event -> {
            process.away(latency());
            listener.accept(event);
        });
    }

    @FunctionalInterface
    private interface Deed {
        void make() throws InterruptedException;
    }

    private void done(String call, Deed deed) throws InterruptedException {
        boolean ignored = called(call, () -> {
            deed.make();
            return true;
        });
    }

    private <T> T called(String name, Call<T> call) throws InterruptedException {
        process.away(latency());
        var place = process.name() + ">" + name;
        if (faults.strikes(ContainerFaults.CALL_REFUSED, place)) {
            throw new ContainerException(Kind.UNAVAILABLE, "connection refused: drawn");
        }
        calls++;
        long number = calls;
        var death = faults.strike(ContainerFaults.AGENT_DIES, place)
                .map(drawn -> drawn.nextBoolean() ? CrashPoint.BEFORE : CrashPoint.AFTER);
        dieAt(CrashPoint.BEFORE, number, death);
        var answer = call.make();
        dieAt(CrashPoint.AFTER, number, death);
        process.away(latency());
        if (faults.strikes(ContainerFaults.ANSWER_LOST, place)) {
            throw new ContainerException(Kind.UNAVAILABLE, "deadline exceeded: drawn");
        }
        return answer;
    }

    private void dieAt(CrashPoint point, long number, Optional<CrashPoint> death) {
        if (death.equals(Optional.of(point)) || crash.equals(Optional.of(new Crash(number, point)))) {
            process.kill();
            process.away(Duration.ZERO); // does not come back
        }
    }

    private Duration latency() {
        return faults.latency(random, LATENCY_MAX);
    }
}
