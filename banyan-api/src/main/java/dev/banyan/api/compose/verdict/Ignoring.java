package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.source.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which refusals the author accepts. A path is written as messages show it, such as {@code services.web.ports[0].mode}, in a service
 * without the beginning {@code services.web}; {@code *} stands for any one name or item. For one thread.
 */
final class Ignoring {
    /** Most paths of one list: each is compared with every key. */
    static final int PATHS_MAX = 100;

    /** Keys that a mistyped path is compared with. */
    private static final int GUESSES_MAX = 200;

    private final List<Finding> findings;
    private final Set<String> disabled;
    private final Set<Finding> accepted = new HashSet<>();

    Ignoring(List<Finding> findings, List<String> disabled) {
        this.findings = List.copyOf(findings);
        this.disabled = Set.copyOf(disabled);
    }

    private record Candidate(Finding finding, Path path) {}

    /** The refusals that are accepted in the tree; what is listed for nothing is complained of. */
    Set<Finding> accepted(Mapping tree, Spot root) {
        var services = new HashMap<String, Mapping>();
        tree.mapping("services").members().forEach(service -> {
            if (service.value() instanceof Mapping mapping && !items(mapping).isEmpty()) {
                services.put(service.key(), mapping);
            }
        });
        if (items(tree).isEmpty() && services.isEmpty()) {
            return Set.of();
        }
        var candidates = findings.stream()
                .map(finding ->
                        new Candidate(finding, Path.of(finding.spot().trail().toString())))
                .toList();
        each(tree, Path.EMPTY, candidates, root);
        var own = byService(candidates);
        services.forEach((name, service) -> each(
                service,
                new Path(List.of("services", name)),
                own.getOrDefault(name, List.of()),
                root.key("services", service.place()).key(name, service.place())));
        return Set.copyOf(accepted);
    }

    private static List<Node> items(Mapping mapping) {
        return mapping.items(ComposeKeys.IGNORE);
    }

    private static Map<String, List<Candidate>> byService(List<Candidate> candidates) {
        var own = new HashMap<String, List<Candidate>>();
        for (var candidate : candidates) {
            candidate.path().service().ifPresent(name -> own.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(candidate));
        }
        return own;
    }

    private void each(Mapping mapping, Path above, List<Candidate> candidates, Spot spot) {
        var items = items(mapping);
        var list = spot.key(ComposeKeys.IGNORE, mapping.place());
        if (items.size() > PATHS_MAX) {
            list.at(items.getFirst().place())
                    .refuse("lists " + items.size() + " paths; at most " + PATHS_MAX + " are possible");
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Scalar scalar) {
                accept(scalar.text(), above, candidates, list.index(i, scalar.place()));
            }
        }
    }

    private void accept(String written, Path above, List<Candidate> candidates, Spot spot) {
        var wanted = above.with(Path.of(written));
        var refused = candidates.stream()
                .filter(candidate -> candidate.finding().isRefused())
                .toList();
        var named = refused.stream()
                .filter(candidate -> wanted.covers(candidate.path()))
                .map(Candidate::finding)
                .toList();
        accepted.addAll(named);
        if (named.isEmpty() && !leftOut(wanted)) {
            complain(new Listed(written, wanted, above), refused, candidates, spot);
        }
    }

    /** Services that are left out are not looked at, so nobody knows what is refused in them. */
    private boolean leftOut(Path wanted) {
        return wanted.service()
                .filter(name -> disabled.contains(name) || name.equals(Path.ANY) && !disabled.isEmpty())
                .isPresent();
    }

    private record Listed(String written, Path wanted, Path above) {
        /** The path as it would stand in the same list. */
        String shown(Candidate candidate) {
            return candidate.path().without(above).toString();
        }
    }

    private static void complain(Listed entry, List<Candidate> refused, List<Candidate> all, Spot spot) {
        if (spot.complaints().full()) {
            return;
        }
        var related = refused.stream()
                .filter(candidate -> entry.wanted().begins(candidate.path())
                        || candidate.path().begins(entry.wanted()))
                .findFirst();
        boolean known = related.isPresent()
                || all.stream().anyMatch(candidate -> entry.wanted().covers(candidate.path()));
        var guess = related.map(candidate -> "write \"" + entry.shown(candidate) + "\"")
                .or(() -> known ? Optional.of("remove it from the list") : Optional.empty())
                .or(() -> Suggestions.didYouMean(
                        entry.written(), guesses(entry, refused).toList()));
        spot.refuse(
                known
                        ? "\"" + shown(entry.written()) + "\" is not refused: there is nothing to ignore"
                        : "there is no \"" + shown(entry.written()) + "\" to ignore",
                guess);
    }

    private static Stream<String> guesses(Listed entry, List<Candidate> refused) {
        return refused.stream().map(entry::shown).distinct().limit(GUESSES_MAX);
    }

    private static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
