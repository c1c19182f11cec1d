package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Shape.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The table of verdicts. Immutable. */
public final class Verdicts {
    /** Of all keys of a Compose file. */
    public static final Verdicts ALL = new Verdicts(ComposeKeys.DOCUMENT, entries());

    private final Map<String, Verdict> verdicts;
    private final Map<String, Verdict> own;

    /**
     * Of all keys below a shape.
     *
     * @throws IllegalStateException when a key has no verdict, or a verdict no key
     */
    Verdicts(Fields shape, Map<String, Verdict> own) {
        this.own = Map.copyOf(own);
        this.verdicts = new LinkedHashMap<>();
        var paths = shape.paths();
        var strangers = new TreeSet<>(own.keySet());
        paths.forEach(strangers::remove);
        if (!strangers.isEmpty()) {
            throw new IllegalStateException("verdicts for no key: " + strangers);
        }
        paths.forEach(path -> verdicts.put(path, verdict(path)));
    }

    private static Map<String, Verdict> entries() {
        var table = new VerdictTable();
        ResourceVerdicts.fill(table);
        ServiceVerdicts.fill(table.below("services.*"));
        DeployVerdicts.fill(table.below("services.*"));
        SettingsVerdicts.fill(table.below("services.*"));
        return table.entries();
    }

    /** All paths, such as {@code services.*.ports.*.target}, each after the one around it. */
    public List<String> paths() {
        return List.copyOf(verdicts.keySet());
    }

    /** Paths that have a verdict of their own, not the one of a key around them. */
    public List<String> ownPaths() {
        return verdicts.keySet().stream().filter(own::containsKey).toList();
    }

    /** The verdict on a path of {@link #paths}. */
    public Verdict of(String path) {
        return Optional.ofNullable(verdicts.get(path))
                .orElseThrow(() -> new IllegalArgumentException("there is no key " + path));
    }

    private Verdict verdict(String path) {
        var found = Optional.ofNullable(own.get(path));
        for (var above = parent(path); found.isEmpty() && !above.isEmpty(); above = parent(above)) {
            found = Optional.ofNullable(own.get(above)).filter(Verdicts::whole);
        }
        return found.orElseThrow(() -> new IllegalStateException("no verdict for " + path));
    }

    /** Whether it holds for all that is below. */
    private static boolean whole(Verdict verdict) {
        return !(verdict instanceof Verdict.Honoured);
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }
}
