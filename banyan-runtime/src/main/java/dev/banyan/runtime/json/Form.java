package dev.banyan.runtime.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Optional;

/** How values of one type are written and read. Immutable once all forms of a codec are made. */
interface Form {
    void write(JsonWriter out, Object value) throws IOException;

    /**
     * Reads one value, which is never null.
     *
     * @throws Refused when there is none of the type
     */
    Object read(JsonReader in) throws IOException;

    /** What a component has whose field is not there; empty when the field is required. */
    default Optional<Object> absent() {
        return Optional.empty();
    }

    /** What was met is no value of the type. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Refused(String message) {
            super(message);
        }

        /** Says what is wrong with the value that {@code in} stands at. */
        static Refused before(JsonReader in, String fault) {
            return new Refused(in.getPath() + ": " + fault);
        }

        /** Says what is wrong with what {@code in} has just read: a value or a field's name. */
        static Refused at(JsonReader in, String fault) {
            return new Refused(in.getPreviousPath() + ": " + fault);
        }

        /** Says that something else was needed than what {@code in} stands at. */
        static Refused needs(JsonReader in, String wanted) throws IOException {
            return before(in, "needs " + wanted + ", not " + named(in.peek()));
        }

        private static String named(JsonToken token) {
            return switch (token) {
                case BEGIN_ARRAY, END_ARRAY -> "an array";
                case BEGIN_OBJECT, END_OBJECT, NAME -> "an object";
                case STRING -> "a string";
                case NUMBER -> "a number";
                case BOOLEAN -> "a boolean";
                case NULL -> "null";
                case END_DOCUMENT -> "the end";
            };
        }
    }
}
