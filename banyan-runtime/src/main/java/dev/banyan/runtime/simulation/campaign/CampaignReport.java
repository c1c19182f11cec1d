package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.simulation.SimulationFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a campaign has played. Not thread-safe. */
public final class CampaignReport {
    private final String name;
    private final Map<String, Long> reached = new TreeMap<>();
    private final Map<String, Long> faults = new TreeMap<>();
    private final Map<Mode, Long> modes = new TreeMap<>();
    private final List<Duration> settled = new ArrayList<>();
    private long runs;
    private long steps;
    private Duration elapsed = Duration.ZERO;
    private Duration took = Duration.ZERO;

    CampaignReport(String name) {
        this.name = name;
    }

    void add(TrialOutcome outcome) {
        runs++;
        steps += outcome.steps();
        elapsed = elapsed.plus(outcome.elapsed());
        modes.merge(outcome.schedule().mode(), 1L, Long::sum);
        outcome.reached().forEach((situation, times) -> reached.merge(situation, times, Long::sum));
        outcome.faults().forEach((kind, times) -> faults.merge(kind, times, Long::sum));
        settled.addAll(outcome.settled());
    }

    void took(Duration real) {
        took = real;
    }

    void requireReached(List<String> situations) {
        var missed = situations.stream()
                .filter(situation -> !reached.containsKey(situation))
                .toList();
        if (!missed.isEmpty()) {
            throw new SimulationFailure("campaign '" + name + "' never came to " + missed + " in " + runs
                    + " runs, so it proves less than it says; it came to " + reached);
        }
    }

    /** How many runs. */
    public long runs() {
        return runs;
    }

    /** How many steps of tasks in all runs. */
    public long steps() {
        return steps;
    }

    /** Simulated time of all runs together. */
    public Duration elapsed() {
        return elapsed;
    }

    /** Real time of the whole campaign. */
    public Duration took() {
        return took;
    }

    /** How often each situation came up. */
    public Map<String, Long> reached() {
        return Map.copyOf(reached);
    }

    /** How often each kind of fault happened. */
    public Map<String, Long> faults() {
        return Map.copyOf(faults);
    }

    /** Times to come to rest, sorted. */
    public List<Duration> settled() {
        return settled.stream().sorted().toList();
    }

    /** A few lines for people. */
    public String text() {
        double seconds = Math.max(1e-9, took.toNanos() / 1e9);
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "campaign %s: %,d runs %s, %,d steps, %.1f simulated hours in %.1f s (%,.0f steps/s, %,.0f runs/min)%n",
                name,
                runs,
                modes,
                steps,
                elapsed.toMillis() / 3.6e6,
                seconds,
                steps / seconds,
                runs * 60 / seconds));
        faults.forEach((kind, times) -> text.append(String.format(Locale.ROOT, "  fault %-40s %,12d%n", kind, times)));
        reached.forEach(
                (what, times) -> text.append(String.format(Locale.ROOT, "  reached %-38s %,12d%n", what, times)));
        var sorted = settled();
        if (!sorted.isEmpty()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  settled %d times: median %s, most %s%n",
                    sorted.size(),
                    sorted.get(sorted.size() / 2),
                    sorted.getLast()));
        }
        return text.toString();
    }
}
