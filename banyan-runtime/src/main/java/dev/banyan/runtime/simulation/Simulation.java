package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A seeded world of processes. Driven by the thread that made it; nothing happens between two runs. Conditions and invariants are looked at
 * on a thread of the simulation while that one waits.
 *
 * <p><b>Expected flow.</b> Make processes, build production parts with their environments, run, look, kill or pause, run again, {@link
 * #close}. A failure of an invariant, an exception that escapes a task, and a task that blocks outside its environment end the run with a
 * {@link SimulationFailure} that names the seed.
 */
public final class Simulation implements AutoCloseable {
    /** Steps of one run. A run beyond it is a loop that never waits, which simulated time alone would not end soon. */
    public static final long STEPS_MAX = 5_000_000;

    /** Real time a task may keep the baton. Far more than any step needs on a busy machine. */
    private static final Duration WATCHDOG = Duration.ofSeconds(30);

    private record Watched(String name, Store truth, Invariant invariant) {}

    private final long seed;
    private final SeededRandom random;
    private final Baton baton;
    private final Driver driver;
    private final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
    private final Map<String, Integer> incarnations = new LinkedHashMap<>();
    private final List<Watched> invariants = new ArrayList<>();
    private final Map<Store, Long> checked = new LinkedHashMap<>();
    private final List<SimulationFailure> failures = new ArrayList<>();

    /** An empty world; {@code seed} decides all that is not said. */
    public Simulation(long seed) {
        this(seed, WATCHDOG);
    }

    Simulation(long seed, Duration watchdog) {
        this.seed = seed;
        this.random = new SeededRandom(seed);
        this.baton = new Baton(random.fork("scheduler"));
        this.driver = new Driver(baton, watchdog);
    }

    /** What it was made with. */
    public long seed() {
        return seed;
    }

    /** True time, which the clocks of all hosts follow. */
    public SimulatedTime time() {
        return baton.time();
    }

    /** The host of that name; it is made when it is first asked for. */
    public SimulatedHost host(String name) {
        return hosts.computeIfAbsent(name, unused -> new SimulatedHost(this, baton, name));
    }

    /** All hosts, in the order in which they were made. */
    public List<SimulatedHost> hosts() {
        return List.copyOf(hosts.values());
    }

    /** A new process on a host of the same name. The same name again is another incarnation, with other randomness. */
    public SimulatedProcess process(String name) {
        return host(name).process(name);
    }

    SimulatedProcess incarnation(SimulatedHost host, String name) {
        var full = host.name().equals(name) ? name : host.name() + "/" + name;
        int incarnation = incarnations.merge(full, 1, Integer::sum);
        return new SimulatedProcess(host, baton, name, random.fork("process/" + full + "/" + incarnation));
    }

    /**
     * Lets {@code event} happen {@code delay} from now, between two steps of tasks. It must not wait: models use it for what comes from
     * outside, such as a message that arrives or a link that heals.
     */
    public void after(Duration delay, Runnable event) {
        baton.after(delay, event);
    }

    /** Checks {@code invariant} now and after every step that left {@code truth} at another revision. */
    public void always(String name, Store truth, Invariant invariant) {
        invariants.add(new Watched(name, truth, invariant));
        checked.put(truth, -1L);
        checkInvariants();
    }

    /** Runs until {@code condition} holds, at most {@code atMost} of simulated time; whether it holds. */
    public boolean runUntil(BooleanSupplier condition, Duration atMost) {
        return driver.drive(() -> loopUntil(condition, atMost));
    }

    private boolean loopUntil(BooleanSupplier condition, Duration atMost) {
        long until = baton.time().nanos() + atMost.toNanos();
        long stepsMax = baton.steps() + STEPS_MAX;
        while (!condition.getAsBoolean()) {
            if (baton.time().nanos() >= until) {
                return false;
            }
            if (!step(until)) {
                baton.time().advanceTo(until); // nobody waits for anything earlier
            }
            if (baton.steps() > stepsMax) {
                throw failed("more than " + STEPS_MAX + " steps in one run: something loops without waiting");
            }
        }
        return true;
    }

    /** Runs for {@code duration} of simulated time, even if nothing happens. */
    public void runFor(Duration duration) {
        runUntil(() -> false, duration);
    }

    /** Runs until {@code truth} has not changed for {@code quiet}, at most {@code atMost} of simulated time; whether that came. */
    public boolean runUntilQuiet(Store truth, Duration quiet, Duration atMost) {
        var last = new long[] {revision(truth), baton.time().nanos()};
        return runUntil(
                () -> {
                    long revision = revision(truth);
                    if (revision != last[0]) {
                        last[0] = revision;
                        last[1] = baton.time().nanos();
                    }
                    return baton.time().nanos() - last[1] >= quiet.toNanos();
                },
                atMost);
    }

    /** Runs {@code work} as a task of {@code process} until it ends, at most {@code atMost} of simulated time. */
    public void runIn(SimulatedProcess process, Duration atMost, TaskSpawner.Body work) {
        var task = process.env().tasks().spawn("work", work);
        if (!runUntil(task::done, atMost)) {
            throw failed("work did not end within " + atMost);
        }
    }

    /** What has happened so far. Models note what they do there. */
    public Trace trace() {
        return baton.trace();
    }

    /** Hash of all scheduling decisions and noted events so far: equal for equal seeds and code. */
    public long traceHash() {
        return baton.trace().hash();
    }

    /** How often a task got to run or an event happened. */
    public long steps() {
        return baton.steps();
    }

    /** Ends all threads of all processes. */
    @Override
    public void close() {
        driver.drive(() -> {
            baton.close();
            return true;
        });
    }

    void taskFailed(SimulatedTask task, Throwable failure) {
        failures.add(new SimulationFailure(where() + "task " + task.name() + " failed: " + failure, failure));
    }

    private boolean step(long until) {
        boolean moved = attributed(() -> baton.step(until));
        if (!failures.isEmpty()) {
            throw failures.removeFirst();
        }
        checkInvariants();
        return moved;
    }

    private boolean attributed(Supplier<Boolean> step) {
        try {
            return step.get();
        } catch (SimulationFailure failure) {
            throw new SimulationFailure(where() + failure.getMessage(), failure);
        }
    }

    private void checkInvariants() {
        if (invariants.isEmpty()) {
            return;
        }
        for (var store : List.copyOf(checked.keySet())) {
            long revision = revision(store);
            if (!Long.valueOf(revision).equals(checked.put(store, revision))) {
                invariants.stream()
                        .filter(watched -> watched.truth().equals(store))
                        .forEach(this::check);
            }
        }
    }

    private void check(Watched watched) {
        try {
            watched.invariant().check(watched.truth());
        } catch (AssertionError broken) {
            throw new SimulationFailure(
                    where() + "at revision " + revision(watched.truth()) + ": " + watched.name() + " does not hold: "
                            + broken.getMessage(),
                    broken);
        }
    }

    /** A selection that matches nothing makes the listing as cheap as can be. */
    private static long revision(Store store) {
        return store.list(Selection.of("none").in("none"), ReadAt.LATEST).revision();
    }

    private SimulationFailure failed(String message) {
        return new SimulationFailure(where() + message);
    }

    private String where() {
        return "seed " + seed + ", after " + baton.time().elapsed() + ": ";
    }
}
