package dev.banyan.runtime.json;

import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A record as an object. Its components are added once, after it was made, so that a record may contain its own type. */
final class RecordForm implements Form {
    private final Constructor<?> constructor;
    private final boolean ignoring;
    private final Map<String, Component> components = new LinkedHashMap<>(); // complete before the first use
    private int unknownAt = -1;
    private @Nullable Method unknown;

    /** A record whose canonical constructor is {@code constructor}; {@code ignoring} drops fields that it has no place for. */
    RecordForm(Constructor<?> constructor, boolean ignoring) {
        this.constructor = constructor;
        this.ignoring = ignoring;
    }

    private record Component(int position, Method accessor, Form form) {}

    void add(String name, Method accessor, Form form) {
        components.put(name, new Component(size(), accessor, form));
    }

    /** The next component holds what has no place of its own. */
    void addUnknown(Method accessor) {
        unknownAt = size();
        unknown = accessor;
    }

    boolean keepsUnknown() {
        return unknown != null;
    }

    @Override
    public void write(JsonWriter out, Object value) throws IOException {
        out.beginObject();
        for (var entry : components.entrySet()) {
            var form = entry.getValue().form();
            var part = valueOf(entry.getValue().accessor(), value);
            if (form.absent().filter(part::equals).isEmpty()) {
                out.name(entry.getKey());
                form.write(out, part);
            }
        }
        if (unknown != null) {
            ((UnknownFields) valueOf(unknown, value)).write(out);
        }
        out.endObject();
    }

    @Override
    public Object read(JsonReader in) throws IOException {
        if (in.peek() != JsonToken.BEGIN_OBJECT) {
            throw Refused.needs(in, "an object");
        }
        var values = new Object[size()];
        var more = new TreeMap<String, String>();
        in.beginObject();
        while (in.hasNext()) {
            var name = in.nextName();
            var component = components.get(name);
            if (component == null) {
                readUnknown(in, name, more);
            } else {
                readKnown(in, component, values);
            }
        }
        for (var entry : components.entrySet()) {
            fill(in, entry.getKey(), entry.getValue(), values);
        }
        in.endObject();
        if (keepsUnknown()) {
            values[unknownAt] = new UnknownFields(more);
        }
        return construct(in, values);
    }

    private static void readKnown(JsonReader in, Component component, @Nullable Object[] values) throws IOException {
        if (values[component.position()] != null) {
            throw Refused.at(in, "comes twice");
        }
        values[component.position()] = component.form().read(in);
    }

    private void readUnknown(JsonReader in, String name, Map<String, String> more) throws IOException {
        if (ignoring && !keepsUnknown()) {
            in.skipValue();
        } else if (!keepsUnknown()) {
            throw Refused.at(
                    in,
                    "this version of " + typeName() + " has no '" + name
                            + "'; a component of type UnknownFields would keep it, a codec that ignores unknown fields drop it");
        } else if (more.put(name, JsonParser.parseReader(in).toString()) != null) {
            throw Refused.at(in, "comes twice");
        }
    }

    private void fill(JsonReader in, String name, Component component, @Nullable Object[] values) {
        if (values[component.position()] == null) {
            values[component.position()] = component
                    .form()
                    .absent()
                    .orElseThrow(() -> Refused.at(in, typeName() + " needs '" + name + "', which is not there"));
        }
    }

    private Object construct(JsonReader in, @Nullable Object[] values) {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            throw Refused.at(in, "no " + typeName() + ": " + refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("the constructor of " + typeName() + " was made accessible", impossible);
        }
    }

    private Object valueOf(Method accessor, Object value) {
        try {
            var part = accessor.invoke(value);
            if (part == null) {
                throw new IllegalArgumentException("component '" + accessor.getName() + "' of a " + typeName()
                        + " is null: make it an Optional, or let the constructor refuse null");
            }
            return part;
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException(
                    "cannot read component '" + accessor.getName() + "' of a " + typeName(), failed);
        }
    }

    private int size() {
        return components.size() + (keepsUnknown() ? 1 : 0);
    }

    private String typeName() {
        return constructor.getDeclaringClass().getSimpleName();
    }
}
