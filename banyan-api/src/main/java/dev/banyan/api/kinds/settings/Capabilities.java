package dev.banyan.api.kinds.settings;

import java.util.Locale;
import java.util.Set;

/** The capabilities of Linux, by their names without {@code CAP_}. */
public final class Capabilities {
    /** Stands for all of them. */
    public static final String ALL = "ALL";

    /** What a container has that asks for nothing. */
    private static final Set<String> USUAL = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private static final Set<String> FURTHER = Set.of(
            "AUDIT_CONTROL",
            "AUDIT_READ",
            "BLOCK_SUSPEND",
            "BPF",
            "CHECKPOINT_RESTORE",
            "DAC_READ_SEARCH",
            "IPC_LOCK",
            "IPC_OWNER",
            "LEASE",
            "LINUX_IMMUTABLE",
            "MAC_ADMIN",
            "MAC_OVERRIDE",
            "NET_ADMIN",
            "NET_BROADCAST",
            "PERFMON",
            "SYSLOG",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_MODULE",
            "SYS_NICE",
            "SYS_PACCT",
            "SYS_PTRACE",
            "SYS_RAWIO",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "WAKE_ALARM");

    private Capabilities() {}

    /** As it is kept: {@code cap_net_admin} is {@code NET_ADMIN}. */
    public static String plain(String name) {
        var upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper.substring("CAP_".length()) : upper;
    }

    /** Whether it is one of Linux, or stands for all. */
    public static boolean known(String plain) {
        return plain.equals(ALL) || USUAL.contains(plain) || FURTHER.contains(plain);
    }

    /** Whether every container has it that does not drop it. */
    public static boolean usual(String plain) {
        return USUAL.contains(plain);
    }
}
