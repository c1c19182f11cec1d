package dev.banyan.api.source;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects what is wrong in one text. For one thread. The same problem reported twice, as through a YAML alias, counts once. */
public final class Problems {
    /** Nobody reads more at once, and a hostile text must not fill the memory with messages. */
    public static final int PROBLEMS_MAX = 100;

    private final SourceText source;
    private final boolean linesShown;
    private final Set<Diagnostic> found = new LinkedHashSet<>();

    private Problems(SourceText source, boolean linesShown) {
        this.source = source;
        this.linesShown = linesShown;
    }

    /** For a text whose lines may be printed. */
    public static Problems in(SourceText source) {
        return new Problems(source, true);
    }

    /** For a text that may hold secrets: its lines are never printed. */
    public static Problems inSecret(SourceText source) {
        return new Problems(source, false);
    }

    /** See {@link Diagnostic}. */
    public void add(String field, Position at, String message) {
        add(field, at, message, Optional.empty());
    }

    /** With a sentence that says what to write instead. */
    public void add(String field, Position at, String message, String suggestion) {
        add(field, at, message, Optional.of(suggestion));
    }

    /** A diagnostic about this text that is not collected. */
    public Diagnostic at(String field, Position at, String message, Optional<String> suggestion) {
        var line = linesShown ? Optional.of(source.line(at.line())) : Optional.<String>empty();
        return new Diagnostic(source.name(), at, field, message, suggestion, line);
    }

    /** True while nothing was reported. */
    public boolean none() {
        return found.isEmpty();
    }

    /** What was reported, in the order of the text. */
    public List<Diagnostic> sorted() {
        return found.stream().sorted(Comparator.comparing(Diagnostic::position)).toList();
    }

    /** Finding the line takes a walk through the text, which a hostile one must not cause without end. */
    private void add(String field, Position at, String message, Optional<String> suggestion) {
        if (found.size() < PROBLEMS_MAX) {
            found.add(at(field, at, message, suggestion));
        }
    }
}
