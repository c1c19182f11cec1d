package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerSpec.Rlimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The hard limits of this server's processes, by OCI name such as {@code RLIMIT_NOFILE}. runc refuses to start a container whose limits
 * are above what the server allows, so wishes are cut down to these.
 */
record HostLimits(Map<String, Long> hard) {
    private static final Path OWN = Path.of("/proc/self/limits");

    /** Rows of {@code /proc/self/limits}; the kernel fixes the width of the first column. */
    private static final Map<String, String> ROWS = Map.ofEntries(
            Map.entry("Max cpu time", "CPU"),
            Map.entry("Max file size", "FSIZE"),
            Map.entry("Max data size", "DATA"),
            Map.entry("Max stack size", "STACK"),
            Map.entry("Max core file size", "CORE"),
            Map.entry("Max resident set", "RSS"),
            Map.entry("Max processes", "NPROC"),
            Map.entry("Max open files", "NOFILE"),
            Map.entry("Max locked memory", "MEMLOCK"),
            Map.entry("Max address space", "AS"),
            Map.entry("Max file locks", "LOCKS"),
            Map.entry("Max pending signals", "SIGPENDING"),
            Map.entry("Max msgqueue size", "MSGQUEUE"),
            Map.entry("Max nice priority", "NICE"),
            Map.entry("Max realtime priority", "RTPRIO"),
            Map.entry("Max realtime timeout", "RTTIME"));

    private static final int NAME_WIDTH = 26;

    HostLimits {
        hard = Map.copyOf(hard);
    }

    static HostLimits ofThisProcess() {
        try {
            return parse(Files.readString(OWN));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("could not read " + OWN, unreadable);
        }
    }

    static HostLimits parse(String text) {
        var hard = new HashMap<String, Long>();
        for (var line : text.lines().toList()) {
            var name = line.length() > NAME_WIDTH
                    ? ROWS.get(line.substring(0, NAME_WIDTH).strip())
                    : null;
            if (name != null) {
                var columns = line.substring(NAME_WIDTH).strip().split("\\s+");
                hard.put(
                        "RLIMIT_" + name, columns[1].equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(columns[1]));
            }
        }
        return new HostLimits(hard);
    }

    static String ociName(Rlimit wish) {
        return "RLIMIT_" + wish.name().toUpperCase(Locale.ROOT);
    }

    boolean knows(Rlimit wish) {
        return hard.containsKey(ociName(wish));
    }

    Rlimit clamp(Rlimit wish) {
        long ceiling = hard.getOrDefault(ociName(wish), Long.MAX_VALUE);
        return new Rlimit(wish.name(), Math.min(wish.soft(), ceiling), Math.min(wish.hard(), ceiling));
    }
}
