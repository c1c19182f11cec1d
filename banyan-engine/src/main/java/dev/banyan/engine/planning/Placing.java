package dev.banyan.engine.planning;

import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Places tasks one after the other on a set of candidates that it keeps up to date: each choice counts for the next. Not thread-safe;
 * for the duration of one plan.
 */
public final class Placing {
    private final Map<String, Candidate> candidates = new LinkedHashMap<>();
    private final Volumes volumes;

    /** By app and service, as far as they were asked for. */
    private final Map<String, Tally> tallies = new HashMap<>();

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

    /**
     * An agent that may have a task of a service that is on every agent.
     *
     * @param open it may get one now: heard at least lately, and not cordoned
     */
    public record Suitable(String agent, String agentUid, boolean open) {}

    /** Chooses for the task with {@code taskUid} and counts the choice. */
    public Choice place(String taskUid, String taskName, TaskSpec task) {
        var choice = choose(task);
        if (choice instanceof Choice.Chosen chosen) {
            var reservation = chosen.reservation().toBuilder().setTask(taskName).build();
            candidates.computeIfPresent(chosen.agent(), (name, agent) -> {
                volumes.use(taskUid, task, agent);
                return agent.with(taskUid, reservation);
            });
            tally(task).add(taskUid, reservation, chosen.agent());
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
        var passing = passing(task, refusals);
        return scoring(task)
                .best(passing)
                .<Choice>map(best -> chosen(best, task))
                .orElseGet(() -> new Choice.Nowhere(refusals));
    }

    /** What an agent that was chosen for the task has before the others that could take it. */
    public String merits(TaskSpec task, String agent) {
        return Optional.ofNullable(candidates.get(agent))
                .map(chosen -> scoring(task)
                        .merits(chosen, passing(task, new ArrayList<>()).size()))
                .orElse("");
    }

    /** Why each of the agents that cannot take the task now cannot. */
    public List<Refusal> refusals(TaskSpec task) {
        var refusals = new ArrayList<Refusal>();
        var ignored = passing(task, refusals);
        return List.copyOf(refusals);
    }

    /** Every agent that is what the task asks for, by name, whatever its state and whether it has room. */
    public List<Suitable> suitable(TaskSpec task) {
        return candidates.values().stream()
                .filter(agent -> refusal(Filters.NATURE, task, agent).isEmpty())
                .map(agent -> new Suitable(agent.name(), agent.uid(), open(agent)))
                .toList();
    }

    /** True when everything that placing needs of the agent is known. */
    public boolean knows(String agent) {
        return candidates.containsKey(agent);
    }

    /** The task ended: what it reserved on the agent is free. */
    public void free(String agent, String taskUid) {
        candidates.computeIfPresent(agent, (name, has) -> has.without(taskUid));
        tallies.clear();
    }

    private Tally tally(TaskSpec task) {
        return tallies.computeIfAbsent(
                task.getDeployment() + "/" + task.getService(), key -> Tally.of(task, candidates.values()));
    }

    private Scoring scoring(TaskSpec task) {
        return Scoring.of(task, tally(task), candidates);
    }

    private Optional<String> spread(TaskSpec task, Candidate agent) {
        int most = task.getPlacement().getReplicasMaxPerAgent();
        long has = most == 0 ? 0 : tally(task).on(agent.name(), task);
        return most > 0 && has >= most
                ? Optional.of("has " + has + " of at most " + most + " replicas of " + task.getService())
                : Optional.empty();
    }

    private List<Candidate> passing(TaskSpec task, List<Refusal> refusals) {
        var passing = new ArrayList<Candidate>();
        for (var agent : considered(task)) {
            var refusal = refusal(Filters.ALL, task, agent)
                    .or(() -> volumes.refusal(task, agent, candidates))
                    .or(() -> spread(task, agent));
            if (refusal.isPresent()) {
                refusals.add(new Refusal(agent.name(), refusal.get()));
            } else {
                passing.add(agent);
            }
        }
        return passing;
    }

    /** Of a task that is for one agent the others say nothing. */
    private Iterable<Candidate> considered(TaskSpec task) {
        if (!task.hasPinned()) {
            return candidates.values();
        }
        return Optional.ofNullable(candidates.get(task.getPinned().getAgent())).stream()
                .filter(agent -> agent.uid().equals(task.getPinned().getAgentUid()))
                .collect(Collectors.toList());
    }

    private static boolean open(Candidate agent) {
        boolean heard = agent.state() == AgentStatus.State.READY || agent.state() == AgentStatus.State.SUSPECT;
        return heard && !agent.cordoned();
    }

    private static Optional<String> refusal(List<Filter> filters, TaskSpec task, Candidate agent) {
        for (var filter : filters) {
            var refusal = filter.refusal(task, agent);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private static Choice.Chosen chosen(Candidate agent, TaskSpec task) {
        var reservation = Reservation.newBuilder()
                .setAmounts(task.getReservations())
                .setDeployment(task.getDeployment())
                .setService(task.getService())
                .addAllDevices(devices(agent, task))
                .addAllPorts(HostPorts.of(task))
                .build();
        return new Choice.Chosen(agent.name(), agent.uid(), reservation);
    }

    private static List<String> devices(Candidate agent, TaskSpec task) {
        return switch (Devices.of(task.getDevicesList(), agent)) {
            case Devices.Outcome.Given given -> given.devices();
            case Devices.Outcome.Short missing ->
                throw new IllegalStateException(agent.name() + " was chosen and " + missing.reason());
        };
    }
}
