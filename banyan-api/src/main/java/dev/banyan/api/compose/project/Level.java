package dev.banyan.api.compose.project;

import dev.banyan.api.compose.merge.Merging;
import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.schema.Base;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Shaper;
import dev.banyan.api.compose.template.Budget;
import dev.banyan.api.compose.template.Interpolation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of one project, or of one that it includes: they share a directory and variables. For one thread. */
final class Level {
    private final Session session;
    private final Path directory;
    private final Map<String, String> variables;
    private final List<Path> chain;
    private final Interpolation interpolation;
    private final Map<Path, Optional<Mapping>> extended = new HashMap<>();

    /**
     * @param directory to which the files' paths are relative
     * @param chain files that include this level, from the outside to the inside
     */
    Level(Session session, Path directory, Map<String, String> variables, List<Path> chain) {
        this.session = session;
        this.directory = directory;
        this.variables = Map.copyOf(variables);
        this.chain = List.copyOf(chain);
        this.interpolation = new Interpolation(variables, session.complaints(), session.budget());
    }

    /** What a whole load shares. */
    record Session(
            Library library,
            Complaints complaints,
            Path project,
            Optional<String> home,
            Including including,
            Budget budget) {}

    /** The files as one tree without marks; empty when none could be read. */
    Optional<Mapping> load(List<Path> files) {
        var joined = Optional.<Mapping>empty();
        for (var file : files) {
            var tree = read(file, directory).map(found -> whole(found, file));
            joined = joined.isPresent() && tree.isPresent()
                    ? Optional.of(Merging.join(joined.get(), tree.get(), ComposeKeys.DOCUMENT))
                    : joined.or(() -> tree);
        }
        return joined.map(Merging::settled)
                .map(tree -> new Environments(session, variables).complete(tree))
                .map(tree -> new SeccompFiles(session).complete(tree));
    }

    private Mapping whole(Mapping tree, Path file) {
        var extended = new Extending(this, session.complaints(), session.project()).apply(tree, file);
        return session.including().apply(extended, file, this);
    }

    /** A file that is extended: its own directory is the one to which its paths are relative. */
    Optional<Mapping> extended(Path file) {
        var known = extended.get(file);
        if (known == null) {
            known = read(file, Optional.ofNullable(file.getParent()).orElse(directory));
            extended.put(file, known);
        }
        return known;
    }

    private Optional<Mapping> read(Path file, Path base) {
        return session.library()
                .open(file, false)
                .flatMap(origin -> session.library().document(origin, file))
                .map(interpolation::fill)
                .map(tree -> new Shaper(session.complaints(), new Base(base, session.project(), session.home()))
                        .shape(tree, ComposeKeys.DOCUMENT));
    }

    Session session() {
        return session;
    }

    Path directory() {
        return directory;
    }

    Map<String, String> variables() {
        return variables;
    }

    List<Path> chain() {
        return chain;
    }

    String shown(Path path) {
        return session.library().shown(path);
    }

    String absence() {
        return session.library().absence();
    }
}
