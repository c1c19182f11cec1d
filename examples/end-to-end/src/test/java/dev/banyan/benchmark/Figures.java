package dev.banyan.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Samples of one quantity, in nanoseconds. */
final class Figures {
    private final String what;
    private final List<Long> nanos = new ArrayList<>();

    Figures(String what) {
        this.what = what;
    }

    void add(long sample) {
        nanos.add(sample);
    }

    /** One line: the quantity, how many samples, least, median, 90th and 99th percentile and greatest, in milliseconds. */
    String line() {
        var sorted = nanos.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%-60s n=%d  min %.0f  median %.0f  p90 %.0f  p99 %.0f  max %.0f ms",
                what,
                sorted.size(),
                sorted.getFirst() / 1e6,
                sorted.get(sorted.size() / 2) / 1e6,
                sorted.get((sorted.size() * 9 - 1) / 10) / 1e6,
                sorted.get((sorted.size() * 99 - 1) / 100) / 1e6,
                sorted.getLast() / 1e6);
    }
}
