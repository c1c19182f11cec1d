package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a test under one {@link Schedule}: a simulation, what goes wrong in it, and what it has to say for itself. Made by a {@link
 * Campaign}; used by the thread that plays it and the simulation's tasks.
 */
public final class Trial implements AutoCloseable {
    private final Schedule schedule;
    private final Simulation simulation;
    private final FaultPlan faults;
    private final SeededRandom random;
    private final Map<String, Integer> sizes = new LinkedHashMap<>();
    private final Map<String, Integer> least = new LinkedHashMap<>();
    private final Map<String, Long> reached = new LinkedHashMap<>();
    private final List<Duration> settled = new ArrayList<>();

    /** A run of {@code schedule} in which any of {@code possible} may go wrong. */
    public Trial(Schedule schedule, Collection<FaultKind> possible) {
        this.schedule = schedule;
        this.simulation = new Simulation(schedule.seed());
        this.random = new SeededRandom(schedule.seed());
        this.faults = plan(schedule, possible);
    }

    private static FaultPlan plan(Schedule schedule, Collection<FaultKind> possible) {
        if (schedule.mode() == Mode.CALM) {
            return FaultPlan.none(schedule.seed());
        }
        return schedule.strikes()
                .map(strikes -> FaultPlan.only(schedule.seed(), strikes, schedule.steady()))
                .orElseGet(() -> FaultPlan.drawn(schedule.seed(), possible));
    }

    /** What it was made with. */
    public long seed() {
        return schedule.seed();
    }

    /** What this run proves. */
    public Mode mode() {
        return schedule.mode();
    }

    /** The world. */
    public Simulation simulation() {
        return simulation;
    }

    /** What goes wrong in it. */
    public FaultPlan faults() {
        return faults;
    }

    /** Randomness for what users do, of its own for each purpose. */
    public RandomSource random(String purpose) {
        return random.fork("trial/" + purpose);
    }

    /** A number of the world, drawn from {@code from} to {@code to}; the smallest that still fails is looked for after a failure. */
    public int size(String what, int from, int to) {
        if (from > to) {
            throw new IllegalArgumentException(what + " is from " + from + " to " + to);
        }
        int drawn = from + random.fork("size/" + what).nextInt(to - from + 1);
        int size = Math.clamp(schedule.sizes().getOrDefault(what, drawn), from, to);
        sizes.put(what, size);
        least.put(what, from);
        return size;
    }

    /** Counts that the run came to a situation that a campaign must see. */
    public void reached(String situation) {
        reached.merge(situation, 1L, Long::sum);
    }

    /** Notes how long it took to come to rest as wanted, from the last change or fault. */
    public void settled(Duration took) {
        settled.add(took);
    }

    Schedule schedule() {
        return schedule;
    }

    Map<String, Integer> sizes() {
        return Map.copyOf(sizes);
    }

    Map<String, Integer> leastSizes() {
        return Map.copyOf(least);
    }

    Map<String, Long> reached() {
        return Map.copyOf(reached);
    }

    List<Duration> settled() {
        return List.copyOf(settled);
    }

    /** Ends the simulation. */
    @Override
    public void close() {
        simulation.close();
    }
}
