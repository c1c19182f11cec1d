package dev.banyan.api.source;

import dev.banyan.api.source.YamlValue.Mapping;
import dev.banyan.api.source.YamlValue.Scalar;
import dev.banyan.api.source.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A value under its path, being decoded: each question about its type that fails is reported and answered by empty.
 *
 * @param path such as {@code services.web.ports[0]}; empty for the root
 * @param key that holds the value; in a list the index, at the value's own place
 */
public record Field(String path, Scalar key, YamlValue value, Problems problems) {
    /** A longer number fits no type. */
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");

    /** The document as a field. */
    public static Field root(Mapping document, Problems problems) {
        return new Field("", new Scalar(document.position(), "", false), document, problems);
    }

    /** The key's text. */
    public String name() {
        return key.text();
    }

    public boolean isNull() {
        return value instanceof Scalar scalar && scalar.isNull();
    }

    public boolean isScalar() {
        return value instanceof Scalar;
    }

    public boolean isSequence() {
        return value instanceof Sequence;
    }

    public boolean isMapping() {
        return value instanceof Mapping;
    }

    /** The fields of a mapping; reports any other value. A value that was left out has no fields. */
    public List<Field> members() {
        if (isNull()) {
            return List.of();
        }
        if (!(value instanceof Mapping mapping)) {
            refuse("must be a mapping of keys to values");
            return List.of();
        }
        var prefix = path.isEmpty() ? "" : path + ".";
        return mapping.entries().stream()
                .map(entry -> new Field(prefix + entry.key().text(), entry.key(), entry.value(), problems))
                .toList();
    }

    /** The items of a list; reports any other value. A value that was left out has no items. */
    public List<Field> items() {
        if (isNull()) {
            return List.of();
        }
        if (!(value instanceof Sequence sequence)) {
            refuse("must be a list");
            return List.of();
        }
        var items = new ArrayList<Field>();
        for (var item : sequence.items()) {
            var index = new Scalar(item.position(), Integer.toString(items.size()), false);
            items.add(new Field(path + "[" + items.size() + "]", index, item, problems));
        }
        return List.copyOf(items);
    }

    /** The text of a scalar; reports lists, mappings and values that were left out. */
    public Optional<String> text() {
        if (isNull()) {
            refuse("needs a value");
            return Optional.empty();
        }
        if (!(value instanceof Scalar scalar)) {
            refuse("must be a single value");
            return Optional.empty();
        }
        return Optional.of(scalar.text());
    }

    /** Every item of a list as text. */
    public List<String> texts() {
        return items().stream().flatMap(item -> item.text().stream()).toList();
    }

    /** A whole number from {@code min} to {@code max}. */
    public OptionalLong integer(long min, long max) {
        var text = text();
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (INTEGER.matcher(text.get()).matches()) {
            long number = Long.parseLong(text.get());
            if (number >= min && number <= max) {
                return OptionalLong.of(number);
            }
        }
        refuse("must be a whole number from " + min + " to " + max + ", not \"" + text.get() + "\"");
        return OptionalLong.empty();
    }

    /** {@code true} or {@code false}. */
    public Optional<Boolean> bool() {
        var text = text();
        if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
            refuse("must be true or false, not \"" + text.get() + "\"");
            return Optional.empty();
        }
        return text.map("true"::equals);
    }

    /** Reports this value. */
    public void refuse(String message) {
        problems.add(path, isNull() ? key.position() : value.position(), message);
    }

    /** Reports this value with a sentence that says what to write instead. */
    public void refuse(String message, String suggestion) {
        problems.add(path, isNull() ? key.position() : value.position(), message, suggestion);
    }

    /** Reports the key of this value. */
    public void refuseKey(String message, Optional<String> suggestion) {
        suggestion.ifPresentOrElse(
                words -> problems.add(path, key.position(), message, words),
                () -> problems.add(path, key.position(), message));
    }
}
