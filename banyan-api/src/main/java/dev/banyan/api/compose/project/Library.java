package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.NodeReader;
import dev.banyan.api.compose.node.Origin;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.source.SourceText;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The texts of a load, each read and parsed once, and only so many. For one thread. */
final class Library {
    /** Most files of a project, with those of variables. */
    static final int FILES_MAX = 200;

    /** Most characters of all files together. */
    static final int TEXT_MAX = 4 * 1024 * 1024;

    /** Values in all files, after which no further file is read. */
    static final int NODES_MAX = 100_000;

    private final ProjectFiles files;
    private final Path directory;
    private final Complaints complaints;
    private final Map<Path, Optional<Origin>> origins = new HashMap<>();
    private final Map<Path, Optional<Mapping>> documents = new HashMap<>();
    private int length;
    private int opened;
    private int nodes;

    /** @param directory from which names are seen in messages */
    Library(ProjectFiles files, Path directory, Complaints complaints) {
        this.files = files;
        this.directory = directory;
        this.complaints = complaints;
    }

    /** The file; empty when it cannot be read, or no more are. */
    Optional<Origin> open(Path path, boolean secret) {
        var known = origins.get(path);
        if (known != null) {
            return known;
        }
        var text = !full() ? files.read(path) : Optional.<String>empty();
        var origin = text.map(found -> new Origin(opened, new SourceText(shown(path), found), secret));
        origins.put(path, origin);
        opened += text.isPresent() ? 1 : 0;
        length += text.map(String::length).orElse(0);
        return origin;
    }

    /** True when files were not opened only because there are too many of them, or too long ones. */
    boolean full() {
        return opened >= FILES_MAX || length >= TEXT_MAX;
    }

    /** Why a file is not there, as the end of a sentence. */
    String absence() {
        return full()
                ? "is not read: a project has at most " + FILES_MAX + " files of " + TEXT_MAX / 1024 + " KiB together"
                : "cannot be read";
    }

    /** The file as a tree; empty when there is none, of which the reader complains. */
    Optional<Mapping> document(Origin origin, Path path) {
        var known = documents.get(path);
        if (known == null) {
            known = nodes < NODES_MAX ? NodeReader.read(origin, complaints) : tooMany(origin);
            nodes += known.map(Library::count).orElse(0);
            documents.put(path, known);
        }
        return known;
    }

    private Optional<Mapping> tooMany(Origin origin) {
        complaints.refuse(
                Trail.ROOT,
                Place.start(origin),
                "is not read: the files before hold " + NODES_MAX + " values together");
        return Optional.empty();
    }

    private static int count(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> 1;
            case Node.Sequence sequence ->
                1 + sequence.items().stream().mapToInt(Library::count).sum();
            case Mapping mapping ->
                1
                        + mapping.members().stream()
                                .mapToInt(member -> count(member.value()))
                                .sum();
        };
    }

    /** The name for messages. */
    String shown(Path path) {
        var relative = path.startsWith(directory) ? directory.relativize(path).toString() : path.toString();
        return relative.isEmpty() ? "." : relative;
    }
}
