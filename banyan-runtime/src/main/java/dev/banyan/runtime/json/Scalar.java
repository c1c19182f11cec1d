package dev.banyan.runtime.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import dev.banyan.runtime.resource.Bytes;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Values that are one token. */
enum Scalar implements Form {
    BOOLEAN("a boolean", JsonToken.BOOLEAN) {
        @Override
        Object value(JsonReader in) throws IOException {
            return in.nextBoolean();
        }

        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            out.value((Boolean) value);
        }
    },
    INT("a whole number of 32 bits", JsonToken.NUMBER) {
        @Override
        Object value(JsonReader in) throws IOException {
            return in.nextInt();
        }

        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            out.value((Integer) value);
        }
    },
    LONG("a whole number of 64 bits", JsonToken.NUMBER) {
        @Override
        Object value(JsonReader in) throws IOException {
            return in.nextLong();
        }

        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            out.value((Long) value);
        }
    },
    /** JSON has no word for what is no number, so that is text. */
    DOUBLE("a number", JsonToken.NUMBER) {
        @Override
        Object value(JsonReader in) throws IOException {
            return in.nextDouble();
        }

        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            double number = (Double) value;
            if (Double.isFinite(number)) {
                out.value(number);
            } else {
                out.value(Double.toString(number));
            }
        }

        @Override
        public Object read(JsonReader in) throws IOException {
            if (in.peek() != JsonToken.STRING) {
                return super.read(in);
            }
            return switch (in.nextString()) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> throw Refused.at(in, "needs a number, not a string");
            };
        }
    },
    STRING("a string", text -> text),
    INSTANT("a time such as 2026-11-21T10:00:00Z", Instant::parse),
    DURATION("a duration such as PT30S", Duration::parse),
    BYTES("bytes in Base64", text -> Bytes.copyOf(Base64.getDecoder().decode(text))) {
        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            out.value(Base64.getEncoder().encodeToString(((Bytes) value).toByteArray()));
        }
    };

    /** The forms of the types that are one token. */
    static final Map<Class<?>, Form> BY_TYPE = Map.ofEntries(
            Map.entry(boolean.class, BOOLEAN),
            Map.entry(Boolean.class, BOOLEAN),
            Map.entry(int.class, INT),
            Map.entry(Integer.class, INT),
            Map.entry(long.class, LONG),
            Map.entry(Long.class, LONG),
            Map.entry(double.class, DOUBLE),
            Map.entry(Double.class, DOUBLE),
            Map.entry(String.class, STRING),
            Map.entry(Instant.class, INSTANT),
            Map.entry(Duration.class, DURATION),
            Map.entry(Bytes.class, BYTES));

    private final String wanted;
    private final JsonToken token;
    private final Function<String, Object> parser;

    Scalar(String wanted, Function<String, Object> parser) {
        this.wanted = wanted;
        this.token = JsonToken.STRING;
        this.parser = parser;
    }

    Scalar(String wanted, JsonToken token) {
        this.wanted = wanted;
        this.token = token;
        this.parser = text -> text;
    }

    /** The form of the constants of {@code type}. */
    static Form of(Class<?> type) {
        var constants = new TreeMap<String, Object>();
        for (var constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return new Constant(
                Map.copyOf(constants), Arrays.toString(constants.keySet().toArray()));
    }

    @Override
    public Object read(JsonReader in) throws IOException {
        if (in.peek() != token) {
            throw Refused.needs(in, wanted);
        }
        try {
            return value(in);
        } catch (NumberFormatException unfit) { // which leaves the reader before the number
            throw Refused.before(in, "needs " + wanted);
        }
    }

    @Override
    public void write(JsonWriter out, Object value) throws IOException {
        out.value(value.toString());
    }

    Object value(JsonReader in) throws IOException {
        var text = in.nextString();
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | DateTimeException unfit) {
            throw Refused.at(in, "needs " + wanted);
        }
    }

    /** One of some constants; {@code all} lists them for people. */
    private record Constant(Map<String, Object> byName, String all) implements Form {
        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            out.value(((Enum<?>) value).name());
        }

        @Override
        public Object read(JsonReader in) throws IOException {
            if (in.peek() != JsonToken.STRING) {
                throw Refused.needs(in, "one of " + all);
            }
            var name = in.nextString();
            var constant = byName.get(name);
            if (constant == null) {
                throw Refused.at(in, "'" + name + "' is none of " + all + " that this version knows");
            }
            return constant;
        }
    }
}
