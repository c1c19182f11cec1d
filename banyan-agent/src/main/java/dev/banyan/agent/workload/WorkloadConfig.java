package dev.banyan.agent.workload;

import java.nio.file.Path;

/**
 * Where an agent keeps things and what it is.
 *
 * @param agentUid uid of this agent's object: only tasks assigned to it are touched
 * @param stateDirectory private to this agent; records and hosts files are below
 * @param logDirectory output of containers is below, as {@code <deployment>/<task>/<attempt>.log}
 * @param cgroupParent such as {@code /banyan/<agent>}
 */
public record WorkloadConfig(String agentUid, Path stateDirectory, Path logDirectory, String cgroupParent) {
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
