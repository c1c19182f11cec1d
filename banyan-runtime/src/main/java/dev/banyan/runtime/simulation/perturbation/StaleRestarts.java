package dev.banyan.runtime.simulation.perturbation;

import dev.banyan.runtime.simulation.SimulationFailure;

/**
 * Lets a scenario come to rest, kills the process and starts it again with a view that is some revisions old: its first lists show that
 * state, and what came after follows only later. So acts a replica that was started then and stood still since. Its commits meet the truth,
 * and so do its reads of the newest state.
 */
public final class StaleRestarts {
    private StaleRestarts() {}

    /**
     * Restarts at every older revision of the fault-free run of {@code seed}, up to {@code revisionsMax} back; answers how many those are.
     *
     * @throws SimulationFailure naming the scenario, the seed and the revision of the first run that went wrong
     */
    public static long over(Scenario scenario, long seed, long revisionsMax) {
        var rehearsal = new Rehearsal(scenario, seed);
        long back = Math.min(revisionsMax, rehearsal.undisturbed().revision() - 1);
        for (long revisions = 1; revisions <= back; revisions++) {
            rehearsal.restartedBehind(revisions);
        }
        return back;
    }
}
