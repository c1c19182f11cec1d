package dev.banyan.api.compose.project;

import dev.banyan.api.compose.dotenv.DotEnv;
import dev.banyan.api.source.YamlReader;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the files of a project. */
@FunctionalInterface
public interface ProjectFiles {
    /** Characters after which a file may be cut: whoever gets more than its maximum refuses it. */
    int TEXT_MAX = Math.max(YamlReader.TEXT_MAX, DotEnv.TEXT_MAX) + 1;

    /** The text under an absolute path, cut after {@link #TEXT_MAX}; empty when there is no such file or it is unreadable. */
    Optional<String> read(Path path);
}
