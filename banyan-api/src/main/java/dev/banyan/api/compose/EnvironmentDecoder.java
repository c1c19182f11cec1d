package dev.banyan.api.compose;

import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Decodes {@code environment} and {@code env_file} of one service into the variables of its containers. */
final class EnvironmentDecoder {
    /** Most variables of a service. */
    static final int VARIABLES_MAX = 256;

    /** Most characters of one value. */
    static final int VALUE_MAX = 32 * 1024;

    private static final Keys FILE = Keys.of("path", "required").butNot("format");

    private final Surroundings around;
    private final Map<String, String> caller;
    private final List<Diagnostic> fileProblems;
    private final TreeMap<String, String> decoded = new TreeMap<>();

    /**
     * @param caller variables of the caller and of {@code .env}
     * @param fileProblems where problems inside of files go
     */
    EnvironmentDecoder(Surroundings around, Map<String, String> caller, List<Diagnostic> fileProblems) {
        this.around = around;
        this.caller = caller;
        this.fileProblems = fileProblems;
    }

    /** Files in their order, then {@code environment}, which wins. */
    Map<String, String> decode(Optional<Field> files, Optional<Field> environment) {
        files.ifPresent(this::files);
        environment.ifPresent(this::environment);
        environment.or(() -> files).ifPresent(this::checkLimits);
        return decoded;
    }

    private void files(Field field) {
        if (field.isSequence()) {
            field.items().forEach(this::file);
        } else {
            file(field);
        }
    }

    private void file(Field field) {
        if (!field.isMapping()) {
            field.text().ifPresent(path -> file(field, path, true));
            return;
        }
        var path = Optional.<String>empty();
        var required = Optional.of(true);
        for (var part : FILE.of(field)) {
            if (part.name().equals("path")) {
                path = part.text();
            } else {
                required = part.bool();
            }
        }
        if (path.isEmpty()) {
            field.refuse("has no \"path\"");
        } else {
            file(field, path.get(), required.orElse(true));
        }
    }

    private void file(Field field, String path, boolean required) {
        var text = around.files().read(path);
        if (text.isEmpty() && required) {
            field.refuse("the file \"" + path + "\" cannot be read");
        }
        if (text.isPresent()) {
            var inFile = Problems.inSecret(new SourceText(path, text.get()));
            decoded.putAll(DotEnv.read(text.get(), caller, inFile));
            fileProblems.addAll(inFile.sorted());
        }
    }

    private void environment(Field field) {
        if (field.isSequence()) {
            field.items().forEach(this::listed);
        } else {
            field.members().forEach(this::member);
        }
    }

    private void listed(Field item) {
        item.text().ifPresent(text -> {
            int equals = text.indexOf('=');
            put(item, equals < 0 ? text : text.substring(0, equals), equals < 0 ? null : text.substring(equals + 1));
        });
    }

    private void member(Field member) {
        if (member.isNull()) {
            put(member, member.name(), null);
        } else {
            member.text().ifPresent(value -> put(member, member.name(), value));
        }
    }

    /** Without a value the caller's is taken; when the caller has none, the variable is absent. */
    private void put(Field at, String name, @Nullable String value) {
        if (name.isBlank() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            at.refuse("\"" + name + "\" is no name of a variable", "write NAME=value");
            return;
        }
        var taken = value == null ? caller.get(name) : value;
        if (taken == null) {
            decoded.remove(name);
            return;
        }
        if (taken.length() > VALUE_MAX || taken.indexOf('\0') >= 0) {
            at.refuse("a value must be at most " + VALUE_MAX / 1024 + " KiB and hold no NUL");
            return;
        }
        decoded.put(name, taken);
    }

    private void checkLimits(Field field) {
        if (decoded.size() > VARIABLES_MAX) {
            field.refuse("sets " + decoded.size() + " variables; at most " + VARIABLES_MAX + " are possible");
        }
        boolean tooLong = decoded.values().stream().anyMatch(value -> value.length() > VALUE_MAX);
        if (tooLong) {
            field.refuse("a value is longer than " + VALUE_MAX / 1024 + " KiB");
        }
    }
}
