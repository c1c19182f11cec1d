package dev.banyan.runtime.json;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fields of an object that its record has no component for, since a newer program wrote them. A record that has a component of this
 * type keeps them there when it is read, and has them written back; whoever makes a changed copy of the record hands it on. Immutable.
 */
public final class UnknownFields {
    /** None. */
    public static final UnknownFields NONE = new UnknownFields(new TreeMap<>());

    private final SortedMap<String, String> fields;

    /** Takes each field's value as JSON. */
    UnknownFields(SortedMap<String, String> fields) {
        this.fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** Names of the fields, sorted. */
    public Set<String> names() {
        return fields.keySet();
    }

    void write(JsonWriter out) throws IOException {
        for (var field : fields.entrySet()) {
            out.name(field.getKey()).jsonValue(field.getValue());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnknownFields that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** Names the fields only: a value may be a secret. */
    @Override
    public String toString() {
        return "UnknownFields" + fields.keySet();
    }
}
