package dev.banyan.api.compose;

import dev.banyan.api.source.Position;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.YamlValue;
import dev.banyan.api.source.YamlValue.Entry;
import dev.banyan.api.source.YamlValue.Mapping;
import dev.banyan.api.source.YamlValue.Scalar;
import dev.banyan.api.source.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.Map;

/** Fills variables into the values of a tree; keys stay as they are, and so do the author's own {@code x-} parts. */
final class Interpolation {
    /** Most characters that all values together may have afterwards, so that a long variable used often does not fill the memory. */
    static final int FILLED_MAX = 4 * 1024 * 1024;

    private final Map<String, String> variables;
    private final Problems problems;
    private final Problems warnings;
    private int filled;

    Interpolation(Map<String, String> variables, Problems problems, Problems warnings) {
        this.variables = variables;
        this.problems = problems;
        this.warnings = warnings;
    }

    Mapping fill(Mapping document) {
        return mapping("", document);
    }

    private YamlValue fill(String path, YamlValue value) {
        return switch (value) {
            case Scalar scalar -> scalar(path, scalar);
            case Sequence sequence -> sequence(path, sequence);
            case Mapping mapping -> mapping(path, mapping);
        };
    }

    private Mapping mapping(String path, Mapping mapping) {
        var entries = new ArrayList<Entry>();
        for (var entry : mapping.entries()) {
            var key = entry.key().text();
            boolean own = path.isEmpty() && key.startsWith("x-");
            var memberPath = path.isEmpty() ? key : path + "." + key;
            entries.add(own ? entry : new Entry(entry.key(), fill(memberPath, entry.value())));
        }
        return new Mapping(mapping.position(), entries);
    }

    private Sequence sequence(String path, Sequence sequence) {
        var items = new ArrayList<YamlValue>();
        for (var item : sequence.items()) {
            items.add(fill(path + "[" + items.size() + "]", item));
        }
        return new Sequence(sequence.position(), items);
    }

    private Scalar scalar(String path, Scalar scalar) {
        if (filled > FILLED_MAX) {
            return scalar;
        }
        return switch (Template.fill(scalar.text(), variables)) {
            case Template.Filled.Text text -> {
                text.unset().forEach(name -> warnUnset(path, scalar, name));
                // What a variable left empty is an empty text, not a value that was left out.
                boolean emptied = text.text().isEmpty() && !scalar.text().isEmpty();
                yield counted(path, new Scalar(scalar.position(), text.text(), scalar.quoted() || emptied));
            }
            case Template.Filled.Refused refused -> {
                problems.add(path, inside(scalar, refused.offset()), refused.message(), refused.suggestion());
                yield scalar;
            }
        };
    }

    private Scalar counted(String path, Scalar scalar) {
        filled += scalar.text().length();
        if (filled > FILLED_MAX) {
            problems.add(path, scalar.position(), "variables make the file larger than " + FILLED_MAX / 1024 + " KiB");
        }
        return scalar;
    }

    private void warnUnset(String path, Scalar scalar, String name) {
        var message = "the variable " + name + " is not set; it becomes empty";
        warnings.add(path, scalar.position(), message, "set it, or write \"${" + name + ":-default}\"");
    }

    /** The exact place for a value on one line; a block or a value with escapes is shown at its beginning. */
    private static Position inside(Scalar scalar, int offset) {
        boolean oneLine = scalar.text().indexOf('\n') < 0 && scalar.text().indexOf('\\') < 0;
        return oneLine ? scalar.position().right(offset + (scalar.quoted() ? 1 : 0)) : scalar.position();
    }
}
