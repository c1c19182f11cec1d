package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.schema.Form.Reading;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Durations, sizes and shares of cores as Compose writes them. */
public final class Amounts {
    /** A week: longer waits are mistakes. */
    private static final Duration DURATION_MAX = Duration.ofDays(7);

    /** 1 PiB. */
    private static final BigDecimal BYTES_MAX = BigDecimal.valueOf(1L << 50);

    private static final Pattern DURATION =
            Pattern.compile("([0-9]{1,9}(\\.[0-9]{1,9})?(w|d|h|ms|us|µs|ns|m|s)){1,16}");
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(w|d|h|ms|us|µs|ns|m|s)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)\\s?([bkmgtp]?)(?:i?b)?");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?([0-9]{1,9}(\\.[0-9]{0,9})?|\\.[0-9]{1,9})(e[-+]?[0-9])?");

    private static final Map<String, BigDecimal> NANOS = Map.of(
            "w", BigDecimal.valueOf(Duration.ofDays(7).toNanos()),
            "d", BigDecimal.valueOf(Duration.ofDays(1).toNanos()),
            "h", BigDecimal.valueOf(Duration.ofHours(1).toNanos()),
            "m", BigDecimal.valueOf(Duration.ofMinutes(1).toNanos()),
            "s", BigDecimal.valueOf(Duration.ofSeconds(1).toNanos()),
            "ms", BigDecimal.valueOf(Duration.ofMillis(1).toNanos()),
            "us", BigDecimal.valueOf(1000),
            "µs", BigDecimal.valueOf(1000),
            "ns", BigDecimal.ONE);

    private Amounts() {}

    /** The duration that a shaped scalar holds; empty for a text that is none. Parts of a nanosecond are rounded up. */
    public static Optional<Duration> duration(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (!DURATION.matcher(text).matches()) {
            return Optional.empty();
        }
        var sum = BigDecimal.ZERO;
        var parts = DURATION_PART.matcher(text);
        while (parts.find()) {
            sum = sum.add(new BigDecimal(parts.group(1)).multiply(NANOS.getOrDefault(parts.group(2), BigDecimal.ZERO)));
        }
        var seconds = sum.divideToIntegralValue(BigDecimal.valueOf(1_000_000_000L));
        var rest = sum.remainder(BigDecimal.valueOf(1_000_000_000L)).setScale(0, RoundingMode.CEILING);
        return Optional.of(Duration.ofSeconds(seconds.longValue(), rest.longValue()));
    }

    /** Shortest text that reads as this duration, such as {@code 1m30s}. */
    public static String print(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            long nanos = duration.toNanos();
            return nanos % 1_000_000 == 0
                    ? nanos / 1_000_000 + "ms"
                    : nanos % 1000 == 0 ? nanos / 1000 + "us" : nanos + "ns";
        }
        var seconds = BigDecimal.valueOf(duration.toSecondsPart())
                .add(BigDecimal.valueOf(duration.toNanosPart(), 9))
                .stripTrailingZeros();
        return (duration.toHours() > 0 ? duration.toHours() + "h" : "")
                + (duration.toMinutesPart() > 0 ? duration.toMinutesPart() + "m" : "")
                + (seconds.signum() > 0 ? seconds.toPlainString() + "s" : "");
    }

    static Reading readDuration(String text, boolean quoted) {
        var duration = duration(text);
        if (duration.isEmpty()) {
            boolean number = text.matches("[0-9]{1,9}");
            return new Reading.Wrong(
                    "\"" + text + "\" is no duration",
                    Optional.of(number ? "write \"" + text + "s\" for seconds" : "write such as \"10s\" or \"1m30s\""));
        }
        return duration.get().compareTo(DURATION_MAX) > 0
                ? new Reading.Wrong("must be at most 168h", Optional.empty())
                : new Reading.Value(print(duration.get()), Kind.TEXT);
    }

    /** Bytes from 1; units are powers of 1024, as in Compose. */
    static Reading readBytes(String text, boolean quoted) {
        var match = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            return new Reading.Wrong("\"" + text + "\" is no size", Optional.of("write such as \"512m\" or \"1g\""));
        }
        int power = "bkmgtp".indexOf(match.group(2).isEmpty() ? "b" : match.group(2));
        var bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
        if (bytes.compareTo(BigDecimal.ONE) < 0 || bytes.compareTo(BYTES_MAX) > 0) {
            return new Reading.Wrong("must be from 1 byte to 1024t", Optional.empty());
        }
        return new Reading.Value(Long.toString(bytes.longValue()), Kind.WHOLE);
    }

    /** Bytes, or -1 for as much as there is. */
    static Reading readBytesOrAll(String text, boolean quoted) {
        return text.equals("-1") || text.equals("0") ? new Reading.Value(text, Kind.WHOLE) : readBytes(text, quoted);
    }

    /** Bytes, or 0 for no limit. */
    static Reading readBytesOrNone(String text, boolean quoted) {
        return text.equals("0") ? new Reading.Value(text, Kind.WHOLE) : readBytes(text, quoted);
    }

    /** A number of cores. */
    static Form cores(BigDecimal max) {
        return (text, quoted) -> {
            var cores = number(text);
            if (cores.isEmpty()) {
                return new Reading.Wrong(
                        "\"" + text + "\" is no number of cores", Optional.of("write such as \"0.5\" or \"2\""));
            }
            if (cores.get().signum() <= 0 || cores.get().compareTo(max) > 0) {
                return new Reading.Wrong("must be more than 0, and at most " + max.toPlainString(), Optional.empty());
            }
            return new Reading.Value(plain(cores.get()), Kind.DECIMAL);
        };
    }

    /** A number from {@code min} to {@code max}. */
    static Form decimal(int min, int max) {
        return (text, quoted) -> {
            var number = number(text);
            boolean within = number.isPresent()
                    && number.get().compareTo(BigDecimal.valueOf(min)) >= 0
                    && number.get().compareTo(BigDecimal.valueOf(max)) <= 0;
            return within
                    ? new Reading.Value(plain(number.get()), Kind.DECIMAL)
                    : new Reading.Wrong(
                            "must be a number from " + min + " to " + max + ", not \"" + text + "\"", Optional.empty());
        };
    }

    private static Optional<BigDecimal> number(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return DECIMAL.matcher(lower).matches() ? Optional.of(new BigDecimal(lower)) : Optional.empty();
    }

    private static String plain(BigDecimal number) {
        var stripped = number.stripTrailingZeros();
        return (stripped.scale() < 0 ? stripped.setScale(0, RoundingMode.UNNECESSARY) : stripped).toPlainString();
    }
}
