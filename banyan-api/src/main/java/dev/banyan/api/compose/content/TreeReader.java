package dev.banyan.api.compose.content;

import com.google.protobuf.ByteString;
import dev.banyan.api.compose.project.ProjectFiles;
import dev.banyan.api.compose.project.ProjectFiles.Found;
import dev.banyan.api.v1.FileEntry;
import dev.banyan.api.v1.FileTree;
import java.nio.file.Path;
import java.util.Optional;

/** Reads one directory of a project with all that is in it. For one use. */
final class TreeReader {
    /** Deeper than any project; a walk ends in any case. */
    private static final int DEPTH_MAX = 32;

    private final ProjectFiles files;
    private final Path root;
    private final FileTree.Builder tree = FileTree.newBuilder();
    private long bytes;

    TreeReader(ProjectFiles files, Path root) {
        this.files = files;
        this.root = root;
    }

    /** What became of it. */
    sealed interface Outcome {
        /** The whole directory. */
        record Read(FileTree tree) implements Outcome {}

        /** {@code reason} names what is wrong, {@code instead} what to do. */
        record Refused(String reason, String instead) implements Outcome {}
    }

    Outcome read(int mode) {
        tree.setMode(mode);
        return directory(root, 0).<Outcome>map(refused -> refused).orElseGet(() -> new Outcome.Read(tree.build()));
    }

    private Optional<Outcome.Refused> directory(Path directory, int depth) {
        if (depth > DEPTH_MAX) {
            return refused(directory, "is more than " + DEPTH_MAX + " directories deep", "mount what is needed of it");
        }
        var names = files.names(directory, ContentLimits.ENTRIES_MAX + 1);
        if (names.isEmpty()) {
            return refused(directory, "cannot be read", "give yourself the right to read it");
        }
        for (var name : names.get()) {
            var refused = entry(directory.resolve(name), depth);
            if (refused.isPresent()) {
                return refused;
            }
        }
        return Optional.empty();
    }

    private Optional<Outcome.Refused> entry(Path path, int depth) {
        if (tree.getEntriesCount() == ContentLimits.ENTRIES_MAX) {
            return refused(
                    root,
                    "holds more than " + ContentLimits.ENTRIES_MAX + " files",
                    "put them into the image, or mount what is needed of it");
        }
        var entry = FileEntry.newBuilder().setPath(root.relativize(path).toString());
        return switch (files.look(path)) {
            case Found.Directory directory -> {
                tree.addEntries(entry.setMode(directory.mode()).setDirectory(true));
                yield directory(path, depth + 1);
            }
            case Found.Link link -> link(path, link.target(), entry);
            case Found.File file -> file(path, entry.setMode(file.mode()));
            case Found.Nothing nothing ->
                refused(path, nothing.words(), "remove it, or mount what is needed beside it");
        };
    }

    private Optional<Outcome.Refused> file(Path path, FileEntry.Builder entry) {
        var found = files.bytes(path, (int) (ContentLimits.PROJECT_MAX + 1 - bytes));
        if (found.isEmpty()) {
            return refused(path, "cannot be read", "give yourself the right to read it, or remove it");
        }
        bytes += found.get().length;
        if (bytes > ContentLimits.PROJECT_MAX) {
            return refused(
                    root,
                    "is larger than the " + ContentLimits.words(ContentLimits.PROJECT_MAX) + " that are possible",
                    "put large data into the image or a named volume");
        }
        tree.addEntries(entry.setFile(ByteString.copyFrom(found.get())));
        return Optional.empty();
    }

    /** A link is sent as it is; it must mean the same inside the container. */
    private Optional<Outcome.Refused> link(Path path, String target, FileEntry.Builder entry) {
        boolean within = !target.startsWith("/")
                && path.resolveSibling(target).normalize().startsWith(root);
        if (!within) {
            return refused(
                    path, "is a link that leads out of the mounted directory", "mount the file that it leads to");
        }
        tree.addEntries(entry.setLink(target));
        return Optional.empty();
    }

    private Optional<Outcome.Refused> refused(Path path, String why, String instead) {
        var within = root.relativize(path).toString();
        return Optional.of(new Outcome.Refused((within.isEmpty() ? "it" : within) + " " + why, instead));
    }
}
