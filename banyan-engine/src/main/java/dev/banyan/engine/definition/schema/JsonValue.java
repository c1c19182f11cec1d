package dev.banyan.engine.definition.schema;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value. Immutable; equal when JSON Schema calls them equal: numbers by value, objects without regard to order. */
public sealed interface JsonValue {
    /** Fields in the order of the text. */
    record Fields(Map<String, JsonValue> values) implements JsonValue {
        public Fields {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** An array. */
    record Items(List<JsonValue> values) implements JsonValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /** A string. */
    record Text(String value) implements JsonValue {}

    /** A number without trailing zeros, so that 1 and 1.0 are equal. */
    record Number(BigDecimal value) implements JsonValue {
        public Number {
            value = value.stripTrailingZeros();
        }

        boolean whole() {
            return value.scale() <= 0;
        }
    }

    /** True or false. */
    record Truth(boolean value) implements JsonValue {}

    /** The value null. */
    record Nothing() implements JsonValue {}
}
