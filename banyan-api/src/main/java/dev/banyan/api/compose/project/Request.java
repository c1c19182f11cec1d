package dev.banyan.api.compose.project;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be loaded.
 *
 * @param directory absolute, from which the other paths are seen
 * @param files the Compose files in their order; empty for those of the environment, or the usual ones
 * @param projectDirectory to which paths in the files are relative; by default the first file's
 * @param projectName a name that wins over all others
 * @param profiles that are enabled besides those of the environment; {@code *} enables all
 * @param envFiles files of variables, of which the later win; empty for those of the environment, or {@code .env}
 * @param environment variables of the caller, which win over those of files
 */
public record Request(
        Path directory,
        List<String> files,
        Optional<String> projectDirectory,
        Optional<String> projectName,
        List<String> profiles,
        List<String> envFiles,
        Map<String, String> environment) {
    public Request {
        directory = directory.toAbsolutePath().normalize();
        files = List.copyOf(files);
        profiles = List.copyOf(profiles);
        envFiles = List.copyOf(envFiles);
        environment = Map.copyOf(environment);
    }

    /** The usual files of a directory, in an environment. */
    public static Request in(Path directory, Map<String, String> environment) {
        return new Request(directory, List.of(), Optional.empty(), Optional.empty(), List.of(), List.of(), environment);
    }

    /** With these files. */
    public Request files(String... names) {
        return new Request(directory, List.of(names), projectDirectory, projectName, profiles, envFiles, environment);
    }

    /** With these profiles. */
    public Request profiles(String... names) {
        return new Request(directory, files, projectDirectory, projectName, List.of(names), envFiles, environment);
    }

    /** With these files of variables. */
    public Request envFiles(String... names) {
        return new Request(directory, files, projectDirectory, projectName, profiles, List.of(names), environment);
    }

    /** With a name. */
    public Request named(String name) {
        return new Request(directory, files, projectDirectory, Optional.of(name), profiles, envFiles, environment);
    }

    /** With a project directory. */
    public Request projectDirectory(String path) {
        return new Request(directory, files, Optional.of(path), projectName, profiles, envFiles, environment);
    }
}
