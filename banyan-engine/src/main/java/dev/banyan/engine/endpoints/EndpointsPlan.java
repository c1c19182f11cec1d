package dev.banyan.engine.endpoints;

import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The set of backends of one service. Pure. */
final class EndpointsPlan {
    private EndpointsPlan() {}

    /**
     * Backends in order of task name.
     *
     * @param agents state by agent name; an agent that is not there takes no traffic
     */
    static EndpointsSpec of(
            String service, List<Resource<TaskSpec, TaskStatus>> tasks, Map<String, AgentStatus.State> agents) {
        var spec = EndpointsSpec.newBuilder();
        tasks.stream()
                .filter(task -> task.spec().getService().equals(service) && sends(task))
                .sorted(Comparator.comparing(Resource::name))
                .forEach(task -> {
                    if (serves(task, agents)) {
                        spec.addBackends(backend(task));
                    } else {
                        spec.addSilent(backend(task));
                    }
                });
        return spec.build();
    }

    /** Whether its containers may be there, under the address that it has: also while its agent is silent. */
    private static boolean sends(Resource<TaskSpec, TaskStatus> task) {
        var state = task.status().getState();
        return !task.status().getAddress().isEmpty()
                && NetworkMode.of(task.spec().getContainer().getSettings()) == NetworkMode.OWN
                && state != TaskStatus.State.EXITED
                && state != TaskStatus.State.FAILED;
    }

    /** True when no task of the service may still be running. */
    static boolean isOver(String service, List<Resource<TaskSpec, TaskStatus>> tasks) {
        return tasks.stream()
                .filter(task -> task.spec().getService().equals(service))
                .allMatch(task -> task.status().getState() == TaskStatus.State.EXITED
                        || task.status().getState() == TaskStatus.State.FAILED);
    }

    private static boolean serves(Resource<TaskSpec, TaskStatus> task, Map<String, AgentStatus.State> agents) {
        var spec = task.spec();
        var status = task.status();
        return spec.getDesired() == TaskSpec.Desired.RUN
                && !task.meta().deleting()
                && status.getState() == TaskStatus.State.RUNNING
                && status.getReady()
                && agents.get(spec.getAssignment().getAgent()) == AgentStatus.State.READY;
    }

    private static Backend backend(Resource<TaskSpec, TaskStatus> task) {
        return Backend.newBuilder()
                .setTask(task.name())
                .setTaskUid(task.uid())
                .setAgent(task.spec().getAssignment().getAgent())
                .setAddress(task.status().getAddress())
                .setIpv6(task.spec().getContainer().getSettings().getIpv6())
                .build();
    }
}
