package dev.banyan.engine.definition.schema;

import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which values are good. Each part speaks of values of its own type and lets all others pass, as JSON Schema has it. Immutable.
 *
 * @param types the types that are good; all of {@link Type} where nothing was said, none for the schema {@code false}
 * @param choices the values that are good; empty for any
 */
public record Schema(
        Set<Type> types, List<JsonValue> choices, Texts texts, Numbers numbers, Lists lists, Objects objects) {
    /** The schema that every value meets. */
    public static final Schema ANY =
            new Schema(Set.of(Type.values()), List.of(), Texts.ANY, Numbers.ANY, Lists.ANY, Objects.ANY);

    /** The schema that no value meets. */
    public static final Schema NONE = new Schema(Set.of(), List.of(), Texts.ANY, Numbers.ANY, Lists.ANY, Objects.ANY);

    /** The types of JSON Schema; {@code integer} is a number without a fraction and always stands beside {@code number} where that is good. */
    public enum Type {
        NULL,
        BOOLEAN,
        INTEGER,
        NUMBER,
        STRING,
        ARRAY,
        OBJECT;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Both ends included. */
    record Range(long least, long most) {
        static final Range ANY = new Range(0, Long.MAX_VALUE);

        boolean has(long count) {
            return count >= least && count <= most;
        }

        boolean covers(Range other) {
            return least <= other.least && most >= other.most;
        }
    }

    /** Of strings; lengths in characters (code points). A pattern need not match from the beginning to the end. */
    record Texts(Range length, Optional<Pattern> pattern) {
        static final Texts ANY = new Texts(Range.ANY, Optional.empty());
    }

    /** Of numbers; both ends included. */
    record Numbers(Optional<BigDecimal> least, Optional<BigDecimal> most) {
        static final Numbers ANY = new Numbers(Optional.empty(), Optional.empty());
    }

    /** Of arrays. {@code items} is empty where any will do. */
    record Lists(Range count, Optional<Schema> items) {
        static final Lists ANY = new Lists(Range.ANY, Optional.empty());
    }

    /** Of objects. {@code rest} is for fields without a line of their own; empty where any will do. */
    record Objects(Range count, Map<String, Schema> fields, Set<String> required, Optional<Schema> rest) {
        static final Objects ANY = new Objects(Range.ANY, Map.of(), Set.of(), Optional.empty());

        Objects {
            fields = Map.copyOf(fields);
            required = Set.copyOf(required);
        }

        /** What a field of this name must meet. */
        Schema field(String name) {
            var own = fields.get(name);
            return own == null ? rest.orElse(Schema.ANY) : own;
        }
    }

    public Schema {
        types = Set.copyOf(types);
        choices = List.copyOf(choices);
    }

    boolean nothing() {
        return types.isEmpty();
    }
}
