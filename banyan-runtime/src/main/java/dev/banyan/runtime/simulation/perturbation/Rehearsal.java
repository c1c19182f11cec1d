package dev.banyan.runtime.simulation.perturbation;

import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import dev.banyan.runtime.simulation.fault.Strike;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells one scenario again and again, with one disturbance each time, and compares with how it goes undisturbed. */
final class Rehearsal {
    /** Longer than a resync with its jitter, so that a controller that corrects itself for ever is not taken for quiet. */
    private static final Duration QUIET = Duration.ofSeconds(25);

    private static final Duration RUN_MAX = Duration.ofMinutes(5);

    /** Quick, but not so quick that nothing happens in between. */
    private static final Duration LATENCY_MAX = Duration.ofMillis(1);

    private static final FaultKind BEHIND = new FaultKind(StoreFaults.LATE_BATCH.name(), 0.25);
    private static final String SUBJECT = "subject";
    private static final long NOT_BEHIND = -1;

    private final Scenario scenario;
    private final long seed;
    private final Ending ending;
    private final Ending otherEnding;

    Rehearsal(Scenario scenario, long seed) {
        this.scenario = scenario;
        this.seed = seed;
        this.ending = told(plan(seed, Set.of()), NOT_BEHIND, "undisturbed");
        this.otherEnding =
                new Rehearsal(scenario, ~seed, ending).told(plan(~seed, Set.of()), NOT_BEHIND, "undisturbed");
    }

    private Rehearsal(Scenario scenario, long seed, Ending known) {
        this.scenario = scenario;
        this.seed = seed;
        this.ending = known;
        this.otherEnding = known;
    }

    /** How a run ended well. */
    record Ending(FaultPlan plan, Deeds deeds, long revision) {
        /** How often {@code kind} could have happened. */
        long occasions(FaultKind kind) {
            return plan.occasions(kind, FaultyStore.placeOf(SUBJECT));
        }
    }

    Ending undisturbed() {
        return ending;
    }

    /** The fault happens on its {@code number}-th occasion, and nothing else does. */
    void struck(FaultKind kind, long number) {
        var strike = new Strike(kind.name(), FaultyStore.placeOf(SUBJECT), number);
        compared(plan(seed, Set.of(strike)), NOT_BEHIND, "with " + strike);
    }

    /** Caches are behind in every run, undisturbed ones too: that is no disturbance but how it is. */
    private static FaultPlan plan(long seed, Set<Strike> strikes) {
        return FaultPlan.onlyBesides(seed, strikes, List.of(BEHIND));
    }

    /** Nothing happens until the end, when the process is started again behind the truth. */
    void restartedBehind(long revisions) {
        compared(plan(seed, Set.of()), revisions, "started again " + revisions + " revisions behind");
    }

    private void compared(FaultPlan plan, long behind, String how) {
        var deeds = told(plan, behind, how).deeds();
        var difference =
                scenario.sameDeeds() ? deeds.differenceTo(ending.deeds(), otherEnding.deeds()) : Optional.empty();
        if (difference.isPresent()) {
            throw wrong(how, new AssertionError(difference.get()));
        }
    }

    private Ending told(FaultPlan plan, long behind, String how) {
        try (var simulation = new Simulation(seed)) {
            var truth = new MemoryStore(simulation.process("store").env());
            var process = simulation.process(SUBJECT);
            scenario.start(process.env(), new FaultyStore(truth, process, plan, LATENCY_MAX));
            scenario.disturb(truth);
            settle(simulation, truth, process, plan);
            if (behind != NOT_BEHIND) {
                restart(simulation, truth, plan, behind);
            }
            scenario.check(truth);
            return new Ending(plan, Deeds.of(truth, revision(truth)), revision(truth));
        } catch (AssertionError wrong) {
            throw wrong(how, wrong);
        }
    }

    /** A process that dies on the way is started again. */
    private void settle(Simulation simulation, MemoryStore truth, SimulatedProcess first, FaultPlan plan) {
        quiet(simulation, truth);
        if (first.condition() == SimulatedProcess.Condition.DEAD) {
            var next = simulation.process(SUBJECT);
            scenario.start(next.env(), new FaultyStore(truth, next, plan, LATENCY_MAX));
            quiet(simulation, truth);
        } else {
            first.kill();
        }
    }

    private void restart(Simulation simulation, MemoryStore truth, FaultPlan plan, long behind) {
        var next = simulation.process(SUBJECT);
        var way = new FaultyStore(truth, next, plan, LATENCY_MAX);
        scenario.start(next.env(), new StaleView(way, next, Math.max(1, revision(truth) - behind)));
        quiet(simulation, truth);
    }

    private static void quiet(Simulation simulation, MemoryStore truth) {
        if (!simulation.runUntilQuiet(truth, QUIET, RUN_MAX)) {
            throw new AssertionError("still writing after " + RUN_MAX);
        }
    }

    private static long revision(Store truth) {
        return truth.list(Selection.of("none").in("none"), ReadAt.LATEST).revision();
    }

    private SimulationFailure wrong(String how, AssertionError cause) {
        return new SimulationFailure(
                "scenario '" + scenario.name() + "', seed " + seed + ", " + how + ": " + cause.getMessage(), cause);
    }
}
