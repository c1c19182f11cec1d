package dev.banyan.runtime.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Values of other values. All of them may be left out where they are empty. */
sealed interface Container extends Form {
    /** What a component has that is not there, and is not written. */
    Object empty();

    @Override
    default Optional<Object> absent() {
        return Optional.of(empty());
    }

    /** One value or none. */
    record OptionalForm(Form content) implements Container {
        @Override
        public Object empty() {
            return Optional.empty();
        }

        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            var present = ((Optional<?>) value);
            if (present.isPresent()) {
                content.write(out, present.get());
            } else {
                out.nullValue();
            }
        }

        @Override
        public Object read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return empty();
            }
            return Optional.of(content.read(in));
        }
    }

    /** Values in order. */
    record ListForm(Form content) implements Container {
        @Override
        public Object empty() {
            return List.of();
        }

        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            out.beginArray();
            for (var each : (List<?>) value) {
                content.write(out, each);
            }
            out.endArray();
        }

        @Override
        public Object read(JsonReader in) throws IOException {
            if (in.peek() != JsonToken.BEGIN_ARRAY) {
                throw Refused.needs(in, "an array");
            }
            var values = new ArrayList<Object>();
            in.beginArray();
            while (in.hasNext()) {
                values.add(content.read(in));
            }
            in.endArray();
            return List.copyOf(values);
        }
    }

    /**
     * Values by key, in the order of the keys: an unordered map would show its content differently each time.
     *
     * @param keys turns a field's name into a key
     */
    record MapForm(BiFunction<JsonReader, String, Object> keys, Form content) implements Container {
        @Override
        public Object empty() {
            return Map.of();
        }

        @Override
        public void write(JsonWriter out, Object value) throws IOException {
            var sorted = new TreeMap<String, Object>();
            ((Map<?, ?>) value).forEach((key, each) -> sorted.put(nameOf(key), each));
            out.beginObject();
            for (var entry : sorted.entrySet()) {
                out.name(entry.getKey());
                content.write(out, entry.getValue());
            }
            out.endObject();
        }

        @Override
        public Object read(JsonReader in) throws IOException {
            if (in.peek() != JsonToken.BEGIN_OBJECT) {
                throw Refused.needs(in, "an object");
            }
            var values = new TreeMap<Object, Object>();
            in.beginObject();
            while (in.hasNext()) {
                var key = keys.apply(in, in.nextName());
                if (values.put(key, content.read(in)) != null) {
                    throw Refused.at(in, "comes twice");
                }
            }
            in.endObject();
            return Collections.unmodifiableMap(values);
        }

        private static String nameOf(Object key) {
            return key instanceof Enum<?> constant ? constant.name() : (String) key;
        }
    }
}
