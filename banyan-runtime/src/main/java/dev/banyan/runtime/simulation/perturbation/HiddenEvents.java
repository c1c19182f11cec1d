package dev.banyan.runtime.simulation.perturbation;

import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.StoreFaults;

/**
 * Tells a scenario once without faults, counts what watches deliver, and then tells it once for each event: that one is kept from the
 * process until the object changes again, or for a while, so that it never sees the state between.
 */
public final class HiddenEvents {
    private HiddenEvents() {}

    /**
     * Hides each event of the fault-free run of {@code seed} once; answers how many there are.
     *
     * @throws SimulationFailure naming the scenario, the seed and the event of the first run that went wrong
     */
    public static long over(Scenario scenario, long seed) {
        var rehearsal = new Rehearsal(scenario, seed);
        long events = rehearsal.undisturbed().occasions(StoreFaults.HIDDEN_EVENT);
        for (long event = 1; event <= events; event++) {
            rehearsal.struck(StoreFaults.HIDDEN_EVENT, event);
        }
        return events;
    }
}
