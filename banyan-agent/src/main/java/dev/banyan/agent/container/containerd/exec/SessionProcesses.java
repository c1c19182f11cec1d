package dev.banyan.agent.container.containerd.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processes of a command's session: runc makes one for each command, and what the command starts stays in it unless it leaves. */
final class SessionProcesses {
    private static final Path PROC = Path.of("/proc");

    /** Of /proc/PID/stat, counted after the name, which may hold anything and ends with the last bracket. */
    private static final int SESSION_FIELD = 3;

    private SessionProcesses() {}

    /** Those alive whose session is that of {@code leader}; of the container alone, whatever became of the leader's number meanwhile. */
    static List<ProcessHandle> of(long leader, String containerId) {
        return ProcessHandle.allProcesses()
                .filter(process -> session(process.pid()) == leader)
                .filter(process -> read(process.pid(), "cgroup").contains(containerId))
                .toList();
    }

    private static long session(long pid) {
        var stat = read(pid, "stat");
        int bracket = stat.lastIndexOf(')');
        if (bracket < 0) {
            return -1;
        }
        var fields = stat.substring(bracket + 1).strip().split(" ");
        return fields.length > SESSION_FIELD ? Long.parseLong(fields[SESSION_FIELD]) : -1;
    }

    /** Empty once the process is gone. */
    private static String read(long pid, String what) {
        try {
            return Files.readString(PROC.resolve(Long.toString(pid)).resolve(what));
        } catch (IOException gone) {
            return "";
        }
    }
}
