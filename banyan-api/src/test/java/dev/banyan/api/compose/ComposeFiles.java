package dev.banyan.api.compose;

import dev.banyan.api.compose.project.Request;
import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ServiceManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads Compose texts for tests, in a directory "app" with a few other files. */
final class ComposeFiles {
    private static final Path DIRECTORY = Path.of("/srv/app");
    private static final Map<String, String> CALLER = Map.of("FROM_CALLER", "yes");
    private static final Map<String, String> BESIDE = Map.of("web.env", "FROM_FILE=1\nLEVEL=file\n");

    private ComposeFiles() {}

    static ComposeOutcome load(Map<String, String> environment, Map<String, String> files, String text) {
        var all = new HashMap<>(files);
        all.put("compose.yaml", text);
        return ComposeLoader.load(
                Request.in(DIRECTORY, environment),
                path -> Optional.ofNullable(all.get(DIRECTORY.relativize(path).toString())));
    }

    static ComposeOutcome load(String text) {
        return load(CALLER, BESIDE, text);
    }

    static Manifest loaded(String text) {
        return switch (load(text)) {
            case ComposeOutcome.Loaded loaded -> loaded.manifest();
            case ComposeOutcome.Refused refused -> throw new AssertionError(rendered(refused.reasons()));
            case ComposeOutcome.Absent absent -> throw new AssertionError(rendered(absent.reasons()));
        };
    }

    /** The service "web", which has an image and the given further lines. */
    static ServiceManifest web(String... lines) {
        return loaded(webText(lines)).getServices(0);
    }

    static String webText(String... lines) {
        var text = new StringBuilder("services:\n  web:\n    image: nginx\n");
        for (var line : lines) {
            text.append("    ").append(line).append('\n');
        }
        return text.toString();
    }

    static List<Diagnostic> refused(String text) {
        return switch (load(text)) {
            case ComposeOutcome.Loaded loaded -> List.of();
            case ComposeOutcome.Refused refused -> refused.reasons();
            case ComposeOutcome.Absent absent -> absent.reasons();
        };
    }

    /** Each reason as line:column, field and message, then the suggestion if there is one. */
    static List<String> reasons(String text) {
        return refused(text).stream()
                .map(reason -> reason.position().line() + ":"
                        + reason.position().column() + " " + reason.field() + ": "
                        + reason.message()
                        + reason.suggestion().map(words -> " (" + words + ")").orElse(""))
                .toList();
    }

    static String rendered(List<Diagnostic> diagnostics) {
        var text = new StringBuilder();
        diagnostics.forEach(diagnostic -> text.append(diagnostic.render()));
        return text.toString();
    }

    static String resource(String name) {
        try (var stream = ComposeFiles.class.getResourceAsStream("/compose/" + name)) {
            return new String(java.util.Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
