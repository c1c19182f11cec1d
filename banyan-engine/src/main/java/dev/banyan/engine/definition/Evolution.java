package dev.banyan.engine.definition;

import dev.banyan.api.v1.JsonSchemas;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.engine.definition.schema.Compatibility;
import dev.banyan.engine.definition.schema.JsonText;
import dev.banyan.engine.definition.schema.JsonValue;
import dev.banyan.engine.definition.schema.Schema;
import dev.banyan.engine.definition.schema.SchemaReader;
import dev.banyan.engine.definition.schema.SchemaReader.Reading;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a definition may become: every object that was valid stays so. Pure. */
final class Evolution {
    private Evolution() {}

    /** True when both say the same; schemas are compared as values, so that their layout does not matter. */
    static boolean same(KindDefinitionSpec one, KindDefinitionSpec other) {
        return one.getScope() == other.getScope()
                && one.hasSchemas() == other.hasSchemas()
                && sameSchemas(one.getSchemas(), other.getSchemas())
                && one.getAccess().equals(other.getAccess())
                && one.getLimits().equals(other.getLimits());
    }

    /** Where {@code after} would refuse objects that {@code before} took. */
    static List<Violation> breaks(KindDefinitionSpec before, KindDefinitionSpec after) {
        var breaks = new ArrayList<Violation>();
        if (before.getScope() != after.getScope()) {
            breaks.add(new Violation("definition.scope", "cannot change"));
        }
        if (bytes(after) < bytes(before)) {
            breaks.add(new Violation("definition.limits.bytes", "cannot shrink from " + bytes(before)));
        }
        if (before.hasSchemas() != after.hasSchemas()) {
            breaks.add(new Violation("definition.schemas", "cannot come or go"));
            return breaks;
        }
        breaks.addAll(breaks(
                "definition.schemas.spec",
                before.getSchemas().getSpec(),
                after.getSchemas().getSpec()));
        breaks.addAll(breaks(
                "definition.schemas.status",
                before.getSchemas().getStatus(),
                after.getSchemas().getStatus()));
        return breaks;
    }

    /** A half without a schema had no content. */
    private static List<Violation> breaks(String path, String before, String after) {
        return Compatibility.breaks(path, schema(before), schema(after));
    }

    private static Schema schema(String text) {
        return !text.isEmpty() && SchemaReader.read("", text) instanceof Reading.Good(var schema)
                ? schema
                : Schema.NONE;
    }

    private static boolean sameSchemas(JsonSchemas one, JsonSchemas other) {
        return value(one.getSpec()).equals(value(other.getSpec()))
                && value(one.getStatus()).equals(value(other.getStatus()));
    }

    private static Optional<JsonValue> value(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(JsonText.parse(text));
        } catch (JsonText.Malformed malformed) {
            return Optional.empty(); // what is stored was read before, and what is new is refused elsewhere
        }
    }

    private static int bytes(KindDefinitionSpec spec) {
        int given = spec.getLimits().getBytes();
        return given == 0 ? DefinedKind.BYTES_DEFAULT : given;
    }
}
