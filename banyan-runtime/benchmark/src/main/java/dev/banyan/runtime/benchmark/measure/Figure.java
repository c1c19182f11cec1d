package dev.banyan.runtime.benchmark.measure;

import java.util.Locale;
import java.util.Optional;

/** A number that was measured, as one line of text. */
public record Figure(String name, double value, String unit) {
    private static final String MARK = "figure";

    /** Prints the line. */
    public static void tell(String name, double value, String unit) {
        System.out.println(new Figure(name, value, unit).line());
    }

    /** The line that {@link #parse} reads back. */
    public String line() {
        return MARK + "\t" + name + "\t" + String.format(Locale.ROOT, "%.6g", value) + "\t" + unit;
    }

    /** Empty when the line is something else. */
    public static Optional<Figure> parse(String line) {
        var parts = line.split("\t", -1);
        return parts.length == 4 && parts[0].equals(MARK)
                ? Optional.of(new Figure(parts[1], Double.parseDouble(parts[2]), parts[3]))
                : Optional.empty();
    }
}
