package dev.banyan.runtime.json;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** One of some records, as an object whose only field names which. Its alternatives are added once, as a record's components are. */
final class SealedForm implements Form {
    private final Map<String, Form> alternatives = new TreeMap<>(); // complete before the first use

    void add(Class<?> type, Form form) {
        alternatives.put(type.getSimpleName(), form);
    }

    boolean knows(Class<?> type) {
        return alternatives.containsKey(type.getSimpleName());
    }

    @Override
    public void write(JsonWriter out, Object value) throws IOException {
        var name = value.getClass().getSimpleName();
        var form = alternatives.get(name);
        if (form == null) {
            throw new IllegalStateException(name + " is no alternative, though its type is sealed");
        }
        out.beginObject();
        out.name(name);
        form.write(out, value);
        out.endObject();
    }

    @Override
    public Object read(JsonReader in) throws IOException {
        if (in.peek() != JsonToken.BEGIN_OBJECT) {
            throw Refused.needs(in, "an object with one of " + alternatives.keySet());
        }
        in.beginObject();
        if (!in.hasNext()) {
            throw Refused.at(in, "needs one of " + alternatives.keySet());
        }
        var name = in.nextName();
        var form = alternatives.get(name);
        if (form == null) {
            throw Refused.at(in, "is none of " + alternatives.keySet() + " that this version knows");
        }
        var value = form.read(in);
        if (in.hasNext()) {
            throw Refused.at(in, "needs one of " + alternatives.keySet() + ", not two");
        }
        in.endObject();
        return value;
    }
}
