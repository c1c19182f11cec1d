package dev.banyan.agent.container.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One process for ever: ids are given again, but not with the same start time.
 *
 * @param startTicks clock ticks from boot to its start, as the kernel counts them
 */
record ProcessRecord(long pid, long startTicks) {
    private static final Path PROC = Path.of("/proc");
    private static final Pattern FORM = Pattern.compile("([0-9]{1,10}) ([0-9]{1,19})\\R?");

    /** Fields of {@code /proc/<pid>/stat} after the command's name: the state is the first of them, the start time the 20th. */
    private static final int STATE_FIELD = 0;

    private static final int START_FIELD = 19;

    /** The process that has {@code pid} now; empty when there is none, or only what its parent has not yet taken note of. */
    static Optional<ProcessRecord> of(long pid) {
        try {
            var stat = Files.readString(PROC.resolve(pid + "/stat"));
            return parseStat(pid, stat);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    static Optional<ProcessRecord> parseStat(long pid, String stat) {
        // The name is in parentheses and may itself contain both parentheses and spaces.
        var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        boolean dead = fields[STATE_FIELD].equals("Z") || fields[STATE_FIELD].equals("X");
        return dead ? Optional.empty() : Optional.of(new ProcessRecord(pid, Long.parseLong(fields[START_FIELD])));
    }

    static Optional<ProcessRecord> read(Path file) {
        try {
            return Files.exists(file) ? parse(Files.readString(file)) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    static Optional<ProcessRecord> parse(String text) {
        var match = FORM.matcher(text);
        return match.matches()
                ? Optional.of(new ProcessRecord(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))))
                : Optional.empty();
    }

    /** The process whose arguments contain {@code argument}, which names one daemon on this server. */
    static Optional<ProcessRecord> findByArgument(String argument) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> pid != ProcessHandle.current().pid() && hasArgument(pid, argument))
                .findFirst()
                .flatMap(ProcessRecord::of);
    }

    boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    boolean hasArgument(String argument) {
        return hasArgument(pid, argument);
    }

    /** Whether it sees the same mounts as this process: both live, and one namespace of mounts holds both. */
    boolean sharesMounts() {
        try {
            return mounts(Long.toString(pid)).equals(mounts("self"));
        } catch (IOException gone) {
            return false;
        }
    }

    private static Path mounts(String process) throws IOException {
        return Files.readSymbolicLink(PROC.resolve(process + "/ns/mnt"));
    }

    String text() {
        return pid + " " + startTicks + "\n";
    }

    private static boolean hasArgument(long pid, String argument) {
        try {
            var bytes = Files.readAllBytes(PROC.resolve(pid + "/cmdline"));
            return ("\0" + new String(bytes, StandardCharsets.UTF_8)).contains("\0" + argument + "\0");
        } catch (IOException gone) {
            return false;
        }
    }
}
