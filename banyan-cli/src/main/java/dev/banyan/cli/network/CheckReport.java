package dev.banyan.cli.network;

import dev.banyan.cli.network.Tried.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** All that was tried from one agent to one service or agent, as one line. Pure. */
record CheckReport(String from, String to, List<Tried> checks) {
    static final List<String> COLUMNS = List.of("FROM", "TO", "CHECKS", "RESULT", "REASON");

    /** Who wants all of them asks for JSON. */
    private static final int REASONS_MAX = 3;

    CheckReport {
        checks = List.copyOf(checks);
    }

    /** The lines, ordered by who tried and what. */
    static List<CheckReport> all(List<Tried> tried) {
        var lines = new LinkedHashMap<List<String>, List<Tried>>();
        tried.stream()
                .sorted(Comparator.comparing(Tried::from)
                        .thenComparing(Tried::to)
                        .thenComparing(Tried::what))
                .forEach(one -> lines.computeIfAbsent(List.of(one.from(), one.to()), key -> new ArrayList<>())
                        .add(one));
        return lines.values().stream()
                .map(checks -> new CheckReport(
                        checks.getFirst().from(), checks.getFirst().to(), checks))
                .toList();
    }

    boolean isWell() {
        return checks.stream().allMatch(check -> check.verdict() instanceof Verdict.Well);
    }

    private String result() {
        if (isWell()) {
            return "ok";
        }
        return checks.stream().anyMatch(check -> check.verdict() instanceof Verdict.Failed) ? "failed" : "gap";
    }

    private String counts() {
        long tried = checks.stream()
                .filter(check -> !(check.verdict() instanceof Verdict.Gap))
                .count();
        long well = checks.stream()
                .filter(check -> check.verdict() instanceof Verdict.Well)
                .count();
        return tried == 0 ? "" : well + " of " + tried;
    }

    private String reasons() {
        var bad = checks.stream()
                .filter(check -> !(check.verdict() instanceof Verdict.Well))
                .map(CheckReport::reason)
                .distinct()
                .toList();
        var shown = bad.stream().limit(REASONS_MAX).collect(Collectors.joining("; "));
        return bad.size() > REASONS_MAX ? shown + "; and " + (bad.size() - REASONS_MAX) + " more" : shown;
    }

    private static String reason(Tried check) {
        var words = check.verdict().words();
        return check.what().isEmpty() ? words : check.what() + ": " + words;
    }

    List<String> row() {
        return List.of(from, to, counts(), result(), reasons());
    }

    Map<String, Object> item() {
        var item = new LinkedHashMap<String, Object>();
        item.put("from", from);
        item.put("to", to);
        item.put("result", result());
        item.put("checks", checks.stream().map(CheckReport::item).toList());
        return item;
    }

    private static Map<String, Object> item(Tried check) {
        var item = new LinkedHashMap<String, Object>();
        item.put("what", check.what());
        item.put(
                "result",
                switch (check.verdict()) {
                    case Verdict.Well well -> "ok";
                    case Verdict.Failed failed -> "failed";
                    case Verdict.Gap gap -> "gap";
                });
        item.put("reason", check.verdict().words());
        item.put("took_us", check.tookUs());
        return item;
    }
}
