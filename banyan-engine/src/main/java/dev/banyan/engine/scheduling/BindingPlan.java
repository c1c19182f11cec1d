package dev.banyan.engine.scheduling;

import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.engine.planning.Placing;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which tasks go where in one commit.
 *
 * @param reservations by agent and then task uid: what is added to the allocations
 * @param volumes that are made, by name
 * @param unplaced by service with tasks that found no agent, why the first of them did not
 */
record BindingPlan(
        List<Binding> bindings,
        Map<String, Map<String, Reservation>> reservations,
        Map<String, VolumeSpec> volumes,
        Map<String, String> unplaced) {
    BindingPlan {
        bindings = List.copyOf(bindings);
        reservations = Map.copyOf(reservations);
        volumes = Map.copyOf(volumes);
        unplaced = Map.copyOf(unplaced);
    }

    /**
     * One task and its agent.
     *
     * @param volumes that it mounts, with their directories
     */
    record Binding(Resource<TaskSpec, TaskStatus> task, Assignment assignment, List<VolumeUse> volumes) {
        Binding {
            volumes = List.copyOf(volumes);
        }
    }

    /** How many of the first tasks fit into one commit, each with its agent's allocation and its volumes. */
    private static int fitting(List<Resource<TaskSpec, TaskStatus>> tasks, int limit) {
        int writes = 0;
        int count = 0;
        for (var task : tasks) {
            writes += 2 + task.spec().getVolumesCount();
            if (count == limit || writes > Commit.WRITES_MAX) {
                break;
            }
            count++;
        }
        return count;
    }

    /** Places the first tasks in the order given: at most {@code limit}, and no more than one commit takes. Pure. */
    static BindingPlan of(List<Resource<TaskSpec, TaskStatus>> tasks, Placing placing, int limit) {
        var bindings = new ArrayList<Binding>();
        var reservations = new LinkedHashMap<String, Map<String, Reservation>>();
        var unplaced = new TreeMap<String, String>();
        for (var task : tasks.subList(0, fitting(tasks, limit))) {
            switch (placing.place(task.uid(), task.name(), task.spec())) {
                case Placing.Choice.Chosen chosen -> {
                    var assignment = Assignment.newBuilder()
                            .setAgent(chosen.agent())
                            .setAgentUid(chosen.agentUid())
                            .addAllDevices(chosen.reservation().getDevicesList())
                            .build();
                    bindings.add(new Binding(task, assignment, placing.volumes().placed(task.spec())));
                    reservations
                            .computeIfAbsent(chosen.agent(), agent -> new LinkedHashMap<>())
                            .put(task.uid(), chosen.reservation());
                }
                case Placing.Choice.Nowhere nowhere ->
                    unplaced.putIfAbsent(task.spec().getService(), nowhere.summary());
            }
        }
        return new BindingPlan(bindings, reservations, placing.volumes().fresh(), unplaced);
    }
}
