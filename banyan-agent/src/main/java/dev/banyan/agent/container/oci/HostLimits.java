package dev.banyan.agent.container.oci;

import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Rlimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What this server's processes are bound by. runc refuses to start a container that is above it, so wishes are cut down.
 *
 * @param hard hard limits by OCI name, such as {@code RLIMIT_NOFILE}
 * @param leastOomScore -1000, or this process's own where it may not go below
 */
public record HostLimits(Map<String, Long> hard, int leastOomScore) {
    private static final int OOM_SCORE_MIN = -1000;
    private static final Path OWN_STATUS = Path.of("/proc/self/status");
    private static final Path OWN_SCORE = Path.of("/proc/self/oom_score_adj");

    /** The capability to go beyond such bounds. */
    private static final int SYS_RESOURCE = 24;

    private static final String CAPABILITIES = "CapEff:";

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

    public HostLimits {
        hard = Map.copyOf(hard);
    }

    /** Those of this program, which its containers inherit. */
    public static HostLimits ofThisProcess() {
        try {
            boolean free = mayExceed(Files.readString(OWN_STATUS));
            int score = Integer.parseInt(Files.readString(OWN_SCORE).strip());
            return new HostLimits(parse(Files.readString(OWN)), free ? OOM_SCORE_MIN : score);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("could not read " + OWN, unreadable);
        }
    }

    /** Whether {@code status} of a process says so. */
    static boolean mayExceed(String status) {
        return status.lines()
                .filter(line -> line.startsWith(CAPABILITIES))
                .map(line -> Long.parseUnsignedLong(
                        line.substring(CAPABILITIES.length()).strip(), 16))
                .anyMatch(capabilities -> (capabilities >> SYS_RESOURCE & 1) == 1);
    }

    static Map<String, Long> parse(String text) {
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
        return hard;
    }

    static String ociName(Rlimit wish) {
        return "RLIMIT_" + wish.name().toUpperCase(Locale.ROOT);
    }

    boolean knows(Rlimit wish) {
        return hard.containsKey(ociName(wish));
    }

    /** What is cut down of {@code wanted}, in words for people. */
    public List<String> cuts(ContainerSpec wanted) {
        var cuts = new ArrayList<String>();
        wanted.limits().rlimits().stream()
                .filter(wish -> knows(wish) && !clamp(wish).equals(wish))
                .map(wish -> wish.name() + " of " + range(wish) + " is cut down to " + range(clamp(wish))
                        + ", this server's own limit")
                .forEach(cuts::add);
        int score = wanted.tuning().shares().oomScoreAdj();
        if (score < leastOomScore) {
            cuts.add("oom_score_adj of " + score + " is raised to " + leastOomScore + ", this server's least");
        }
        return cuts;
    }

    int clampOomScore(int wish) {
        return Math.max(wish, leastOomScore);
    }

    private static String range(Rlimit limit) {
        return text(limit.soft()) + ":" + text(limit.hard());
    }

    private static String text(long bound) {
        return bound == Long.MAX_VALUE ? "unlimited" : Long.toString(bound);
    }

    Rlimit clamp(Rlimit wish) {
        long ceiling = hard.getOrDefault(ociName(wish), Long.MAX_VALUE);
        return new Rlimit(wish.name(), Math.min(wish.soft(), ceiling), Math.min(wish.hard(), ceiling));
    }
}
