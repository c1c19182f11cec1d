package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.Strike;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a run after its end.
 *
 * @param least the smallest that each size may be
 * @param lastEvents the last events in words
 */
record TrialOutcome(
        Schedule schedule,
        Optional<Throwable> failure,
        List<Strike> struck,
        Map<String, Long> faults,
        Map<String, Integer> sizes,
        Map<String, Integer> least,
        Map<String, Long> reached,
        List<Duration> settled,
        List<String> lastEvents,
        long traceHash,
        long steps,
        Duration elapsed) {
    static TrialOutcome of(Trial trial, Optional<Throwable> failure) {
        var simulation = trial.simulation();
        return new TrialOutcome(
                trial.schedule(),
                failure,
                trial.faults().struck(),
                trial.faults().counts(),
                trial.sizes(),
                trial.leastSizes(),
                trial.reached(),
                trial.settled(),
                simulation.trace().last(),
                simulation.traceHash(),
                simulation.steps(),
                simulation.time().elapsed());
    }

    /** The schedule with everything in it that the seed had drawn. */
    Schedule explicit() {
        var full = schedule.withStrikes(new LinkedHashSet<>(struck));
        for (var size : sizes.entrySet()) {
            full = full.withSize(size.getKey(), size.getValue());
        }
        return full;
    }

    /** What to replay it from: explicit when it was played so, since strikes that did not come up say nothing. */
    Schedule replayable() {
        return schedule.strikes().isPresent() ? explicit() : schedule;
    }

    /** What is wrong, without what differs from run to run; empty when nothing is. */
    Optional<String> about() {
        return failure.map(SimulationFailure::about);
    }
}
