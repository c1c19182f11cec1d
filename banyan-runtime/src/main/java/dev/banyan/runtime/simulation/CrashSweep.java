package dev.banyan.runtime.simulation;

import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.store.MemoryStore;
import java.time.Duration;

/**
 * Tells a scenario once without faults, counts the writes, and then tells it twice for each write: the process dies right before it, and
 * right after it, and is started again. Every run must become quiet and end as wanted.
 */
public final class CrashSweep {
    /** Longer than a resync with its jitter, so that a controller that corrects itself for ever is not taken for quiet. */
    private static final Duration QUIET = Duration.ofSeconds(25);

    private static final Duration RUN_MAX = Duration.ofMinutes(5);

    private final Scenario scenario;
    private final long seed;

    private CrashSweep(Scenario scenario, long seed) {
        this.scenario = scenario;
        this.seed = seed;
    }

    /**
     * Sweeps over all writes of the fault-free run of {@code seed}; answers how many writes that has.
     *
     * @throws SimulationFailure naming the scenario, the seed and the crash point of the first run that went wrong
     */
    public static long over(Scenario scenario, long seed) {
        var sweep = new CrashSweep(scenario, seed);
        long writes = sweep.tell(0, CrashPoint.BEFORE);
        for (long write = 1; write <= writes; write++) {
            for (var point : CrashPoint.values()) {
                sweep.tell(write, point);
            }
        }
        return writes;
    }

    /** One run; write 0 never comes, so nothing dies. Answers how many writes the first incarnation made. */
    private long tell(long crashAt, CrashPoint point) {
        try (var simulation = new Simulation(seed)) {
            var truth = new MemoryStore(simulation.process("store").env());
            var process = simulation.process("subject");
            var store = new FaultyStore(truth, process, Faults.NONE).crashAt(crashAt, point);
            scenario.start(process.env(), store);
            scenario.disturb(truth);
            settle(simulation, truth, process);
            return store.writes();
        } catch (AssertionError wrong) {
            var where = crashAt == 0 ? "without a crash" : "with a crash " + point + " write " + crashAt;
            throw new SimulationFailure(
                    "scenario '" + scenario.name() + "', seed " + seed + ", " + where + ": " + wrong.getMessage(),
                    wrong);
        }
    }

    /** A process that dies on the way is started again once. */
    private void settle(Simulation simulation, MemoryStore truth, SimulatedProcess process) {
        boolean quiet = simulation.runUntilQuiet(truth, QUIET, RUN_MAX);
        if (process.condition() == SimulatedProcess.Condition.DEAD) {
            var next = simulation.process("subject");
            scenario.start(next.env(), new FaultyStore(truth, next, Faults.NONE));
            quiet = simulation.runUntilQuiet(truth, QUIET, RUN_MAX);
        }
        if (!quiet) {
            throw new AssertionError("still writing after " + RUN_MAX);
        }
        scenario.check(truth);
    }
}
