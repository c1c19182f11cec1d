package dev.banyan.engine.planning;

import dev.banyan.api.v1.PlacementPreference;
import dev.banyan.api.v1.TaskSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the agents that can take a task is best: the fewest replicas of the service in the group of agents that the first preference
 * makes, then within it in the group of the second and so on, then on the agent itself; then the most memory free; then the first name.
 */
final class Scoring {
    private static final Comparator<Scored> BEST_FIRST = Comparator.<Scored, long[]>comparing(
                    Scored::counts, java.util.Arrays::compare)
            .thenComparing(Comparator.comparingLong(Scored::freeMemory).reversed())
            .thenComparing(scored -> scored.agent().name());

    private final TaskSpec task;
    private final Tally tally;
    private final List<String> labels;

    /** Replicas in each group: of all agents, whether they can take another or not. */
    private final Map<List<String>, Long> replicas = new HashMap<>();

    private record Scored(Candidate agent, long[] counts, long freeMemory) {}

    private Scoring(TaskSpec task, Tally tally) {
        this.task = task;
        this.tally = tally;
        this.labels = task.getPlacement().getPreferencesList().stream()
                .map(PlacementPreference::getLabel)
                .toList();
    }

    static Scoring of(TaskSpec task, Tally tally, Map<String, Candidate> agents) {
        var scoring = new Scoring(task, tally);
        if (!scoring.labels.isEmpty()) {
            tally.forEach(task, (name, has) -> Optional.ofNullable(agents.get(name))
                    .ifPresent(agent -> scoring.count(agent, has)));
        }
        return scoring;
    }

    Optional<Candidate> best(List<Candidate> passing) {
        return passing.stream().map(this::scored).min(BEST_FIRST).map(Scored::agent);
    }

    /** Why {@code agent} is the best of {@code among}, in words. */
    String merits(Candidate agent, int among) {
        if (task.hasPinned()) {
            return "one on every agent";
        }
        if (among == 1) {
            return "the only one that fits";
        }
        var parts = new ArrayList<String>();
        for (int i = 0; i < labels.size(); i++) {
            long has = replicas.getOrDefault(group(agent, i + 1), 0L);
            var value = agent.label(labels.get(i));
            var where = value.isEmpty() ? "without " + labels.get(i) : labels.get(i) + " " + value;
            parts.add(has + " of " + task.getService() + " in " + where);
        }
        parts.add(has(agent) + " of " + task.getService() + " there");
        parts.add((agent.scoredFreeMemoryBytes() >> 20) + " MiB free");
        return "best of " + among + ": " + String.join(", ", parts);
    }

    private void count(Candidate agent, long has) {
        for (int depth = 1; depth <= labels.size(); depth++) {
            replicas.merge(group(agent, depth), has, Long::sum);
        }
    }

    private List<String> group(Candidate agent, int depth) {
        return labels.subList(0, depth).stream().map(agent::label).toList();
    }

    private Scored scored(Candidate agent) {
        var counts = new long[labels.size() + 1];
        for (int i = 0; i < labels.size(); i++) {
            counts[i] = replicas.getOrDefault(group(agent, i + 1), 0L);
        }
        counts[labels.size()] = has(agent);
        return new Scored(agent, counts, agent.scoredFreeMemoryBytes());
    }

    private long has(Candidate agent) {
        return tally.on(agent.name(), task);
    }
}
