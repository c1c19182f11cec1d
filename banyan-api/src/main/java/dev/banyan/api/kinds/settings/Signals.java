package dev.banyan.api.kinds.settings;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The signals of Linux by name. */
public final class Signals {
    /** The greatest number of a signal. */
    public static final int LAST = 64;

    private static final int FIRST_REALTIME = 34;
    private static final Pattern REALTIME = Pattern.compile("RTM(IN|AX)(?:([+-])([0-9]{1,2}))?");

    /** By number; what counts from real-time signals has no name of its own. */
    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /** The number of {@code SIGTERM}, {@code term}, {@code 15}, {@code SIGRTMIN+3}; empty when it is none of these. */
    public static OptionalInt number(String text) {
        var name = text.toUpperCase(Locale.ROOT);
        var bare = name.startsWith("SIG") ? name.substring("SIG".length()) : name;
        if (bare.matches("[0-9]{1,2}")) {
            return known(Integer.parseInt(bare));
        }
        var realtime = REALTIME.matcher(bare);
        if (realtime.matches()) {
            return realtime(realtime.group(1).equals("IN"), realtime.group(2), realtime.group(3));
        }
        return known(bare.isEmpty() ? 0 : NAMES.indexOf(bare));
    }

    private static OptionalInt realtime(
            boolean first,
            @org.jspecify.annotations.Nullable String sign,
            @org.jspecify.annotations.Nullable String digits) {
        int distance = digits == null ? 0 : Integer.parseInt(digits);
        if (sign != null && sign.equals("+") != first) {
            return OptionalInt.empty();
        }
        int number = first ? FIRST_REALTIME + distance : LAST - distance;
        return number < FIRST_REALTIME ? OptionalInt.empty() : known(number);
    }

    private static OptionalInt known(int number) {
        return number >= 1 && number <= LAST ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
