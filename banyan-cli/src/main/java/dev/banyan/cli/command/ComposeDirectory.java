package dev.banyan.cli.command;

import dev.banyan.api.compose.DotEnv;
import dev.banyan.api.compose.Surroundings;
import dev.banyan.api.source.SourceText;
import dev.banyan.api.source.YamlReader;
import dev.banyan.cli.context.ContextException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Compose file and what lies beside it.
 *
 * @param compose the file under the name that the user gave
 */
record ComposeDirectory(SourceText compose, Path directory, Map<String, String> environment) {
    private static final List<String> USUAL =
            List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");

    /** Reads the file that was asked for, or the first usual one; throws {@link ContextException} when there is none. */
    static ComposeDirectory find(Program program, Optional<Path> asked) {
        var name = asked.orElseGet(() -> usual(program.directory()));
        var file = program.directory().resolve(name).toAbsolutePath().normalize();
        var text = read(file, 4 * YamlReader.TEXT_MAX)
                .orElseThrow(() -> new ContextException("The file " + name + " cannot be read.\n"));
        var directory = Optional.ofNullable(file.getParent()).orElse(file);
        return new ComposeDirectory(new SourceText(name.toString(), text), directory, program.environment());
    }

    private static Path usual(Path directory) {
        return USUAL.stream()
                .map(Path::of)
                .filter(name -> Files.exists(directory.resolve(name)))
                .findFirst()
                .orElseThrow(() -> new ContextException("There is no " + String.join(", ", USUAL) + " in " + directory
                        + ".\nName the file with -f FILE.\n"));
    }

    Surroundings surroundings(Optional<String> project) {
        var name =
                Optional.ofNullable(directory.getFileName()).map(Path::toString).orElse("");
        return new Surroundings(project, name, environment, path -> read(directory.resolve(path), 4 * DotEnv.TEXT_MAX));
    }

    /** At most {@code bytesMax}: a text cut there is too large for whoever gets it. */
    private static Optional<String> read(Path file, int bytesMax) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            return Optional.empty();
        }
        try (var input = Files.newInputStream(file)) {
            return Optional.of(new String(input.readNBytes(bytesMax), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
