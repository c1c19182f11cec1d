package dev.banyan.agent.workload;

import dev.banyan.api.v1.AllowedBind;
import java.nio.file.Path;
import java.util.List;

/**
 * Where an agent keeps things and what it is.
 *
 * @param agentUid uid of this agent's object: only tasks assigned to it are touched
 * @param stateDirectory private to this agent; records and hosts files are below
 * @param logDirectory output of containers is below, as {@code <deployment>/<task>/<attempt>.log}
 * @param cgroupParent such as {@code /banyan/<agent>}
 * @param binds paths of this server that containers may have
 */
public record WorkloadConfig(
        String agentUid, Path stateDirectory, Path logDirectory, String cgroupParent, List<AllowedBind> binds) {
    public WorkloadConfig {
        binds = List.copyOf(binds);
    }

    /** Containers may have no path of the server. */
    public WorkloadConfig(String agentUid, Path stateDirectory, Path logDirectory, String cgroupParent) {
        this(agentUid, stateDirectory, logDirectory, cgroupParent, List.of());
    }

    /** Where volumes are. */
    public Path volumes() {
        return stateDirectory.resolve("volumes");
    }

    Path records() {
        return stateDirectory.resolve("assignments");
    }

    Path hostsFile(String taskUid) {
        return stateDirectory.resolve("hosts").resolve(taskUid);
    }

    /** Where a hosts file is written before it takes its place: an agent that dies in between leaves it. */
    Path hostsDraft(String taskUid) {
        return stateDirectory.resolve("hosts").resolve(taskUid + ".new");
    }

    /** Directory of a task's output. */
    public Path logsOf(String deployment, String task) {
        return logDirectory.resolve(deployment).resolve(task);
    }
}
