package dev.banyan.cli.logs;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/** A time as people write it. Pure. */
final class Moment {
    private static final Pattern AGO =
            Pattern.compile("(?:([0-9]{1,4})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,8})m)?(?:([0-9]{1,9})s)?");

    private Moment() {}

    /**
     * Reads {@code 10m}, {@code 1h30m} and the like, which is so long before {@code now}, or {@code 2026-11-22T10:00:00Z}.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static Instant parse(String text, Instant now) {
        var ago = AGO.matcher(text);
        if (!text.isEmpty() && ago.matches()) {
            return now.minus(Duration.ofDays(number(ago.group(1)))
                    .plusHours(number(ago.group(2)))
                    .plusMinutes(number(ago.group(3)))
                    .plusSeconds(number(ago.group(4))));
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException malformed) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no time: write 10m, 1h30m or 2026-11-22T10:00:00Z", malformed);
        }
    }

    private static long number(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
