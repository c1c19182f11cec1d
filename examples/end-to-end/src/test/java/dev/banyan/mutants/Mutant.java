package dev.banyan.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A change that breaks one promise, and the tests that must notice.
 *
 * @param name the file's, without its ending
 * @param why what would go wrong
 * @param source from the top of the repository
 * @param tests a class, or a class, {@code #} and a method; each of them must fail
 * @param properties {@code name=value}, for the JVM that runs the tests
 * @param says what a failure tells; without it, it must be an assertion's
 */
record Mutant(
        String name,
        String why,
        Path source,
        List<Edit> edits,
        List<String> tests,
        List<String> properties,
        Optional<String> says) {
    private static final String ENDING = ".mutant";
    private static final String BEFORE = "=== instead of";
    private static final String AFTER = "=== stands";

    /** One place of the source; an empty {@code after} leaves it out. */
    record Edit(String before, String after) {}

    Mutant {
        edits = List.copyOf(edits);
        tests = List.copyOf(tests);
        properties = List.copyOf(properties);
    }

    static List<Mutant> in(Path directory) {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .map(file -> read(directory, file))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Mutant read(Path directory, Path file) {
        try {
            var name = directory.relativize(file).toString();
            return parse(name.substring(0, name.length() - ENDING.length()), Files.readString(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Reads {@code key: value} lines, and after them each old text after its line and the new text after its. */
    static Mutant parse(String name, String text) {
        var parts = text.split("(?m)^" + BEFORE + "\n");
        var said = header(name, parts[0]);
        var edits = new ArrayList<Edit>();
        for (var part : List.of(parts).subList(1, parts.length)) {
            edits.add(edit(name, part));
        }
        if (edits.isEmpty()) {
            throw malformed(name, "it changes nothing");
        }
        return new Mutant(
                name,
                one(name, said, "why"),
                Path.of(one(name, said, "source")),
                edits,
                some(name, said, "test"),
                said.getOrDefault("property", List.of()),
                said.containsKey("says") ? Optional.of(one(name, said, "says")) : Optional.empty());
    }

    private static Edit edit(String name, String part) {
        var texts = part.split("(?m)^" + AFTER + "\n", -1);
        if (texts.length != 2 || texts[0].isBlank()) {
            throw malformed(name, "each '" + BEFORE + "' needs its text and one '" + AFTER + "'");
        }
        return new Edit(texts[0].stripTrailing(), texts[1].stripTrailing());
    }

    private static Map<String, List<String>> header(String name, String text) {
        var said = new HashMap<String, List<String>>();
        for (var line : text.split("\n")) {
            int colon = line.indexOf(": ");
            var key = colon < 0 ? line : line.substring(0, colon);
            if (!List.of("why", "source", "test", "property", "says").contains(key)) {
                throw malformed(name, "'" + line + "' is not understood");
            }
            said.computeIfAbsent(key, unknown -> new ArrayList<>())
                    .add(line.substring(colon + 2).strip());
        }
        return said;
    }

    private static List<String> some(String name, Map<String, List<String>> said, String key) {
        return Optional.ofNullable(said.get(key)).orElseThrow(() -> malformed(name, "it has no " + key));
    }

    private static String one(String name, Map<String, List<String>> said, String key) {
        var values = some(name, said, key);
        if (values.size() > 1) {
            throw malformed(name, "it has more than one " + key);
        }
        return values.getFirst();
    }

    private static IllegalArgumentException malformed(String name, String what) {
        return new IllegalArgumentException("mutant " + name + ": " + what);
    }

    /** The directory of the module whose source it changes. */
    String module() {
        var path = source.toString();
        return path.substring(0, path.indexOf("/src/"));
    }

    /** {@code original} with the changes in it. Each old text must be there once: a mutant that no longer fits proves nothing. */
    String applied(String original) {
        var text = original;
        for (var edit : edits) {
            int first = text.indexOf(edit.before());
            if (first < 0) {
                throw malformed(name, "its old text is not in " + source + ": " + edit.before());
            }
            if (text.indexOf(edit.before(), first + 1) >= 0) {
                throw malformed(name, "its old text is more than once in " + source + ": " + edit.before());
            }
            text = text.substring(0, first)
                    + edit.after()
                    + text.substring(first + edit.before().length());
        }
        return text;
    }
}
