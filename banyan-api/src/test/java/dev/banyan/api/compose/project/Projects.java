package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Printer;
import dev.banyan.api.source.Diagnostic;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Files in memory, in and around the directory {@code /srv/app}, that are loaded as a project. */
public final class Projects {
    public static final Path DIRECTORY = Path.of("/srv/app");

    private final Map<Path, String> files = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private Request request = Request.in(DIRECTORY, Map.of());

    /** With {@code compose.yaml}. */
    public static Projects of(String text) {
        return new Projects().file("compose.yaml", text);
    }

    /** Files of a directory; the Compose files among them are merged in the order of their names. */
    static Projects in(Path directory, Map<String, String> texts) {
        var projects = new Projects();
        texts.forEach((name, text) -> projects.files.put(directory.resolve(name), text));
        var compose = texts.keySet().stream()
                .filter(name -> name.startsWith("compose"))
                .sorted()
                .toArray(String[]::new);
        projects.request = Request.in(directory, Map.of()).files(compose).profiles("*");
        return projects;
    }

    /** The service "web" with an image and these lines. */
    public static Projects web(String... lines) {
        return of("services:\n  web:\n    image: nginx\n"
                + String.join("\n", lines).indent(4));
    }

    public Projects file(String name, String text) {
        files.put(DIRECTORY.resolve(name).normalize(), text);
        return this;
    }

    public Projects variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Projects asking(UnaryOperator<Request> change) {
        request = change.apply(request);
        return this;
    }

    public Result load() {
        var complaints = new Complaints();
        var asked = new Request(
                request.directory(),
                request.files(),
                request.projectDirectory(),
                request.projectName(),
                request.profiles(),
                request.envFiles(),
                environment);
        var loader = new ProjectLoader(asked, path -> Optional.ofNullable(files.get(path)), complaints);
        return new Result(loader.found() ? loader.load() : Optional.empty(), complaints);
    }

    /** What came of it. */
    public record Result(Optional<Project> project, Complaints complaints) {
        /** Each refusal as file:line:column, field and message, then the suggestion if there is one. */
        public List<String> reasons() {
            return complaints.refusals().stream().map(Result::line).toList();
        }

        public List<String> warnings() {
            return complaints.warnings().stream().map(Result::line).toList();
        }

        private static String line(Diagnostic found) {
            return found.place() + " " + found.field() + ": " + found.message()
                    + found.suggestion().map(words -> " (" + words + ")").orElse("");
        }

        /** The whole project, which must be right. */
        public Project right() {
            if (!complaints.none()) {
                throw new AssertionError(String.join("\n", reasons()));
            }
            return project.orElseThrow();
        }

        /** The tree as a file. */
        public String printed() {
            return Printer.print(right().tree());
        }

        public Mapping service(String name) {
            return right().services().mapping(name);
        }

        /** A service's keys as a file, without its image. */
        public String web() {
            return Printer.print(service("web").without("image"));
        }
    }
}
