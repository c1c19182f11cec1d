package dev.banyan.engine.definition.schema;

import com.google.re2j.Pattern;
import dev.banyan.engine.definition.schema.Schema.Type;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Is every value that was good still good? Answers for the schema, not for the values that happen to be stored, and in doubt with no: a
 * pattern, for one, is compatible with itself alone. For one comparison, by one task.
 */
public final class Compatibility {
    private final List<Violation> breaks = new ArrayList<>();

    private Compatibility() {}

    /** Where {@code after} refuses what {@code before} took; {@code path} is where both stand. Empty when nowhere. */
    public static List<Violation> breaks(String path, Schema before, Schema after) {
        var comparison = new Compatibility();
        comparison.compare(path, before, after);
        return List.copyOf(comparison.breaks);
    }

    private void compare(String path, Schema before, Schema after) {
        if (before.nothing() || after.equals(Schema.ANY)) {
            return;
        }
        if (after.nothing()) {
            broken(path, "is removed");
            return;
        }
        for (var type : new TreeSet<>(before.types())) {
            if (!after.types().contains(type)) {
                broken(Paths.field(path, "type"), "no longer takes " + type.word());
            }
        }
        choices(path, before, after);
        if (before.types().contains(Type.STRING)) {
            texts(path, before.texts(), after.texts());
        }
        if (before.types().contains(Type.INTEGER)) {
            numbers(path, before.numbers(), after.numbers());
        }
        if (before.types().contains(Type.ARRAY)) {
            lists(path, before.lists(), after.lists());
        }
        if (before.types().contains(Type.OBJECT)) {
            objects(path, before.objects(), after.objects());
        }
    }

    private void choices(String path, Schema before, Schema after) {
        var kept = before.choices().isEmpty()
                ? after.choices().isEmpty()
                : after.choices().isEmpty() || after.choices().containsAll(before.choices());
        if (!kept) {
            broken(Paths.field(path, "enum"), "no longer takes every value that it took");
        }
    }

    private void texts(String path, Schema.Texts before, Schema.Texts after) {
        range(path, "length", before.length(), after.length());
        var same = after.pattern().map(Pattern::pattern).equals(before.pattern().map(Pattern::pattern));
        if (after.pattern().isPresent() && !same) {
            broken(Paths.field(path, "pattern"), "may be dropped, but neither added nor changed");
        }
    }

    private void numbers(String path, Schema.Numbers before, Schema.Numbers after) {
        if (!below(after.least(), before.least())) {
            broken(Paths.field(path, "minimum"), "is raised");
        }
        if (!below(after.most().map(BigDecimal::negate), before.most().map(BigDecimal::negate))) {
            broken(Paths.field(path, "maximum"), "is lowered");
        }
    }

    private void lists(String path, Schema.Lists before, Schema.Lists after) {
        range(path, "items", before.count(), after.count());
        compare(
                Paths.field(path, "items"),
                before.items().orElse(Schema.ANY),
                after.items().orElse(Schema.ANY));
    }

    private void objects(String path, Schema.Objects before, Schema.Objects after) {
        range(path, "properties", before.count(), after.count());
        for (var name : new TreeSet<>(after.required())) {
            if (!before.required().contains(name)) {
                broken(Paths.field(path, "required"), "now names " + name);
            }
        }
        var names = new TreeSet<>(before.fields().keySet());
        names.addAll(after.fields().keySet());
        var fields = Paths.field(path, "properties");
        names.forEach(name -> compare(Paths.field(fields, name), before.field(name), after.field(name)));
        compare(
                Paths.field(path, "additionalProperties"),
                before.rest().orElse(Schema.ANY),
                after.rest().orElse(Schema.ANY));
    }

    private void range(String path, String what, Schema.Range before, Schema.Range after) {
        if (!after.covers(before)) {
            broken(path, "takes fewer numbers of " + what + " than it took");
        }
    }

    /** Absent is the lowest of all. */
    private static boolean below(Optional<BigDecimal> lower, Optional<BigDecimal> upper) {
        return lower.isEmpty()
                || upper.filter(than -> lower.get().compareTo(than) <= 0).isPresent();
    }

    private void broken(String path, String message) {
        breaks.add(new Violation(path, message));
    }
}
