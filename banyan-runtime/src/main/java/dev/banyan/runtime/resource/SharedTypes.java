package dev.banyan.runtime.resource;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Refuses values that their readers could change: a cache shares them without copies. It looks at each class once and not into its
 * fields, so it finds the usual mistakes - arrays, bare collections, classes with setters - and not every one. Owned by one task.
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
                    .filter(part -> part.getType().isArray())
                    .map(part -> "the array '" + part.getName() + "' can be changed")
                    .findFirst();
        }
        if (value instanceof Collection || value instanceof Map) {
            return Modifier.isPublic(type.getModifiers())
                    ? Optional.of("it is a collection that can be changed; take a copyOf it")
                    : Optional.empty();
        }
        return Stream.concat(openFields(type), setters(type)).findFirst();
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
