package dev.banyan.runtime.simulation.perturbation;

import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import java.util.List;

/**
 * Tells a scenario once without faults, counts the calls to the store, and then tells it twice for each call, be it a read, a list, a watch
 * or a commit: the process dies right before it, and right after it, and is started again.
 */
public final class CrashSweep {
    private CrashSweep() {}

    /**
     * Sweeps over all calls of the fault-free run of {@code seed}; answers how many calls that has.
     *
     * @throws SimulationFailure naming the scenario, the seed and the crash point of the first run that went wrong
     */
    public static long over(Scenario scenario, long seed) {
        var rehearsal = new Rehearsal(scenario, seed);
        long calls = rehearsal.undisturbed().occasions(StoreFaults.CRASH_BEFORE_CALL);
        for (long call = 1; call <= calls; call++) {
            for (var kind : List.of(StoreFaults.CRASH_BEFORE_CALL, StoreFaults.CRASH_AFTER_CALL)) {
                rehearsal.struck(kind, call);
            }
        }
        return calls;
    }
}
