package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.runtime.env.SeededRandom;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another implementation's reading of the same files: docker-compose 1.29, as Debian has it. It merges, extends and interpolates; what it
 * prints is loaded here again, and must be what is loaded here from the files themselves.
 */
@Tag("servers")
class DockerComposeTest {
    private static final int PROJECTS = Objects.requireNonNull(Integer.getInteger("banyan.compose.projects", 200));

    /** Paths of the drawn projects. */
    private static final Set<String> RELATIVE = Set.of(".", "x", "a", "b", "key", "conf");

    /** Where it matters what comes first. */
    private static final Set<String> ORDERED = Set.of("command", "entrypoint", "test", "dns");

    @TempDir
    private Path scratch;

    private Path directory = Path.of("");

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(scratch.resolve("project"));
    }

    @Test
    void readsTheSameInAnyProject() throws Exception {
        var random = new SeededRandom(51);
        try (var other = new Other(directory)) {
            for (int i = 0; i < PROJECTS; i++) {
                var files = RandomFiles.write(random);
                var answer = other.config(files);
                var theirs = values(Projects.in(directory, Map.of("compose.yaml", answer)));
                assertThat(values(Projects.in(directory, files)))
                        .as(() -> String.join("\n", files.values()) + "\n" + answer)
                        .isEqualTo(theirs);
            }
        }
    }

    /** What each key of each service and resource says. */
    private Map<String, String> values(Projects projects) {
        var values = new TreeMap<String, String>();
        var sections = projects.load().right().tree();
        for (var section : List.of("services", "networks", "volumes", "secrets", "configs")) {
            for (var one : sections.mapping(section).members()) {
                keys(one.value())
                        .forEach(key -> values.put(String.join(".", section, one.key(), key.key()), said(key)));
            }
        }
        return values;
    }

    private static List<Node.Member> keys(Node node) {
        return node instanceof Mapping mapping
                ? mapping.members().stream()
                        .filter(key -> !key.key().startsWith("x-"))
                        .toList()
                : List.of();
    }

    /** Without what the other writes in its own way: orders, defaults, things said twice, and where a path begins. */
    private String said(Node.Member key) {
        return ORDERED.contains(key.key()) && key.value() instanceof Sequence list
                ? list.items().stream().map(this::said).toList().toString()
                : said(key.value());
    }

    private String said(Node node) {
        return switch (node) {
            case Scalar scalar -> scalar.isNull() ? "" : absolute(scalar.text());
            case Sequence list ->
                list.items().stream()
                        .map(this::said)
                        .sorted()
                        .distinct()
                        .toList()
                        .toString();
            case Mapping map ->
                map.members().stream()
                        .filter(member -> !member.key().equals("required"))
                        .map(member -> member.key() + ": " + said(member))
                        .sorted()
                        .toList()
                        .toString();
        };
    }

    private String absolute(String text) {
        return RELATIVE.contains(text) ? directory.resolve(text).normalize().toString() : text;
    }

    /** A process that answers for project after project. */
    private static final class Other implements AutoCloseable {
        private final Path directory;
        private final Process process;
        private final BufferedReader answers;

        Other(Path directory) throws IOException {
            this.directory = directory;
            var script = directory.resolveSibling("docker-compose.py");
            try (var text = Objects.requireNonNull(Other.class.getResourceAsStream("/compose/docker-compose.py"))) {
                Files.write(script, text.readAllBytes());
            }
            process = new ProcessBuilder("/usr/bin/python3", script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            answers = process.inputReader(StandardCharsets.UTF_8);
        }

        String config(Map<String, String> files) throws IOException {
            try (var old = Files.list(directory)) {
                old.forEach(Other::delete);
            }
            Files.createDirectory(directory.resolve("x"));
            for (var file : new TreeMap<>(files).entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(directory + "\n")
                    .flush();
            var answer = answers.readLine().split(" ", 2);
            var text = new String(Base64.getDecoder().decode(answer[1]), StandardCharsets.UTF_8);
            assertThat(answer[0])
                    .as(String.join("\n", files.values()) + "\n" + text)
                    .isEqualTo("config");
            return text;
        }

        @Override
        public void close() throws IOException {
            process.outputWriter(StandardCharsets.UTF_8).close();
            assertThat(answers.readLine()).isNull();
        }

        private static void delete(Path file) {
            try {
                Files.delete(file);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
