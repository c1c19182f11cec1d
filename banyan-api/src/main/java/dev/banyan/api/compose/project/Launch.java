package dev.banyan.api.compose.project;

import dev.banyan.api.compose.dotenv.DotEnv;
import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Origin;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which files a request means, and with which variables. The caller's variables win over those of {@code --env-file} or {@code .env},
 * and either may hold {@code COMPOSE_FILE} and the others that stand for options.
 */
final class Launch {
    private static final List<String> USUAL =
            List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");
    private static final List<String> OVERRIDES = List.of(
            "compose.override.yaml",
            "compose.override.yml",
            "docker-compose.override.yaml",
            "docker-compose.override.yml");

    /** More separators than any list of paths has. */
    private static final int LIST_MAX = 100;

    private final Request request;
    private final Library library;
    private final Complaints complaints;
    private final Place outside;
    private Map<String, String> variables;
    private List<Path> files = List.of();
    private Path directory;

    private Launch(Request request, Library library, Complaints complaints) {
        this.request = request;
        this.library = library;
        this.complaints = complaints;
        this.variables = request.environment();
        this.directory = request.directory();
        this.outside =
                Place.start(new Origin(-1, new SourceText(request.directory().toString(), ""), true));
    }

    /** Finds files and variables; what is missing is complained of. */
    static Launch of(Request request, Library library, Complaints complaints) {
        var launch = new Launch(request, library, complaints);
        launch.prepare();
        return launch;
    }

    /** The Compose files in their order; empty when there are none, of which it complained. */
    List<Path> files() {
        return files;
    }

    /** The project's directory. */
    Path directory() {
        return directory;
    }

    /** The caller's variables and those of files. */
    Map<String, String> variables() {
        return variables;
    }

    /** The enabled profiles. */
    List<String> profiles() {
        var profiles = new ArrayList<>(request.profiles());
        profiles.addAll(list("COMPOSE_PROFILES", ","));
        return profiles;
    }

    /** A name that wins over those of the files. */
    Optional<String> projectName() {
        return request.projectName().or(() -> Optional.ofNullable(variables.get("COMPOSE_PROJECT_NAME"))
                .filter(name -> !name.isBlank()));
    }

    private void prepare() {
        var envFiles = envFiles();
        boolean own = envFiles.isEmpty() && !disabled();
        if (own && request.files().isEmpty()) {
            read(request.directory().resolve(".env"));
        }
        envFiles.forEach(this::readRequired);
        files = composeFiles();
        directory = request.projectDirectory()
                .flatMap(this::path)
                .or(() -> files.stream().findFirst().flatMap(file -> Optional.ofNullable(file.getParent())))
                .orElse(request.directory());
        if (own && !(request.files().isEmpty() && directory.equals(request.directory()))) {
            read(directory.resolve(".env"));
        }
    }

    private boolean disabled() {
        var value = request.environment().getOrDefault("COMPOSE_DISABLE_ENV_FILE", "");
        return List.of("1", "true").contains(value);
    }

    private List<String> envFiles() {
        return request.envFiles().isEmpty() ? list("COMPOSE_ENV_FILES", ",") : request.envFiles();
    }

    private List<String> list(String variable, String separator) {
        var text = variables.getOrDefault(variable, "");
        return List.of(text.split(java.util.regex.Pattern.quote(separator), LIST_MAX)).stream()
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private void readRequired(String name) {
        var path = path(name);
        if (path.isPresent() && !read(path.get())) {
            refuse("the file of variables \"" + name + "\" " + library.absence());
        }
    }

    /** Later files win over earlier ones, the caller over all. */
    private boolean read(Path path) {
        var origin = library.open(path, true);
        origin.ifPresent(found -> variables = with(found, variables, request.environment(), complaints));
        return origin.isPresent();
    }

    /** The variables of a file over {@code below}, under the {@code caller}'s. */
    static Map<String, String> with(
            Origin origin, Map<String, String> below, Map<String, String> caller, Complaints complaints) {
        var problems = Problems.inSecret(origin.source());
        var merged = new HashMap<>(below);
        merged.putAll(DotEnv.read(origin.source().text(), below, problems));
        merged.putAll(caller);
        complaints.refuseAll(origin, problems);
        return Map.copyOf(merged);
    }

    private List<Path> composeFiles() {
        var separator = variables.getOrDefault("COMPOSE_PATH_SEPARATOR", "");
        var names = request.files().isEmpty()
                ? list("COMPOSE_FILE", separator.isEmpty() ? ":" : separator)
                : request.files();
        if (names.isEmpty()) {
            return usual();
        }
        var found = new ArrayList<Path>();
        for (var name : names) {
            path(name).ifPresent(path -> {
                if (library.open(path, false).isPresent()) {
                    found.add(path);
                } else {
                    refuse("the file \"" + name + "\" " + library.absence());
                }
            });
        }
        return found;
    }

    /** The first usual file in the directory or in one above, and the file beside it that overrides it. */
    private List<Path> usual() {
        for (var at = Optional.of(request.directory());
                at.isPresent();
                at = at.flatMap(path -> Optional.ofNullable(path.getParent()))) {
            var first = existing(at.get(), USUAL);
            if (first.isPresent()) {
                var files = new ArrayList<>(List.of(first.get()));
                existing(at.get(), OVERRIDES).ifPresent(files::add);
                return files;
            }
        }
        refuse("there is no " + String.join(", ", USUAL), "name the file with -f FILE");
        return List.of();
    }

    private Optional<Path> existing(Path directory, List<String> names) {
        return names.stream()
                .map(directory::resolve)
                .filter(path -> library.open(path, false).isPresent())
                .findFirst();
    }

    private Optional<Path> path(String name) {
        try {
            return Optional.of(request.directory().resolve(name).normalize());
        } catch (InvalidPathException malformed) {
            refuse("\"" + name + "\" is no path");
            return Optional.empty();
        }
    }

    private void refuse(String message) {
        complaints.refuse(Trail.ROOT, outside, message);
    }

    private void refuse(String message, String suggestion) {
        complaints.refuse(Trail.ROOT, outside, message, suggestion);
    }
}
