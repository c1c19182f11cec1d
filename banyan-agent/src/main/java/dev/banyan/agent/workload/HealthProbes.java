package dev.banyan.agent.workload;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.HealthFacts;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Runs the health checks of running containers, one task each. Thread-safe. */
final class HealthProbes {
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** After the first check of a container that is not healthy yet; doubled with each one up to the longest. Its users wait for it. */
    private static final Duration STARTING_SHORTEST = Duration.ofMillis(100);

    /** A check is a process: more of them would slow the start that they wait for. */
    private static final Duration STARTING_LONGEST = Duration.ofMillis(800);

    private final Env env;
    private final ContainerRuntime runtime;
    private final Map<String, Probe> probes = new ConcurrentHashMap<>();

    HealthProbes(Env env, ContainerRuntime runtime) {
        this.env = env;
        this.runtime = runtime;
    }

    private record Probe(Task task, Health health) {}

    /** The newest state of a container, as its probe's task writes it. */
    private static final class Health {
        private volatile HealthTracker.State state = HealthTracker.State.STARTING;
        private volatile String output = ""; // of the last check that failed
        private volatile Optional<Check> last = Optional.empty();
    }

    /** How a check ended. */
    private record Check(Instant at, String outcome, String output) {}

    /** The state of a container that is probed from now on, if it was not before; {@code changed} is told each new one. */
    HealthTracker.State watch(String containerId, HealthCheck check, Consumer<HealthTracker.State> changed) {
        return probes.computeIfAbsent(containerId, id -> begin(id, check, changed))
                .health()
                .state;
    }

    /** The output of the last failed check; empty when there was none. */
    String lastOutput(String containerId) {
        var probe = probes.get(containerId);
        return probe == null ? "" : probe.health().output;
    }

    /** What is known of a container's health; empty when it is not probed. */
    Optional<HealthFacts> facts(String containerId) {
        return Optional.ofNullable(probes.get(containerId)).map(probe -> facts(probe.health()));
    }

    private static HealthFacts facts(Health health) {
        var facts = HealthFacts.newBuilder()
                .setState(
                        switch (health.state) {
                            case STARTING -> HealthFacts.State.STARTING;
                            case HEALTHY -> HealthFacts.State.HEALTHY;
                            case UNHEALTHY -> HealthFacts.State.UNHEALTHY;
                        });
        health.last.ifPresent(check -> facts.setCheckedAtMs(check.at().toEpochMilli())
                .setOutcome(check.outcome())
                .setOutput(check.output()));
        return facts.build();
    }

    /** Ends probing; nothing happens when it was not probed. */
    void forget(String containerId) {
        var probe = probes.remove(containerId);
        if (probe != null) {
            probe.task().cancel();
        }
    }

    void forgetAll() {
        probes.keySet().forEach(this::forget);
    }

    private Probe begin(String containerId, HealthCheck check, Consumer<HealthTracker.State> changed) {
        var health = new Health();
        var pause = env.signal();
        var task = env.tasks().spawn("health " + containerId, () -> probe(containerId, check, health, pause, changed));
        return new Probe(task, health);
    }

    private void probe(
            String containerId, HealthCheck check, Health health, Signal pause, Consumer<HealthTracker.State> changed)
            throws InterruptedException {
        var wanted = orDefault(check.getIntervalMs(), DEFAULT_INTERVAL);
        var tracker = new HealthTracker(check, wanted, env.time().nanos());
        var starting = STARTING_SHORTEST;
        while (true) {
            var before = tracker.state();
            check(containerId, check, tracker, health);
            if (tracker.state() != before) {
                health.state = tracker.state();
                changed.accept(tracker.state());
            }
            var ignored = pause.await(next(check, tracker, starting, wanted));
            starting = shorter(starting.multipliedBy(2), STARTING_LONGEST);
        }
    }

    /** The pause before the next check; {@code eager} is the one while a container starts that says nothing of it. */
    private Duration next(HealthCheck check, HealthTracker tracker, Duration eager, Duration wanted) {
        if (tracker.state() != HealthTracker.State.STARTING) {
            return wanted;
        }
        if (check.getStartIntervalMs() == 0) {
            return shorter(eager, wanted);
        }
        return tracker.inStartPeriod(env.time().nanos()) ? Duration.ofMillis(check.getStartIntervalMs()) : wanted;
    }

    private void check(String containerId, HealthCheck check, HealthTracker tracker, Health health)
            throws InterruptedException {
        try {
            switch (runtime.exec(containerId, check.getTestList(), orDefault(check.getTimeoutMs(), DEFAULT_TIMEOUT))) {
                case ExecOutcome.Finished finished
                when finished.code() == 0 -> {
                    ended(health, "exit code 0", finished.output());
                    tracker.succeeded();
                }
                case ExecOutcome.Finished finished -> {
                    ended(health, "exit code " + finished.code(), finished.output());
                    fail(tracker, health, finished.output());
                }
                case ExecOutcome.TimedOut late -> {
                    ended(health, "no answer within " + late.after(), "");
                    fail(tracker, health, "no answer within " + late.after());
                }
                case ExecOutcome.NotStarted not -> {
                    ended(health, "not started: " + not.reason(), "");
                    fail(tracker, health, not.reason());
                }
            }
        } catch (ContainerException unavailable) {
            // Says nothing of the container: its state stays.
            health.output = String.valueOf(unavailable.getMessage());
        }
    }

    private void ended(Health health, String outcome, String output) {
        health.last = Optional.of(new Check(env.time().now(), outcome, output));
    }

    private void fail(HealthTracker tracker, Health health, String output) {
        health.output = output;
        tracker.failed(env.time().nanos());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration orDefault(long millis, Duration otherwise) {
        return millis > 0 ? Duration.ofMillis(millis) : otherwise;
    }
}
