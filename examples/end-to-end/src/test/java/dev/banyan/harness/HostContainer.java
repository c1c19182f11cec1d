package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A container as its server sees it, whatever anybody says of it: the process that is number 1 in it. Equal ones are one process,
 * for a number that is given again comes with another start.
 *
 * @param id what its runtime calls it
 * @param pid its number on the machine
 * @param startTicks clock ticks from boot to its start
 * @param program the kernel's name of what it runs, at most 15 characters
 * @param hostname what the container calls itself; empty for one that only holds a sandbox open
 */
public record HostContainer(String id, long pid, long startTicks, String program, String hostname) {
    private static final Path PROC = Path.of("/proc");

    /** Of the unified hierarchy, and of one of the separate ones. */
    private static final List<Path> GROUPS =
            List.of(Path.of("/sys/fs/cgroup/banyan"), Path.of("/sys/fs/cgroup/memory/banyan"));

    /** Fields of {@code /proc/<pid>/stat} behind the name in parentheses: the state is the first, the start time the 20th. */
    private static final int START_FIELD = 19;

    /** All containers that the agent of a server runs, those of sandboxes too. */
    public static List<HostContainer> of(Server server) {
        return GROUPS.stream()
                .map(group -> group.resolve(server.namespace()))
                .filter(Files::isDirectory)
                .findFirst()
                .map(HostContainer::below)
                .orElse(List.of());
    }

    /** Those of them that run an app. */
    public static List<HostContainer> appsOf(Server server) {
        return of(server).stream()
                .filter(container -> !container.hostname().isEmpty())
                .toList();
    }

    /** Ends it by SIGKILL, and all that is in it. */
    public void kill() {
        Signals.send("KILL", pid);
    }

    /** Takes its first process off the processor: it heeds nothing but SIGKILL until it is {@link #resume resumed}. */
    public void pause() {
        Signals.send("STOP", pid);
    }

    /** Lets it go on after {@link #pause}. */
    public void resume() {
        Signals.send("CONT", pid);
    }

    private static List<HostContainer> below(Path group) {
        try (var containers = Files.list(group)) {
            return containers
                    .flatMap(container -> lines(container.resolve("cgroup.procs"))
                            .flatMap(pid -> found(container.getFileName().toString(), Long.parseLong(pid)).stream()))
                    .toList();
        } catch (IOException | UncheckedIOException gone) {
            return List.of();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException gone) {
            return Stream.of();
        }
    }

    private static Optional<HostContainer> found(String id, long pid) {
        try {
            var stat = read(pid, "stat");
            var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
            return fields[0].equals("Z") || !isFirst(read(pid, "status"))
                    ? Optional.empty()
                    : Optional.of(new HostContainer(
                            id,
                            pid,
                            Long.parseLong(fields[START_FIELD]),
                            read(pid, "comm").strip(),
                            hostname(pid)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    // The last number is the one in the innermost namespace; a process of the machine's own has one number only.
    private static boolean isFirst(String status) {
        return status.lines()
                .filter(line -> line.startsWith("NSpid:"))
                .map(line -> line.split("\\s+"))
                .anyMatch(words -> words.length > 2 && words[words.length - 1].equals("1"));
    }

    // The file that the sandbox lends to its container; the sandbox's own process has nothing but a program.
    private static String hostname(long pid) {
        return lines(PROC.resolve(pid + "/root/etc/hostname")).findFirst().orElse("");
    }

    private static String read(long pid, String file) throws IOException {
        return Files.readString(PROC.resolve(pid + "/" + file));
    }
}
