package dev.banyan.cli.context;

import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import dev.banyan.api.source.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The contexts of one user. Immutable.
 *
 * @param current name of the one that is used; empty when there is none
 */
public record Contexts(Optional<String> current, List<Context> all) {
    /** No context at all. */
    public static final Contexts NONE = new Contexts(Optional.empty(), List.of());

    private static final Keys TOP = Keys.of("current", "contexts");
    private static final Keys CONTEXT = Keys.of("cluster", "endpoints", "credentials");

    public Contexts {
        all = List.copyOf(all);
    }

    /** The context of that name. */
    public Optional<Context> named(String name) {
        return all.stream().filter(context -> context.name().equals(name)).findFirst();
    }

    /** With {@code context} added, or in place of the one with its name, and made current. */
    public Contexts with(Context context) {
        var changed = new ArrayList<>(all);
        changed.removeIf(other -> other.name().equals(context.name()));
        changed.add(context);
        return new Contexts(Optional.of(context.name()), changed);
    }

    /**
     * Reads the form that {@link #print} writes.
     *
     * @throws ContextException with every problem and its place
     */
    public static Contexts parse(SourceText source) {
        var problems = Problems.in(source);
        var read = YamlReader.read(source, problems).map(document -> decode(Field.root(document, problems)));
        if (!problems.none()) {
            throw new ContextException(
                    problems.sorted().stream().map(problem -> problem.render()).collect(Collectors.joining()));
        }
        return read.orElse(NONE);
    }

    private static Contexts decode(Field root) {
        var current = Optional.<String>empty();
        var all = new ArrayList<Context>();
        for (var field : TOP.of(root)) {
            if (field.name().equals("current")) {
                current = field.text();
            } else {
                field.members().forEach(member -> all.add(context(member)));
            }
        }
        return new Contexts(current, all);
    }

    private static Context context(Field member) {
        var cluster = "";
        var credentials = "";
        List<String> endpoints = List.of();
        for (var field : CONTEXT.of(member)) {
            switch (field.name()) {
                case "cluster" -> cluster = field.text().orElse("");
                case "credentials" -> credentials = field.text().orElse("");
                default -> endpoints = field.texts();
            }
        }
        if (endpoints.isEmpty() || credentials.isEmpty()) {
            member.refuseKey("needs endpoints and credentials", Optional.empty());
        }
        return new Context(member.name(), cluster, endpoints, credentials);
    }

    /** The text of the file. */
    public String print() {
        var text = new StringBuilder();
        current.ifPresent(name -> text.append("current: ").append(quoted(name)).append('\n'));
        text.append("contexts:").append(all.isEmpty() ? " {}" : "").append('\n');
        for (var context : all) {
            text.append("  ").append(quoted(context.name())).append(":\n");
            text.append("    cluster: ").append(quoted(context.cluster())).append('\n');
            text.append("    endpoints: [");
            text.append(context.endpoints().stream().map(Contexts::quoted).collect(Collectors.joining(", ")));
            text.append("]\n    credentials: ")
                    .append(quoted(context.credentials()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
