package dev.banyan.engine.planning;

import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Places tasks one after the other on a set of candidates that it keeps up to date: each choice counts for the next. Not thread-safe;
 * for the duration of one plan.
 */
public final class Placing {
    private static final Comparator<Scored> BEST_FIRST = Comparator.comparingLong(Scored::replicas)
            .thenComparing(Comparator.comparingLong(Scored::freeMemory).reversed())
            .thenComparing(Scored::name);

    private final Map<String, Candidate> candidates = new LinkedHashMap<>();
    private final Volumes volumes;

    public Placing(List<Candidate> agents) {
        this(agents, Volumes.none());
    }

    /** Tasks go where their volumes are. */
    public Placing(List<Candidate> agents, Volumes volumes) {
        this.volumes = volumes;
        agents.stream()
                .sorted(Comparator.comparing(Candidate::name))
                .forEach(agent -> candidates.put(agent.name(), agent));
    }

    /** Where a task goes. */
    public sealed interface Choice {
        /** Onto this agent, with the reservation to be recorded there. */
        record Chosen(String agent, String agentUid, Reservation reservation) implements Choice {}

        /** Nowhere, and why not on each agent. */
        record Nowhere(List<Refusal> refusals) implements Choice {
            public Nowhere {
                refusals = List.copyOf(refusals);
            }

            /** One line for people. */
            public String summary() {
                if (refusals.isEmpty()) {
                    return "no agent has joined";
                }
                var parts =
                        refusals.stream().map(r -> r.agent() + " " + r.reason()).toList();
                return "no agent fits: " + String.join("; ", parts);
            }
        }
    }

    /** Why one agent cannot take a task. */
    public record Refusal(String agent, String reason) {}

    private record Scored(Candidate agent, long replicas, long freeMemory) {
        String name() {
            return agent.name();
        }
    }

    /** Chooses for the task with {@code taskUid} and counts the choice. */
    public Choice place(String taskUid, String taskName, TaskSpec task) {
        var choice = choose(task);
        if (choice instanceof Choice.Chosen chosen) {
            var reservation = chosen.reservation().toBuilder().setTask(taskName).build();
            candidates.computeIfPresent(chosen.agent(), (name, agent) -> {
                volumes.use(taskUid, task, agent);
                return agent.with(taskUid, reservation);
            });
            return new Choice.Chosen(chosen.agent(), chosen.agentUid(), reservation);
        }
        return choice;
    }

    /** Where volumes are after the choices so far. */
    public Volumes volumes() {
        return volumes;
    }

    /** Chooses without counting: for explanations. */
    public Choice choose(TaskSpec task) {
        var refusals = new ArrayList<Refusal>();
        var passing = new ArrayList<Scored>();
        for (var agent : candidates.values()) {
            var refusal = refusal(task, agent);
            if (refusal.isPresent()) {
                refusals.add(new Refusal(agent.name(), refusal.get()));
            } else {
                passing.add(new Scored(
                        agent,
                        agent.replicasOf(task.getDeployment(), task.getService()),
                        agent.scoredFreeMemoryBytes()));
            }
        }
        return passing.stream()
                .min(BEST_FIRST)
                .<Choice>map(best -> chosen(best.agent(), task))
                .orElseGet(() -> new Choice.Nowhere(refusals));
    }

    private Optional<String> refusal(TaskSpec task, Candidate agent) {
        return Filters.ALL.stream()
                .flatMap(filter -> filter.refusal(task, agent).stream())
                .findFirst()
                .or(() -> volumes.refusal(task, agent, candidates));
    }

    private static Choice.Chosen chosen(Candidate agent, TaskSpec task) {
        var reservation = Reservation.newBuilder()
                .setAmounts(task.getReservations())
                .setDeployment(task.getDeployment())
                .setService(task.getService())
                .build();
        return new Choice.Chosen(agent.name(), agent.uid(), reservation);
    }
}
