package dev.banyan.api.compose.content;

import com.google.protobuf.ByteString;
import dev.banyan.api.compose.project.ProjectFiles;
import dev.banyan.api.compose.project.ProjectFiles.Found;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.v1.ContentMount;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The contents of one project, each read once. For one thread. */
public final class ProjectContents {
    private final Path directory;
    private final ProjectFiles files;
    private final Map<Path, Optional<ContentMount>> read = new LinkedHashMap<>();
    private final Map<String, Content> contents = new LinkedHashMap<>();
    private long bytes;

    /** @param directory absolute, of the project */
    public ProjectContents(Path directory, ProjectFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /** All that was read, each once. */
    public List<Content> all() {
        return List.copyOf(contents.values());
    }

    /** Whether a path, as it stands in a project's tree, is one of the project's own; nothing is read. */
    public boolean ofProject(String source) {
        return path(source).filter(path -> path.startsWith(directory)).isPresent();
    }

    /**
     * A file or directory of the project, to be shown at {@code target}; each task gets a copy of its own. Refused at {@code at} when it
     * is not there, too large, or leads out of the project; then empty.
     *
     * @param source a path as it stands in a project's tree, relative to the project's directory or absolute
     */
    public Optional<ContentMount> projectFiles(Spot at, String source, String target, boolean readOnly) {
        var path = path(source);
        if (path.isEmpty() || !path.get().startsWith(directory)) {
            at.refuse("\"" + source + "\" is not in the project's directory");
            return Optional.empty();
        }
        return read.computeIfAbsent(path.get(), found -> project(at, source, found))
                .map(mount -> mount.toBuilder()
                        .setTarget(target)
                        .setReadOnly(readOnly)
                        .build());
    }

    /** The bytes of a file that a secret or config names, wherever it is; empty when that was refused. */
    Optional<ByteString> file(Spot at, String source, int limit) {
        var path = path(source);
        var found = path.flatMap(file -> files.bytes(file, limit + 1));
        if (found.isEmpty()) {
            at.refuse("the file \"" + source + "\" cannot be read");
        }
        return found.map(ByteString::copyFrom);
    }

    /** Adds a content, and answers its name; empty when it is refused for its size. */
    Optional<String> add(Spot at, ByteString content, int limit) {
        if (content.size() > limit) {
            at.refuse(
                    "is larger than the " + ContentLimits.words(limit) + " that are possible",
                    "put large data into the image or a named volume");
            return Optional.empty();
        }
        var added = Content.of(content);
        if (contents.putIfAbsent(added.digest(), added) == null) {
            bytes += content.size();
            if (bytes > ContentLimits.APP_MAX) {
                at.refuse(
                        "is too much: secrets, configs and files of the project have at most "
                                + ContentLimits.words(ContentLimits.APP_MAX) + " together",
                        "put large data into the image or a named volume");
                return Optional.empty();
            }
        }
        return Optional.of(added.digest());
    }

    private Optional<ContentMount> project(Spot at, String source, Path path) {
        var real = files.real(path);
        if (!real.startsWith(files.real(directory))) {
            at.refuse("\"" + source + "\" is a link that leads out of the project's directory");
            return Optional.empty();
        }
        return switch (files.look(real)) {
            case Found.File file -> regular(at, source, real, file.mode());
            case Found.Directory tree -> tree(at, source, real, tree.mode());
            case Found.Link dangling -> refused(at, source, "is a link that leads nowhere");
            case Found.Nothing nothing -> refused(at, source, nothing.words());
        };
    }

    private static Optional<ContentMount> refused(Spot at, String source, String why) {
        at.refuse("\"" + source + "\" " + why, "make it, or name a volume");
        return Optional.empty();
    }

    private Optional<ContentMount> regular(Spot at, String source, Path path, int mode) {
        var found = files.bytes(path, ContentLimits.PROJECT_MAX + 1);
        if (found.isEmpty()) {
            return refused(at, source, "cannot be read");
        }
        return mount(at, ContentMount.Kind.FILE, source, ByteString.copyFrom(found.get()))
                .map(mount -> mount.toBuilder().setMode(mode).build());
    }

    private Optional<ContentMount> tree(Spot at, String source, Path path, int mode) {
        return switch (new TreeReader(files, path).read(mode)) {
            case TreeReader.Outcome.Read tree ->
                mount(at, ContentMount.Kind.TREE, source, tree.tree().toByteString());
            case TreeReader.Outcome.Refused refused -> {
                at.refuse("\"" + source + "\" cannot be sent with the app: " + refused.reason(), refused.instead());
                yield Optional.empty();
            }
        };
    }

    private Optional<ContentMount> mount(Spot at, ContentMount.Kind kind, String source, ByteString content) {
        return add(at, content, ContentLimits.of(kind)).map(digest -> ContentMount.newBuilder()
                .setKind(kind)
                .setName(source)
                .setContent(digest)
                .setSize(content.size())
                .build());
    }

    private Optional<Path> path(String source) {
        try {
            return Optional.of(directory.resolve(source).normalize());
        } catch (InvalidPathException malformed) {
            return Optional.empty();
        }
    }
}
