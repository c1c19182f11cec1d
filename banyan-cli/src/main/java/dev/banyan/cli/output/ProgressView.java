package dev.banyan.cli.output;

import dev.banyan.api.source.Visible;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
        long complete = progress.services().stream()
                .filter(service -> done(progress, service))
                .count();
        var lines = new ArrayList<String>();
        lines.add(palette.strong(progress.app()) + " release " + progress.release() + ": " + complete + "/"
                + progress.services().size() + " services " + (progress.removing() ? "stopped" : "ready") + ", "
                + seconds(elapsed));
        int width = progress.services().stream()
                .mapToInt(service -> service.name().length())
                .max()
                .orElse(0);
        progress.services().forEach(service -> lines.add(row(progress, service, width)));
        return lines;
    }

    private String row(Progress progress, Progress.Service service, int width) {
        var mark = done(progress, service) ? palette.good("ok") : palette.faint("..");
        var name = service.name() + " ".repeat(width - service.name().length());
        return "  " + mark + "  " + name + "  " + cut(state(progress, service), COLUMNS_MAX - width);
    }

    private static boolean done(Progress progress, Progress.Service service) {
        return progress.removing() ? service.running() == 0 : service.complete();
    }

    /** What changed since {@code before}; for everything that is no terminal. */
    public List<String> changes(Optional<Progress> before, Progress now, Duration elapsed) {
        var known = before.map(ProgressView::states).orElse(Map.of());
        return states(now).entrySet().stream()
                .filter(service -> !service.getValue().equals(known.get(service.getKey())))
                .map(service -> stamp(elapsed) + service.getKey() + ": " + service.getValue())
                .toList();
    }

    /** By name, in the order of the services. */
    private static Map<String, String> states(Progress progress) {
        var states = new LinkedHashMap<String, String>();
        progress.services().forEach(service -> states.put(service.name(), state(progress, service)));
        return states;
    }

    /** A sign of life while nothing changes; {@code trouble} is why nothing may be known. */
    public String alive(Progress progress, Duration elapsed, Optional<String> trouble) {
        var missing = progress.services().stream()
                .filter(service -> !done(progress, service))
                .map(service -> service.name() + " " + missing(progress, service))
                .collect(Collectors.joining(", "));
        return stamp(elapsed)
                + (missing.isEmpty() ? complete(progress) : "waiting for " + missing)
                + trouble.map(words -> " (" + Visible.text(words) + ")").orElse("");
    }

    private static String missing(Progress progress, Progress.Service service) {
        return progress.removing() ? service.running() + " to stop" : service.ready() + "/" + service.wanted();
    }

    /** What is waited for once nothing is missing: a container that no health check asks is believed when it has run for a moment. */
    private static String complete(Progress progress) {
        if (progress.services().isEmpty()) {
            return "waiting";
        }
        return progress.removing() ? "all stopped; removing what it had" : "all ready; seeing that they stay up";
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

    private static String state(Progress progress, Progress.Service service) {
        if (progress.removing()) {
            return service.running() == 0 ? "stopped" : service.running() + " to stop";
        }
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
