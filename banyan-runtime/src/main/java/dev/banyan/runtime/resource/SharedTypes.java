package dev.banyan.runtime.resource;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Refuses values that their readers could change: a cache shares them without copies. It looks at each class once, and at
 * the declared types of a record's parts, so it finds the usual mistakes - arrays, bare collections, dates, classes with setters - and not
 * every one; the test kit's harness notices values that change. Owned by one task.
 */
public final class SharedTypes {
    private final Set<Class<?>> accepted = new HashSet<>();

    /**
     * Looks at a value.
     *
     * @throws IllegalArgumentException saying what can be changed
     */
    public void check(Object value) {
        var type = value.getClass();
        if (accepted.contains(type)) {
            return;
        }
        var fault = faultOf(value, type);
        if (fault.isPresent()) {
            throw new IllegalArgumentException(
                    "values of " + type.getTypeName() + " are shared without copies and must be immutable, but "
                            + fault.get() + "; make it a record of immutable parts (Bytes instead of byte[])");
        }
        accepted.add(type);
    }

    private static Optional<String> faultOf(Object value, Class<?> type) {
        if (type.isArray()) {
            return Optional.of("an array can be changed");
        }
        if (type.isRecord()) {
            return Arrays.stream(type.getRecordComponents())
                    .flatMap(part -> faultOf(part).stream())
                    .findFirst();
        }
        if (value instanceof Collection || value instanceof Map) {
            return Modifier.isPublic(type.getModifiers())
                    ? Optional.of("it is a collection that can be changed; take a copyOf it")
                    : Optional.empty();
        }
        return Stream.concat(openFields(type), setters(type)).findFirst();
    }

    /** A part is judged by its declared type: a list may be a copy, an array list or a date is none. */
    private static Optional<String> faultOf(RecordComponent part) {
        var type = part.getType();
        if (type.isArray()) {
            return Optional.of("the array '" + part.getName() + "' can be changed");
        }
        if (type.isInterface() || type.isRecord() || type.isEnum()) {
            return Optional.empty();
        }
        boolean collection = Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type);
        return collection
                ? Optional.of("its part '" + part.getName() + "' is a collection that can be changed")
                : Stream.concat(openFields(type), setters(type))
                        .map(fault -> "of its part '" + part.getName() + "', " + fault)
                        .findFirst();
    }

    private static Stream<String> openFields(Class<?> type) {
        return Arrays.stream(type.getFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && !Modifier.isFinal(field.getModifiers()))
                .map(field -> "the field '" + field.getName() + "' can be set");
    }

    private static Stream<String> setters(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && method.getParameterCount() > 0)
                .filter(method -> method.getReturnType() == void.class)
                .map(Method::getName)
                .filter(name -> name.equals("set") || name.matches("set[A-Z].*"))
                .sorted()
                .map(name -> "it has the method '" + name + "'");
    }
}
