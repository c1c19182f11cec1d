package dev.banyan.cli.output;

import dev.banyan.api.source.Visible;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Progress as text: a block to be drawn over on a terminal, lines elsewhere. Pure. */
public final class ProgressView {
    /** Longest line of a block: a wrapped line could not be drawn over. */
    private static final int COLUMNS_MAX = 100;

    private final Palette palette;

    public ProgressView(Palette palette) {
        this.palette = palette;
    }

    /** The whole state, for a terminal. */
    public List<String> block(Progress progress, Duration elapsed) {
        long complete =
                progress.services().stream().filter(Progress.Service::complete).count();
        var lines = new ArrayList<String>();
        lines.add(palette.strong(progress.app()) + " release " + progress.release() + ": " + complete + "/"
                + progress.services().size() + " services ready, " + seconds(elapsed));
        int width = progress.services().stream()
                .mapToInt(service -> service.name().length())
                .max()
                .orElse(0);
        progress.services().forEach(service -> lines.add(row(service, width)));
        return lines;
    }

    private String row(Progress.Service service, int width) {
        var mark = service.complete() ? palette.good("ok") : palette.faint("..");
        var name = service.name() + " ".repeat(width - service.name().length());
        return "  " + mark + "  " + name + "  " + cut(state(service), COLUMNS_MAX - width);
    }

    /** What changed since {@code before}; for everything that is no terminal. */
    public List<String> changes(Optional<Progress> before, Progress now, Duration elapsed) {
        var known = before.map(Progress::services).orElse(List.of()).stream()
                .collect(Collectors.toMap(Progress.Service::name, service -> service));
        return now.services().stream()
                .filter(service -> !service.equals(known.get(service.name())))
                .map(service -> stamp(elapsed) + service.name() + ": " + state(service))
                .toList();
    }

    /** A sign of life while nothing changes; {@code trouble} is why nothing may be known. */
    public String alive(Progress progress, Duration elapsed, Optional<String> trouble) {
        var missing = progress.services().stream()
                .filter(service -> !service.complete())
                .map(service -> service.name() + " " + service.ready() + "/" + service.wanted())
                .collect(Collectors.joining(", "));
        return stamp(elapsed) + "waiting" + (missing.isEmpty() ? "" : " for " + missing)
                + trouble.map(words -> " (" + Visible.text(words) + ")").orElse("");
    }

    /** Phases with their lengths, as {@code accepted 0.12 s, placed 0.03 s, total 0.15 s}. */
    public static String phases(Map<String, Duration> phases) {
        var total = phases.values().stream().reduce(Duration.ZERO, Duration::plus);
        return phases.entrySet().stream()
                        .map(phase -> phase.getKey() + " " + seconds(phase.getValue()))
                        .collect(Collectors.joining(", "))
                + ", total " + seconds(total);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }

    private static String state(Progress.Service service) {
        var counts = service.ready() + "/" + service.wanted() + " ready";
        var running = service.running() > service.ready() ? ", " + service.running() + " running" : "";
        var waiting = service.waitingFor().isEmpty() ? "" : " (" + Visible.text(service.waitingFor()) + ")";
        return counts + running + waiting;
    }

    private static String stamp(Duration elapsed) {
        return String.format(Locale.ROOT, "%6.1f s  ", elapsed.toMillis() / 1000.0);
    }

    private static String cut(String text, int columns) {
        return text.length() <= columns ? text : text.substring(0, columns - 3) + "...";
    }
}
