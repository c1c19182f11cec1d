package dev.banyan.runtime.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All figures of a run, in order of arrival. Not thread-safe. */
final class Results {
    private static final int DIGITS = 4;

    /** What a number is about. */
    record Name(String workload, String program, String figure, String unit) {}

    private final Map<Name, List<Double>> values = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    void add(Name name, double value) {
        values.computeIfAbsent(name, unknown -> new ArrayList<>()).add(value);
    }

    void failed(String what) {
        failures.add(what);
    }

    boolean complete() {
        return failures.isEmpty();
    }

    /** One line a figure: the median of its values, with the least and the most. */
    String table() {
        var lines = new StringBuilder();
        String workload = "";
        for (var entry : values.entrySet()) {
            var name = entry.getKey();
            if (!name.workload().equals(workload)) {
                workload = name.workload();
                lines.append(String.format("%n%s%n", workload));
            }
            var sorted = entry.getValue().stream().sorted().toList();
            lines.append(String.format(
                    "  %-18s %-36s %12s %-13s %s%n",
                    name.program(),
                    name.figure(),
                    shown(median(sorted)),
                    name.unit(),
                    sorted.size() == 1
                            ? ""
                            : shown(sorted.getFirst()) + " to " + shown(sorted.getLast()) + " of " + sorted.size()));
        }
        failures.forEach(failure -> lines.append(String.format("%nfailed: %s", failure)));
        return lines.append(String.format("%n")).toString();
    }

    /** The same, with all values. */
    String json(Map<String, String> circumstances) {
        var figures = new ArrayList<String>();
        values.forEach((name, all) -> figures.add("    {\"workload\": " + quoted(name.workload()) + ", \"program\": "
                + quoted(name.program()) + ", \"figure\": " + quoted(name.figure()) + ", \"unit\": "
                + quoted(name.unit()) + ", \"values\": " + all + "}"));
        var about = new ArrayList<String>();
        circumstances.forEach((name, value) -> about.add("    " + quoted(name) + ": " + quoted(value)));
        return "{\n  \"circumstances\": {\n" + String.join(",\n", about) + "\n  },\n  \"figures\": [\n"
                + String.join(",\n", figures) + "\n  ],\n  \"failures\": ["
                + String.join(", ", failures.stream().map(Results::quoted).toList()) + "]\n}\n";
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Four digits: more would be noise. */
    private static String shown(double value) {
        int before = (int) Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1;
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return String.format(Locale.ROOT, "%,." + (whole ? 0 : Math.max(0, DIGITS - before)) + "f", value);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
