package dev.banyan.runtime.api;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every signature that code outside of its package may use, as lines in an order of their own. Pure. */
final class Api {
    /** Packages whose types everybody knows, and rooms, which the type's own line names. */
    private static final Pattern PACKAGE = Pattern.compile(
            "\\b(java\\.io|java\\.lang|java\\.util(\\.function)?|java\\.time|dev\\.banyan\\.runtime(\\.[a-z]+)+)\\.(?=[A-Z])");

    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private Api() {}

    static List<String> of(Collection<Class<?>> classes) {
        return classes.stream()
                .filter(Api::isOpen)
                .sorted(Comparator.comparing(Class::getName))
                .flatMap(type -> Stream.concat(Stream.of("", header(type)), members(type)))
                .toList();
    }

    private static boolean isOpen(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getDeclaringClass()) {
            if (!isOpen(at.getModifiers())) {
                return false;
            }
        }
        return !type.isSynthetic();
    }

    private static boolean isOpen(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String header(Class<?> type) {
        var words = new ArrayList<String>();
        words.add(type.getName().replace('$', '.') + ":");
        if (type.isSealed()) {
            words.add("sealed");
        }
        if (Modifier.isAbstract(type.getModifiers()) && !type.isInterface()) {
            words.add("abstract");
        }
        if (Modifier.isFinal(type.getModifiers()) && !type.isRecord() && !type.isEnum()) {
            words.add("final");
        }
        words.add(type.isRecord() ? "record" : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class");
        words.add(type.getSimpleName() + variables(type.getTypeParameters()) + components(type));
        var parents = new ArrayList<String>();
        var parent = type.getGenericSuperclass();
        if (parent != null && !Set.of(Object.class, Record.class).contains(type.getSuperclass()) && !type.isEnum()) {
            parents.add(name(parent));
        }
        Arrays.stream(type.getGenericInterfaces()).map(Api::name).forEach(parents::add);
        if (!parents.isEmpty()) {
            words.add("is " + String.join(", ", parents));
        }
        return String.join(" ", words);
    }

    private static String components(Class<?> type) {
        return type.isRecord()
                ? Arrays.stream(type.getRecordComponents())
                        .map(part -> name(part.getGenericType()) + " " + part.getName())
                        .collect(Collectors.joining(", ", "(", ")"))
                : "";
    }

    private static Stream<String> members(Class<?> type) {
        return Stream.of(
                        Arrays.stream(type.getDeclaredFields())
                                .filter(Api::counts)
                                .map(Api::field),
                        Arrays.stream(type.getDeclaredConstructors())
                                .filter(made -> counts(made) && !isCanonical(type, made))
                                .map(made ->
                                        executable(made, modifiers(made.getModifiers() & Modifier.PROTECTED), "new")),
                        Arrays.stream(type.getDeclaredMethods())
                                .filter(method -> counts(method) && !isGiven(type, method))
                                .map(Api::method))
                .flatMap(lines -> lines)
                .map(line -> "    " + line)
                .sorted();
    }

    private static boolean counts(Member member) {
        return isOpen(member.getModifiers()) && !member.isSynthetic();
    }

    private static boolean isCanonical(Class<?> type, Constructor<?> made) {
        return type.isRecord()
                && Arrays.equals(
                        made.getParameterTypes(),
                        Arrays.stream(type.getRecordComponents())
                                .map(part -> part.getType())
                                .toArray());
    }

    /** Whether the language, or a supertype that everybody knows, gives it to such types. */
    private static boolean isGiven(Class<?> type, Method method) {
        if (OF_EVERY_OBJECT.contains(method.getName()) && method.getDeclaringClass() != Object.class) {
            return true;
        }
        if (type.isEnum() && Modifier.isStatic(method.getModifiers())) {
            return method.getName().equals("values") || method.getName().equals("valueOf");
        }
        return type.isRecord()
                && method.getParameterCount() == 0
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(part -> part.getName().equals(method.getName()));
    }

    private static String field(Field field) {
        return field.isEnumConstant()
                ? "constant " + field.getName()
                : modifiers(field.getModifiers() & ~Modifier.TRANSIENT & ~Modifier.VOLATILE)
                        + name(field.getGenericType()) + " " + field.getName();
    }

    private static String method(Method method) {
        var modifiers = method.isDefault()
                ? "default "
                : modifiers(method.getModifiers()
                        & (Modifier.STATIC | Modifier.ABSTRACT | Modifier.PROTECTED)
                        & ~(method.getDeclaringClass().isInterface() ? Modifier.ABSTRACT : 0));
        return executable(method, modifiers, name(method.getGenericReturnType()) + " " + method.getName());
    }

    private static String executable(Executable executable, String modifiers, String name) {
        var variables = variables(executable.getTypeParameters());
        var failures = Arrays.stream(executable.getGenericExceptionTypes())
                .map(Api::name)
                .collect(Collectors.joining(", "));
        return modifiers
                + (variables.isEmpty() ? "" : variables + " ")
                + name
                + Arrays.stream(executable.getGenericParameterTypes())
                        .map(Api::name)
                        .collect(Collectors.joining(", ", "(", ")"))
                + (failures.isEmpty() ? "" : " throws " + failures)
                + (isOld(executable) ? " deprecated" : "");
    }

    private static boolean isOld(AnnotatedElement element) {
        return element.isAnnotationPresent(Deprecated.class);
    }

    private static String modifiers(int modifiers) {
        var shown = modifiers & ~Modifier.PUBLIC;
        return shown == 0 ? "" : Modifier.toString(shown) + " ";
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(variable -> variable.getName() + bounds(variable))
                        .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String bounds(TypeVariable<?> variable) {
        var bounds = Arrays.stream(variable.getBounds())
                .filter(bound -> bound != Object.class)
                .map(Api::name)
                .collect(Collectors.joining(" & "));
        return bounds.isEmpty() ? "" : " extends " + bounds;
    }

    private static String name(Type type) {
        var whole = type instanceof ParameterizedType || !(type instanceof Class<?> plain)
                ? type.getTypeName()
                : plain.getCanonicalName();
        return PACKAGE.matcher(whole.replace('$', '.')).replaceAll("");
    }
}
