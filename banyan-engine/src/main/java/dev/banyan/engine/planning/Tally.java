package dev.banyan.engine.planning;

import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskSpec;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/**
 * On which agents the replicas of one service are. A replica that is being replaced has two tasks for a while, of which only the newer one
 * counts: the other leaves.
 */
final class Tally {
    private static final Comparator<TaskName> BY_AGE =
            Comparator.comparingLong(TaskName::release).thenComparingInt(TaskName::ordinal);

    /** By slot, or by the task's uid where its name does not tell one. */
    private final Map<String, Replica> newest = new HashMap<>();

    private final Map<String, Long> counts = new HashMap<>();

    private record Replica(String agent, Optional<TaskName> task) {
        boolean outlives(Replica other) {
            return task.isEmpty() || other.task.isEmpty() || BY_AGE.compare(task.get(), other.task.get()) >= 0;
        }
    }

    /** Of the service that {@code task} belongs to. */
    static Tally of(TaskSpec task, Collection<Candidate> agents) {
        var tally = new Tally();
        for (var agent : agents) {
            agent.reservations().forEach((uid, reservation) -> {
                if (reservation.getService().equals(task.getService())
                        && reservation.getDeployment().equals(task.getDeployment())) {
                    tally.add(uid, reservation, agent.name());
                }
            });
        }
        return tally;
    }

    void add(String taskUid, Reservation reservation, String agent) {
        var name = TaskName.parsed(reservation.getTask());
        var replica = new Replica(agent, name);
        var key = name.map(known -> slot(known.slot())).orElse(taskUid);
        var before = newest.get(key);
        if (before != null && !replica.outlives(before)) {
            return;
        }
        newest.put(key, replica);
        counts.merge(agent, 1L, Long::sum);
        if (before != null) {
            counts.merge(before.agent(), -1L, Long::sum);
        }
    }

    /** Replicas on an agent, but for the one that {@code task} is to be. */
    long on(String agent, TaskSpec task) {
        return counts.getOrDefault(agent, 0L) - (agent.equals(own(task)) ? 1 : 0);
    }

    /** The same for every agent that has any. */
    void forEach(TaskSpec task, ObjLongConsumer<String> agents) {
        counts.keySet().forEach(agent -> agents.accept(agent, on(agent, task)));
    }

    private String own(TaskSpec task) {
        return Optional.ofNullable(newest.get(slot(task.getSlot())))
                .map(Replica::agent)
                .orElse("");
    }

    /** No uid looks like it. */
    private static String slot(int number) {
        return "#" + number;
    }
}
