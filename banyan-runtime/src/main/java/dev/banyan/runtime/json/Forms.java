package dev.banyan.runtime.json;

import com.google.gson.stream.JsonReader;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Finds the form of a type and of all that it is made of, and refuses what can change. Used once for each codec. */
final class Forms {
    /** Names of what is met most, and what to take instead. */
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("byte[]", "Bytes"),
            Map.entry("java.util.Date", "Instant"),
            Map.entry("java.util.Calendar", "Instant"),
            Map.entry("java.lang.StringBuilder", "String"),
            Map.entry("java.util.ArrayList", "List"),
            Map.entry("java.util.Collection", "List"),
            Map.entry("java.util.Set", "a sorted List"),
            Map.entry("java.util.HashMap", "Map"),
            Map.entry("java.lang.CharSequence", "String"),
            Map.entry("java.lang.Object", "the type that it has, or a sealed interface"),
            Map.entry("short", "int"),
            Map.entry("byte", "int"),
            Map.entry("char", "String"),
            Map.entry("float", "double"));

    private final boolean ignoring;
    private final Map<Class<?>, Form> known = new HashMap<>(Scalar.BY_TYPE);

    /** Forms whose records drop fields that they have no place for, or refuse them. */
    Forms(boolean ignoring) {
        this.ignoring = ignoring;
    }

    /**
     * The form of {@code type}, which is found at {@code place}.
     *
     * @throws IllegalArgumentException naming the place of a part whose values can change or have no form
     */
    Form of(Type type, String place) {
        if (type instanceof ParameterizedType generic) {
            return container(generic, place);
        }
        if (!(type instanceof Class<?> plain)) {
            throw unfit(place, type, "name the type instead of a variable");
        }
        var form = known.get(plain);
        return form == null ? composed(plain, place) : form;
    }

    private Form composed(Class<?> type, String place) {
        if (type.isRecord()) {
            return record(type, place);
        }
        if (type.isEnum()) {
            var form = Scalar.of(type);
            known.put(type, form);
            return form;
        }
        if (type.isInterface() && type.isSealed()) {
            return alternatives(type, place);
        }
        throw unfit(place, type, advice(type));
    }

    private Form record(Class<?> type, String place) {
        if (type.getTypeParameters().length > 0) {
            throw unfit(place, type, "a record with type variables has no form; write one for each type");
        }
        var form = new RecordForm(constructor(type, place), ignoring);
        known.put(type, form); // before its components, which may be of this type
        for (var component : type.getRecordComponents()) {
            add(form, type, component);
        }
        return form;
    }

    private void add(RecordForm form, Class<?> type, RecordComponent component) {
        var place = type.getSimpleName() + "." + component.getName();
        var accessor = component.getAccessor();
        open(accessor, type, place);
        if (component.getType() != UnknownFields.class) {
            form.add(component.getName(), accessor, of(component.getGenericType(), place));
        } else if (form.keepsUnknown()) {
            throw unfit(place, component.getType(), "one component for them is enough");
        } else {
            form.addUnknown(accessor);
        }
    }

    private Form alternatives(Class<?> type, String place) {
        var form = new SealedForm();
        known.put(type, form);
        for (var alternative : type.getPermittedSubclasses()) {
            if (!alternative.isRecord()) {
                throw unfit(place, alternative, "all alternatives of a sealed interface must be records");
            }
            if (form.knows(alternative)) {
                throw unfit(place, alternative, "two alternatives have this simple name; rename one");
            }
            form.add(alternative, of(alternative, place));
        }
        return form;
    }

    private Form container(ParameterizedType type, String place) {
        var arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            var content = of(arguments[0], place);
            if (content instanceof Container.OptionalForm) {
                throw unfit(place, type, "an Optional of an Optional has one value more than JSON can tell");
            }
            return new Container.OptionalForm(content);
        }
        if (type.getRawType() == List.class) {
            return new Container.ListForm(of(arguments[0], place));
        }
        if (type.getRawType() == Map.class) {
            return new Container.MapForm(keys(arguments[0], place), of(arguments[1], place));
        }
        throw unfit(place, type, type.getRawType() instanceof Class<?> raw ? advice(raw) : "name its type");
    }

    private static BiFunction<JsonReader, String, Object> keys(Type type, String place) {
        if (type == String.class) {
            return (in, name) -> name;
        }
        if (type instanceof Class<?> plain && plain.isEnum()) {
            var constants = new HashMap<String, Object>();
            Arrays.stream(plain.getEnumConstants()).forEach(each -> constants.put(((Enum<?>) each).name(), each));
            return (in, name) -> Optional.ofNullable(constants.get(name))
                    .orElseThrow(() -> Form.Refused.at(in, "is no key that this version knows"));
        }
        throw unfit(place, type, "keys of a map are String or an enum");
    }

    private static Constructor<?> constructor(Class<?> type, String place) {
        var parameters = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(parameters);
            open(constructor, type, place);
            return constructor;
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException("a record has a canonical constructor: " + type, impossible);
        }
    }

    private static void open(AccessibleObject member, Class<?> type, String place) {
        try {
            member.setAccessible(true);
        } catch (InaccessibleObjectException closed) {
            throw new IllegalArgumentException(
                    "JSON codec: " + place + ": " + type.getTypeName()
                            + " is in a package that its module keeps closed; write 'opens " + type.getPackageName()
                            + " to banyan.runtime' into its module-info",
                    closed);
        }
    }

    private static String advice(Class<?> type) {
        var instead = INSTEAD.get(type.getTypeName());
        if (instead != null) {
            return "take " + instead;
        }
        if (type.isArray()) {
            return "take List<" + type.getComponentType().getSimpleName() + ">";
        }
        if (type == Optional.class || type == List.class || type == Map.class) {
            return "say of what it is one";
        }
        return type.isInterface()
                ? "make it a sealed interface of records"
                : "make it a record, an enum, or a sealed interface of records";
    }

    private static IllegalArgumentException unfit(String place, Type type, String advice) {
        return new IllegalArgumentException("JSON codec: " + place + " is of type " + type.getTypeName()
                + ", which has no form: values are shared without copies, so all their parts must be immutable; "
                + advice);
    }
}
