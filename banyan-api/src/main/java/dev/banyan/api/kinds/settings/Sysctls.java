package dev.banyan.api.kinds.settings;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The settings of the kernel that each container has for itself. */
public final class Sysctls {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]+([./][A-Za-z0-9_-]+){1,10}");

    /** Of a container's own shared memory, semaphores and messages. */
    private static final Set<String> OF_IPC = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private Sysctls() {}

    /** Of the names of one namespace: {@code net}, or {@code ipc}. */
    static boolean ofIpc(String name) {
        return OF_IPC.contains(name) || name.startsWith("fs.mqueue.");
    }

    /** Why a container cannot set {@code name}; empty when it can. */
    public static Optional<String> refusal(String name) {
        if (name.equals("kernel.domainname") || name.equals("kernel.hostname")) {
            return Optional.of("has a key of its own: write \"" + name.substring("kernel.".length()) + "\"");
        }
        if (!NAME.matcher(name).matches()) {
            return Optional.of("is no setting of the kernel; write such as \"net.core.somaxconn\"");
        }
        return ofIpc(name) || name.startsWith("net.")
                ? Optional.empty()
                : Optional.of("is a setting of the whole server: set it there, with sysctl");
    }
}
