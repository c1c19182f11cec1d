package dev.banyan.cli.kinds;

import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import dev.banyan.api.source.YamlReader;
import dev.banyan.api.source.YamlValue;
import dev.banyan.cli.context.ContextException;
import dev.banyan.runtime.resource.Bytes;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** YAML or JSON as maps, lists, texts, numbers and booleans; an empty {@link Optional} stands for null. Pure. */
final class Tree {
    /** Numbers of JSON; what else YAML has for numbers stays text, as it would be in JSON. */
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?");

    private Tree() {}

    /** The mapping in a file that a person wrote; throws {@link ContextException} with every problem and its place. */
    static YamlValue.Mapping read(String name, String text) {
        var problems = Problems.in(new SourceText(name, text));
        var document = YamlReader.read(new SourceText(name, text), problems);
        if (!problems.none() || document.isEmpty()) {
            throw refused(problems);
        }
        return document.get();
    }

    static ContextException refused(Problems problems) {
        return new ContextException(
                problems.sorted().stream().map(problem -> problem.render()).collect(Collectors.joining()));
    }

    /** A stored half for output: JSON as a value, nothing as null, and anything else in Base64. */
    static Object stored(Bytes content) {
        if (content.isEmpty()) {
            return Optional.empty();
        }
        var text = "{\"value\": " + content.toUtf8() + "\n}";
        var source = new SourceText("object", text);
        var problems = Problems.inSecret(source);
        return YamlReader.read(source, problems)
                .filter(document -> problems.none() && document.entries().size() == 1)
                .flatMap(document -> document.value("value"))
                .map(Tree::plain)
                .orElseGet(() -> Base64.getEncoder().encodeToString(content.toByteArray()));
    }

    /** The value in plain types. */
    static Object plain(YamlValue value) {
        return switch (value) {
            case YamlValue.Mapping mapping -> plain(mapping);
            case YamlValue.Sequence sequence ->
                sequence.items().stream().map(Tree::plain).toList();
            case YamlValue.Scalar scalar -> scalar(scalar);
        };
    }

    private static Map<String, Object> plain(YamlValue.Mapping mapping) {
        var plain = new LinkedHashMap<String, Object>();
        mapping.entries().forEach(entry -> plain.put(entry.key().text(), plain(entry.value())));
        return plain;
    }

    private static Object scalar(YamlValue.Scalar scalar) {
        var text = scalar.text();
        if (scalar.quoted()) {
            return text;
        }
        if (scalar.isNull()) {
            return Optional.empty();
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        return NUMBER.matcher(text).matches() ? new BigDecimal(text) : text;
    }
}
