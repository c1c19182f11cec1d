package dev.banyan.agent.workload;

import dev.banyan.agent.device.Devices;
import dev.banyan.api.v1.AllowedBind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where an agent keeps things and what it is.
 *
 * @param agentUid uid of this agent's object: only tasks assigned to it are touched
 * @param stateDirectory private to this agent; records and hosts files are below
 * @param logDirectory output of containers is below, as {@code <deployment>/<task>/<attempt>.log}
 * @param cgroupParent such as {@code /banyan/<agent>}
 * @param binds paths of this server that containers may have
 * @param privileges what containers may be granted here
 * @param gateway address under which containers reach this server, if they do
 * @param names whom containers ask for names
 * @param devices that tasks may have for themselves
 */
public record WorkloadConfig(
        String agentUid,
        Path stateDirectory,
        Path logDirectory,
        String cgroupParent,
        List<AllowedBind> binds,
        List<String> privileges,
        Optional<String> gateway,
        NameServers names,
        Devices devices) {
    /**
     * Whom containers ask for names.
     *
     * @param addresses in the order in which they are asked; none for whom this server asks
     * @param searches domains that this server tries for short names, as they are now
     * @param hosts this server's own hosts file, as it is now
     */
    public record NameServers(List<String> addresses, Supplier<List<String>> searches, Supplier<String> hosts) {
        public NameServers {
            addresses = List.copyOf(addresses);
        }
    }

    public WorkloadConfig {
        binds = List.copyOf(binds);
        privileges = List.copyOf(privileges);
    }

    /** What sandboxes are labelled with: their task, as {@code namespace/name}. */
    public static final String TASK_LABEL = TaskRuntime.TASK_LABEL;

    /** Containers ask for names whom this server asks. */
    public WorkloadConfig(
            String agentUid,
            Path stateDirectory,
            Path logDirectory,
            String cgroupParent,
            List<AllowedBind> binds,
            List<String> privileges,
            Optional<String> gateway,
            Devices devices) {
        this(
                agentUid,
                stateDirectory,
                logDirectory,
                cgroupParent,
                binds,
                privileges,
                gateway,
                new NameServers(List.of(), List::of, () -> ""),
                devices);
    }

    /** Containers may have no path of the server, do not reach it, and are granted nothing. */
    public WorkloadConfig(String agentUid, Path stateDirectory, Path logDirectory, String cgroupParent) {
        this(
                agentUid,
                stateDirectory,
                logDirectory,
                cgroupParent,
                List.of(),
                List.of(),
                Optional.empty(),
                Devices.none());
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
