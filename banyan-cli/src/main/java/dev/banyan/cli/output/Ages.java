package dev.banyan.cli.output;

import java.time.Duration;
import java.time.Instant;

/** Lengths of time for people. Pure. */
public final class Ages {
    private Ages() {}

    /** Time since a wall clock reading in milliseconds, in its largest unit; empty for 0, which stands for never. */
    public static String since(long millis, Instant now) {
        return millis == 0 ? "" : of(Duration.between(Instant.ofEpochMilli(millis), now));
    }

    /** In the largest unit, rounded down; a clock that runs behind gives 0s. */
    public static String of(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
