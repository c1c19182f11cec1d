package dev.banyan.engine.deployment;

import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.planning.Placing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The slots of one service that are to be filled now. Pure.
 *
 * @param open each with what its task has to be
 * @param untouched tasks on agents that can have no new one at the moment, or of which not everything is known: they stay as they are
 */
record Seats(List<Seat> open, List<TaskView> untouched) {
    Seats {
        open = List.copyOf(open);
        untouched = List.copyOf(untouched);
    }

    /** One slot. */
    record Seat(int slot, TaskSpec wanted) {}

    /** So many, wherever they fit. */
    static Seats replicated(TaskSpec wanted, int replicas) {
        var seats = new ArrayList<Seat>();
        for (int slot = 0; slot < replicas; slot++) {
            seats.add(new Seat(slot, wanted));
        }
        return new Seats(seats, List.of());
    }

    /**
     * One on every agent that suits. An agent keeps its slot as long as any task of it is left, so that a task is never another agent's.
     *
     * @param tasks all of the service
     */
    static Seats global(TaskSpec wanted, List<TaskView> tasks, Placing agents) {
        var untouched = new ArrayList<>(
                tasks.stream().filter(task -> unknown(task, agents)).toList());
        var open = new ArrayList<Seat>();
        var taken = new HashSet<>(tasks.stream()
                .filter(task -> task.spec().hasPinned())
                .map(task -> task.spec().getSlot())
                .toList());
        for (var agent : agents.suitable(wanted)) {
            var own =
                    tasks.stream().filter(task -> isFor(task, agent.agentUid())).toList();
            if (!agent.open()) {
                untouched.addAll(own);
                continue;
            }
            var pin = Assignment.newBuilder().setAgent(agent.agent()).setAgentUid(agent.agentUid());
            open.add(new Seat(
                    slot(own).orElseGet(() -> free(taken)),
                    wanted.toBuilder().setPinned(pin).build()));
        }
        return new Seats(open, untouched);
    }

    private static boolean isFor(TaskView task, String agentUid) {
        return task.spec().hasPinned() && task.spec().getPinned().getAgentUid().equals(agentUid);
    }

    /** Its agent is in the cluster, and cannot be judged. */
    private static boolean unknown(TaskView task, Placing agents) {
        return task.spec().hasPinned()
                && task.agent() != TaskView.Fate.GONE
                && !agents.knows(task.spec().getPinned().getAgent());
    }

    private static Optional<Integer> slot(List<TaskView> own) {
        return own.stream().map(task -> task.spec().getSlot()).min(Comparator.naturalOrder());
    }

    private static int free(Set<Integer> taken) {
        int slot = 0;
        while (!taken.add(slot)) {
            slot++;
        }
        return slot;
    }
}
