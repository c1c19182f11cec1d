package dev.banyan.api.compose;

import dev.banyan.api.source.Field;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Durations, sizes and shares of cores as Compose writes them. */
final class Amounts {
    /** A week: longer waits are mistakes. */
    private static final long DURATION_MAX_MS = 7L * 24 * 3600 * 1000;

    /** 1 PiB. */
    private static final BigDecimal BYTES_MAX = BigDecimal.valueOf(1L << 50);

    /** More cores than any server has. */
    private static final BigDecimal CPUS_MAX = BigDecimal.valueOf(4096);

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}(\\.[0-9]{1,9})?(h|ms|us|µs|ns|m|s))+");
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(h|ms|us|µs|ns|m|s)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)\\s?([bkmgt]?)(?:i?b)?");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{0,9}(\\.[0-9]{0,9})?");

    private static final Map<String, BigDecimal> MILLIS = Map.of(
            "h",
            BigDecimal.valueOf(3_600_000),
            "m",
            BigDecimal.valueOf(60_000),
            "s",
            BigDecimal.valueOf(1000),
            "ms",
            BigDecimal.ONE,
            "us",
            new BigDecimal("0.001"),
            "µs",
            new BigDecimal("0.001"),
            "ns",
            new BigDecimal("0.000001"));

    private Amounts() {}

    /** Milliseconds from 0 to a week; a part of a millisecond counts as one. */
    static OptionalLong millis(Field field) {
        var text = field.text();
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!DURATION.matcher(text.get()).matches()) {
            boolean number = text.get().matches("[0-9]{1,9}");
            var example = number ? "write \"" + text.get() + "s\" for seconds" : "write such as \"10s\" or \"1m30s\"";
            field.refuse("\"" + text.get() + "\" is no duration", example);
            return OptionalLong.empty();
        }
        var sum = BigDecimal.ZERO;
        var parts = DURATION_PART.matcher(text.get());
        while (parts.find()) {
            sum = sum.add(
                    new BigDecimal(parts.group(1)).multiply(MILLIS.getOrDefault(parts.group(2), BigDecimal.ZERO)));
        }
        long millis = sum.setScale(0, RoundingMode.CEILING).longValue();
        if (millis > DURATION_MAX_MS) {
            field.refuse("must be at most 168h");
            return OptionalLong.empty();
        }
        return OptionalLong.of(millis);
    }

    /** Bytes from 1; units are powers of 1024, as in Compose. */
    static OptionalLong bytes(Field field) {
        var text = field.text();
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        var match = SIZE.matcher(text.get().toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            field.refuse("\"" + text.get() + "\" is no size", "write such as \"512m\" or \"1g\"");
            return OptionalLong.empty();
        }
        int power = "bkmgt".indexOf(match.group(2).isEmpty() ? "b" : match.group(2));
        var bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
        if (bytes.compareTo(BigDecimal.ONE) < 0 || bytes.compareTo(BYTES_MAX) > 0) {
            field.refuse("must be from 1 byte to 1024t");
            return OptionalLong.empty();
        }
        return OptionalLong.of(bytes.longValue());
    }

    /** Thousandths of a core from 1. */
    static OptionalLong milliCpus(Field field) {
        var text = field.text();
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!DECIMAL.matcher(text.get()).matches() || text.get().chars().noneMatch(Character::isDigit)) {
            field.refuse("\"" + text.get() + "\" is no number of cores", "write such as \"0.5\" or \"2\"");
            return OptionalLong.empty();
        }
        var cpus = new BigDecimal(text.get());
        if (cpus.compareTo(new BigDecimal("0.001")) < 0 || cpus.compareTo(CPUS_MAX) > 0) {
            field.refuse("must be from 0.001 to " + CPUS_MAX.toPlainString());
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                cpus.movePointRight(3).setScale(0, RoundingMode.HALF_UP).longValue());
    }
}
