package dev.banyan.engine.backing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One process for ever: process ids are given again, but not with the same start time.
 *
 * @param startTicks clock ticks from boot to its start, as the kernel counts them
 */
record ProcessMark(long pid, long startTicks) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,10}) ([0-9]{1,19})");
    private static final Path PROC = Path.of("/proc");

    /** Fields of {@code /proc/<pid>/stat} behind the name in parentheses: the state is the first, the start time the 20th. */
    private static final int START_FIELD = 19;

    /** The process that has this id now, unless it is dead and only not yet taken note of. */
    static Optional<ProcessMark> of(long pid) {
        try {
            var stat = Files.readString(PROC.resolve(pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
            boolean dead = fields[0].equals("Z") || fields[0].equals("X");
            return dead ? Optional.empty() : Optional.of(new ProcessMark(pid, Long.parseLong(fields[START_FIELD])));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The process written down in {@code file}, if it still lives. */
    static Optional<ProcessMark> recorded(Path file) {
        try {
            var matcher = FORM.matcher(Files.readString(file).strip());
            return matcher.matches()
                    ? Optional.of(new ProcessMark(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                            .filter(ProcessMark::alive)
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** A process that has {@code argument} among its arguments: one that was started and not yet written down. */
    static Optional<ProcessMark> having(String argument) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> pid != ProcessHandle.current().pid() && hasArgument(pid, argument))
                .findFirst()
                .flatMap(ProcessMark::of);
    }

    boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    boolean has(String argument) {
        return hasArgument(pid, argument);
    }

    /**
     * It lives and shows no arguments, as every process for a moment when one program takes the place of another in it. Who takes it for dead
     * then starts a second one beside it.
     */
    boolean showsNothing() {
        return arguments(pid).filter(String::isEmpty).isPresent() && alive();
    }

    String text() {
        return pid + " " + startTicks + "\n";
    }

    private static boolean hasArgument(long pid, String argument) {
        var sought = "\0" + new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1) + "\0";
        return arguments(pid).filter(all -> ("\0" + all).contains(sought)).isPresent();
    }

    /** Each ended by a zero byte; empty for a process that is gone. */
    private static Optional<String> arguments(long pid) {
        try {
            return Optional.of(Files.readString(PROC.resolve(pid + "/cmdline"), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
