package dev.banyan.agent.reach;

import dev.banyan.agent.host.process.SeenFiles;
import dev.banyan.agent.host.process.SeenFiles.Spot;
import dev.banyan.api.archive.CopyPlan;
import dev.banyan.api.archive.Place;
import dev.banyan.api.archive.TarEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/**
 * The files of a container as a place for files. A directory on the way is what the container sees there; the last name of a path is never
 * followed but where it says so, and what is changed is held by a descriptor first.
 */
final class ContainerPlace implements Place {
    private final SeenFiles seen;
    private final boolean owners;

    /** @param owners whether files get the owners that their entries have; otherwise they are root's */
    ContainerPlace(SeenFiles seen, boolean owners) {
        this.seen = seen;
        this.owners = owners;
    }

    @Override
    public CopyPlan.There there(String path) {
        try (var spot = seen.open(path).orElse(null)) {
            if (spot == null) {
                return CopyPlan.There.NOTHING;
            }
            return Files.isDirectory(spot.path()) ? CopyPlan.There.DIRECTORY : CopyPlan.There.FILE;
        }
    }

    @Override
    public void directory(String path) throws IOException {
        if (there(path) == CopyPlan.There.DIRECTORY) {
            return;
        }
        try (var parent = parent(path)) {
            Files.createDirectory(parent.entry(name(path)));
        }
    }

    @Override
    public OutputStream file(String path) throws IOException {
        try (var parent = parent(path)) {
            var entry = parent.entry(name(path));
            try {
                makeRoom(entry);
                return Files.newOutputStream(entry, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (DirectoryNotEmptyException | FileAlreadyExistsException there) {
                throw there;
            } catch (FileSystemException held) {
                return overwritten(parent, name(path), held);
            }
        }
    }

    /** What is a mount of its own, such as a config, cannot be replaced, but written if it may. */
    private static OutputStream overwritten(Spot parent, String name, FileSystemException why) throws IOException {
        try (var spot = parent.child(name).orElseThrow(() -> why)) {
            if (!Files.isRegularFile(spot.path())) {
                throw why;
            }
            return Files.newOutputStream(spot.path(), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        }
    }

    @Override
    public void link(String path, String target) throws IOException {
        try (var parent = parent(path)) {
            var entry = parent.entry(name(path));
            makeRoom(entry);
            Files.createSymbolicLink(entry, Path.of(target));
        }
    }

    @Override
    public void hardLink(String path, String existing) throws IOException {
        try (var parent = parent(path);
                var other = parent(existing)) {
            var entry = parent.entry(name(path));
            makeRoom(entry);
            Files.createLink(entry, other.entry(name(existing)));
        }
    }

    @Override
    public void finish(String path, TarEntry entry) throws IOException {
        if (path.equals("/")) {
            return; // the container's own root stays as it is
        }
        try (var parent = parent(path);
                var spot = parent.child(name(path)).orElse(null)) {
            if (spot == null) {
                return; // a directory that is a link leads to one that was there before
            }
            var own = owners ? entry.owner() : TarEntry.Owner.ROOT;
            Files.setAttribute(spot.path(), "unix:uid", (int) own.uid());
            Files.setAttribute(spot.path(), "unix:gid", (int) own.gid());
            Files.setAttribute(spot.path(), "unix:mode", entry.mode());
            Files.setLastModifiedTime(spot.path(), FileTime.fromMillis(entry.modified() * 1000));
        }
    }

    /** Removes what is at the path, unless it is a directory with something in it. */
    private static void makeRoom(Path entry) throws IOException {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(entry.toString(), null, "there is a directory of that name");
        }
        Files.deleteIfExists(entry);
    }

    private Spot parent(String path) throws IOException {
        var directory = path.substring(0, path.lastIndexOf('/') + 1);
        var spot = seen.open(directory.isEmpty() ? "/" : directory)
                .orElseThrow(() -> new NoSuchFileException(directory, null, "there is no directory " + directory));
        if (!Files.isDirectory(spot.path())) {
            spot.close();
            throw new NotDirectoryException(directory);
        }
        return spot;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
