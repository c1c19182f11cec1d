package dev.banyan.engine.image.shelf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What goes, decided from what was read. Pure.
 *
 * @param removals indexes before what they are indexes of
 * @param due when each of the others goes that nothing names, by {@link Holding#name}
 * @param book when each of Banyan's was last seen to be named, or seen at all; to be told again the next time
 */
record Clearance(List<Holding> removals, Map<String, Instant> due, Map<String, Instant> book) {
    Clearance {
        removals = List.copyOf(removals);
        due = Map.copyOf(due);
        book = Map.copyOf(book);
    }

    /**
     * What is known at one moment.
     *
     * @param book of the round before
     * @param asked when a repository was last asked for
     */
    record Known(List<Holding> all, Needs needs, Map<String, Instant> book, Map<String, Instant> asked, Instant now) {
        Known {
            all = List.copyOf(all);
            book = Map.copyOf(book);
            asked = Map.copyOf(asked);
        }

        /** With what they are indexes of. */
        Set<String> needed() {
            var byName = all.stream().collect(Collectors.toMap(Holding::name, holding -> holding, (one, other) -> one));
            var needed = new HashSet<String>();
            var open = new ArrayDeque<>(needs.apps().keySet());
            while (!open.isEmpty()) {
                var name = open.remove();
                if (needed.add(name)) {
                    Optional.ofNullable(byName.get(name)).ifPresent(holding -> holding.parts().stream()
                            .map(part -> holding.repository() + "@" + part)
                            .forEach(open::add));
                }
            }
            return needed;
        }
    }

    /** What goes by itself: what for {@code grace} nothing has named and nobody has pushed or asked for. */
    static Clearance after(Duration grace, Known known) {
        var needed = known.needed();
        var book = new TreeMap<String, Instant>();
        var removals = new ArrayList<Holding>();
        var due = new TreeMap<String, Instant>();
        for (var holding : known.all().stream().filter(Holding::own).toList()) {
            var name = holding.name();
            var seen = needed.contains(name) ? known.now() : known.book().getOrDefault(name, known.now());
            book.put(name, seen);
            if (!needed.contains(name)) {
                judge(holding, latest(holding, known, seen).plus(grace), known.now(), removals, due);
            }
        }
        removals.forEach(gone -> book.remove(gone.name()));
        return new Clearance(ordered(removals), due, book);
    }

    /** What goes when somebody asks for it: what nothing names, and nobody has just pushed or asked for. */
    static Clearance now(Duration grace, Known known) {
        var needed = known.needed();
        var removals = new ArrayList<Holding>();
        var due = new TreeMap<String, Instant>();
        known.all().stream()
                .filter(holding -> holding.own() && !needed.contains(holding.name()))
                .forEach(holding ->
                        judge(holding, latest(holding, known, Instant.EPOCH).plus(grace), known.now(), removals, due));
        return new Clearance(ordered(removals), due, known.book());
    }

    private static void judge(
            Holding holding, Instant goes, Instant now, List<Holding> removals, Map<String, Instant> due) {
        if (now.isBefore(goes)) {
            due.put(holding.name(), goes);
        } else {
            removals.add(holding);
        }
    }

    private static Instant latest(Holding holding, Known known, Instant seen) {
        var asked = known.asked().getOrDefault(holding.repository(), Instant.EPOCH);
        return Stream.of(seen, asked, holding.pushed())
                .max(Comparator.naturalOrder())
                .orElse(seen);
    }

    private static List<Holding> ordered(List<Holding> removals) {
        return removals.stream()
                .sorted(Comparator.comparing(
                                (Holding holding) -> holding.parts().isEmpty())
                        .thenComparing(Holding::name))
                .toList();
    }
}
