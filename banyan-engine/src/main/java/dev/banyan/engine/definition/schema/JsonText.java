package dev.banyan.engine.definition.schema;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.banyan.runtime.resource.Bytes;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads JSON as RFC 8259 has it, and nothing else. Pure. */
public final class JsonText {
    /** Deeper than people write by hand; bounds the recursion here and in all that walks a value. */
    static final int DEPTH_MAX = 32;

    /** A number of more characters is no quantity of anything. */
    private static final int NUMBER_MAX = 100;

    /** More than a double has; without a bound a number of ten characters would have a billion digits. */
    private static final int SCALE_MAX = 400;

    private static final Pattern PLACE = Pattern.compile("line [0-9]+ column [0-9]+");

    private final JsonReader reader;

    private JsonText(String text) {
        reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
    }

    /** Said of a text that is no JSON; {@code path} is where, empty at the root. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String path;

        Malformed(String path, String message) {
            super(message);
            this.path = path;
        }

        public String path() {
            return path;
        }

        /** What is wrong. */
        public String words() {
            return String.valueOf(getMessage());
        }
    }

    /** The one value of UTF-8 bytes. */
    public static JsonValue parse(Bytes bytes) throws Malformed {
        try {
            var decoder = StandardCharsets.UTF_8.newDecoder();
            return parse(decoder.decode(bytes.buffer()).toString());
        } catch (CharacterCodingException malformed) {
            throw new Malformed("", "is not UTF-8");
        }
    }

    /** The one value of a text. */
    public static JsonValue parse(String text) throws Malformed {
        var json = new JsonText(text);
        try {
            var value = json.value("", 1);
            if (json.reader.peek() != JsonToken.END_DOCUMENT) {
                throw new Malformed("", "goes on behind its JSON value");
            }
            return value;
        } catch (IOException | IllegalStateException | NumberFormatException malformed) {
            throw new Malformed("", "is not JSON" + place(malformed));
        }
    }

    private JsonValue value(String path, int depth) throws IOException, Malformed {
        if (depth > DEPTH_MAX) {
            throw new Malformed(path, "is nested deeper than " + DEPTH_MAX + " levels");
        }
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> fields(path, depth);
            case BEGIN_ARRAY -> items(path, depth);
            case STRING -> new JsonValue.Text(reader.nextString());
            case NUMBER -> number(path);
            case BOOLEAN -> new JsonValue.Truth(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield new JsonValue.Nothing();
            }
            case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT ->
                throw new Malformed(path, "is not JSON: a value is missing");
        };
    }

    private JsonValue fields(String path, int depth) throws IOException, Malformed {
        var values = new LinkedHashMap<String, JsonValue>();
        reader.beginObject();
        while (reader.hasNext()) {
            var name = reader.nextName();
            var field = Paths.field(path, name);
            if (values.put(name, value(field, depth + 1)) != null) {
                throw new Malformed(field, "is there twice");
            }
        }
        reader.endObject();
        return new JsonValue.Fields(values);
    }

    private JsonValue items(String path, int depth) throws IOException, Malformed {
        var values = new ArrayList<JsonValue>();
        reader.beginArray();
        while (reader.hasNext()) {
            values.add(value(Paths.item(path, values.size()), depth + 1));
        }
        reader.endArray();
        return new JsonValue.Items(values);
    }

    private JsonValue number(String path) throws IOException, Malformed {
        var text = reader.nextString();
        if (text.length() > NUMBER_MAX) {
            throw new Malformed(path, "is a number of more than " + NUMBER_MAX + " characters");
        }
        try {
            var number = new JsonValue.Number(new BigDecimal(text));
            if (Math.abs((long) number.value().scale()) <= SCALE_MAX) {
                return number;
            }
        } catch (NumberFormatException malformed) {
            throw new Malformed(path, "is no number");
        }
        throw new Malformed(path, "is a number whose exponent is out of range");
    }

    /** The library's own words advise on its use. */
    private static String place(Exception malformed) {
        var place = PLACE.matcher(Optional.ofNullable(malformed.getMessage()).orElse(""));
        return place.find() ? " at " + place.group() : "";
    }
}
