package dev.banyan.agent.container;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The signal that asks a program to end.
 *
 * @param number of the signal on Linux (x86-64, arm64), 1 to 64
 */
public record StopSignal(int number) {
    private static final int FIRST_REALTIME = 34;
    private static final int LAST = 64;

    /** Names by number; real-time signals have none of their own. */
    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private static final Pattern REALTIME = Pattern.compile("RTM(IN\\+|AX-)([0-9]{1,2})");

    /** What is sent when neither the service nor its image names a signal. */
    public static final StopSignal TERM = new StopSignal(15);

    public static final StopSignal KILL = new StopSignal(9);

    public StopSignal {
        if (number < 1 || number > LAST) {
            throw new IllegalArgumentException("not a signal number: " + number);
        }
    }

    /** Reads {@code SIGTERM}, {@code term}, {@code 15}, {@code SIGRTMIN+3}; empty when it is none of these. */
    public static Optional<StopSignal> parse(String text) {
        var name = text.toUpperCase(Locale.ROOT);
        var bare = name.startsWith("SIG") ? name.substring(3) : name;
        if (bare.matches("[0-9]{1,2}")) {
            return ofNumber(Integer.parseInt(bare));
        }
        var realtime = REALTIME.matcher(bare);
        if (realtime.matches()) {
            int offset = Integer.parseInt(realtime.group(2));
            return ofNumber(realtime.group(1).startsWith("IN") ? FIRST_REALTIME + offset : LAST - offset);
        }
        return ofNumber(NAMES.indexOf(bare));
    }

    private static Optional<StopSignal> ofNumber(int number) {
        return number >= 1 && number <= LAST ? Optional.of(new StopSignal(number)) : Optional.empty();
    }
}
