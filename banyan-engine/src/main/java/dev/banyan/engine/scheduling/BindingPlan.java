package dev.banyan.engine.scheduling;

import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.planning.Placing;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which tasks go where in one commit.
 *
 * @param reservations by agent and then task uid: what is added to the allocations
 * @param unplaced by service with tasks that found no agent, why the first of them did not
 */
record BindingPlan(
        List<Binding> bindings, Map<String, Map<String, Reservation>> reservations, Map<String, String> unplaced) {
    BindingPlan {
        bindings = List.copyOf(bindings);
        reservations = Map.copyOf(reservations);
        unplaced = Map.copyOf(unplaced);
    }

    /** One task and its agent. */
    record Binding(Resource<TaskSpec, TaskStatus> task, Assignment assignment) {}

    /** Places the first {@code limit} tasks in the order given. Pure. */
    static BindingPlan of(List<Resource<TaskSpec, TaskStatus>> tasks, Placing placing, int limit) {
        var bindings = new ArrayList<Binding>();
        var reservations = new LinkedHashMap<String, Map<String, Reservation>>();
        var unplaced = new TreeMap<String, String>();
        for (var task : tasks.subList(0, Math.min(limit, tasks.size()))) {
            switch (placing.place(task.uid(), task.name(), task.spec())) {
                case Placing.Choice.Chosen chosen -> {
                    var assignment = Assignment.newBuilder()
                            .setAgent(chosen.agent())
                            .setAgentUid(chosen.agentUid())
                            .build();
                    bindings.add(new Binding(task, assignment));
                    reservations
                            .computeIfAbsent(chosen.agent(), agent -> new LinkedHashMap<>())
                            .put(task.uid(), chosen.reservation());
                }
                case Placing.Choice.Nowhere nowhere ->
                    unplaced.putIfAbsent(task.spec().getService(), nowhere.summary());
            }
        }
        return new BindingPlan(bindings, reservations, unplaced);
    }
}
