package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.template.Budget;
import dev.banyan.api.compose.template.Template;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads a project. One loader loads one project; for one thread. */
public final class ProjectLoader {
    private final Library library;
    private final Complaints complaints;
    private final Launch launch;

    /**
     * Finds the files.
     *
     * @param complaints gets all that is wrong, and warnings
     */
    public ProjectLoader(Request request, ProjectFiles files, Complaints complaints) {
        this.library = new Library(files, request.directory(), complaints);
        this.complaints = complaints;
        this.launch = Launch.of(request, library, complaints);
    }

    /** False when there is no Compose file, of which it complained. */
    public boolean found() {
        return !launch.files().isEmpty();
    }

    /** The caller's variables and those of files. */
    public Map<String, String> variables() {
        return Map.copyOf(launch.variables());
    }

    /**
     * Loads the project; never throws for files, whatever they hold.
     *
     * @return the project as far as it could be read, which is whole only when nothing was refused; empty when no file is a mapping
     */
    public Optional<Project> load() {
        if (launch.files().isEmpty()) {
            return Optional.empty();
        }
        var name = name();
        var variables = new HashMap<>(launch.variables());
        variables.put("COMPOSE_PROJECT_NAME", name);
        var home = Optional.ofNullable(launch.variables().get("HOME")).filter(path -> path.startsWith("/"));
        var session = new Level.Session(library, complaints, launch.directory(), home, new Including(), new Budget());
        var level = new Level(session, launch.directory(), variables, List.of());
        return level.load(launch.files()).map(tree -> project(tree, name));
    }

    private Project project(Mapping tree, String name) {
        version(tree);
        var profiles = new Profiles(launch.profiles());
        if (tree.member("services").isEmpty()) {
            complaints.refuse(Trail.ROOT, tree.place(), "has no \"services\"");
        }
        var enabled = profiles.apply(tree, complaints);
        new Consistency(enabled, profiles.disabled(), complaints).check();
        var whole = named(enabled.without("version"), name);
        return new Project(name, launch.directory(), whole, Profiles.all(tree), profiles.disabled());
    }

    private void version(Mapping tree) {
        tree.member("version")
                .ifPresent(version -> complaints.warn(
                        Trail.ROOT.key("version"),
                        version.at(),
                        "\"version\" has no meaning any more",
                        "remove this line"));
    }

    private static Mapping named(Mapping tree, String name) {
        var written = tree.member("name");
        var at = written.map(Member::at).orElse(tree.place());
        var value = new Scalar(written.map(member -> member.value().place()).orElse(at), name, Kind.TEXT);
        return tree.with(new Member(at, "name", value, Mark.NONE));
    }

    /** The caller's name wins over that of the last file that has one, that over the directory's. */
    private String name() {
        var asked = launch.projectName();
        if (asked.isPresent()) {
            checkAsked(asked.get());
            return asked.get();
        }
        Optional<Scalar> written = Optional.empty();
        for (var file : launch.files()) {
            var before = written;
            written = name(file).or(() -> before);
        }
        return written.map(scalar -> written(scalar, launch.variables())).orElseGet(this::fallback);
    }

    private Optional<Scalar> name(Path file) {
        return library.open(file, false)
                .flatMap(origin -> library.document(origin, file))
                .flatMap(tree -> tree.member("name"))
                .filter(member -> member.mark() != Mark.RESET)
                .flatMap(member -> member.value() instanceof Scalar scalar ? Optional.of(scalar) : Optional.empty())
                .filter(scalar -> !scalar.isNull());
    }

    private String written(Scalar scalar, Map<String, String> variables) {
        if (!(Template.fill(scalar.text(), variables) instanceof Template.Filled.Text filled)) {
            return ""; // Reading the file complains of it.
        }
        var name = filled.text();
        if (!NameRule.valid(name)) {
            complaints.refuse(
                    Trail.ROOT.key("name"),
                    scalar.place(),
                    "\"" + name + "\" " + NameRule.RULE,
                    NameRule.corrected(name)
                            .map(better -> "write \"" + better + "\"")
                            .orElse("choose another name"));
        }
        return name;
    }

    private void checkAsked(String name) {
        if (!NameRule.valid(name)) {
            refuse("the project name \"" + name + "\" " + NameRule.RULE, Optional.empty());
        }
    }

    private String fallback() {
        var directory = Optional.ofNullable(launch.directory().getFileName()).map(Path::toString);
        var name = directory.flatMap(NameRule::corrected);
        if (name.isEmpty()) {
            refuse("has no name, and its directory's cannot be used", Optional.of("add a line \"name: ...\""));
        }
        return name.orElse("");
    }

    private void refuse(String message, Optional<String> suggestion) {
        library.open(launch.files().getFirst(), false)
                .ifPresent(origin -> complaints.refuse(Trail.ROOT, Place.start(origin), message, suggestion));
    }
}
