package dev.banyan.cli.reach;

import dev.banyan.api.archive.CopyPlan;
import dev.banyan.api.archive.Place;
import dev.banyan.api.archive.TarEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * This computer as a place for files of a container, which is not to be trusted: below the destination no link is followed, be it from
 * before or from the copy itself.
 */
final class LocalPlace implements Place {
    private final Path directory;
    private final Path base;
    private final boolean owners;

    /**
     * @param directory where the person stands
     * @param base the destination, which may be or be reached by a link of the person's own
     * @param owners whether files get the owners that their entries have, which only root may do
     */
    LocalPlace(Path directory, Path base, boolean owners) {
        this.directory = directory;
        this.base = directory.resolve(base).normalize();
        this.owners = owners;
    }

    @Override
    public CopyPlan.There there(String path) {
        var there = directory.resolve(path);
        if (Files.isDirectory(there)) {
            return CopyPlan.There.DIRECTORY;
        }
        return Files.exists(there, LinkOption.NOFOLLOW_LINKS) ? CopyPlan.There.FILE : CopyPlan.There.NOTHING;
    }

    @Override
    public void directory(String path) throws IOException {
        var at = guarded(path);
        boolean own = at.equals(base);
        if (own ? Files.isDirectory(at) : Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.createDirectory(at);
    }

    @Override
    public OutputStream file(String path) throws IOException {
        var at = guarded(path);
        makeRoom(at);
        return Files.newOutputStream(at, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void link(String path, String target) throws IOException {
        var at = guarded(path);
        makeRoom(at);
        Files.createSymbolicLink(at, Path.of(target));
    }

    @Override
    public void hardLink(String path, String existing) throws IOException {
        var at = guarded(path);
        var other = guarded(existing);
        makeRoom(at);
        Files.createLink(at, other);
    }

    @Override
    public void finish(String path, TarEntry entry) throws IOException {
        var at = guarded(path);
        if (Files.isSymbolicLink(at)) {
            return;
        }
        if (owners) {
            Files.setAttribute(at, "unix:uid", (int) entry.owner().uid());
            Files.setAttribute(at, "unix:gid", (int) entry.owner().gid());
        }
        Files.setPosixFilePermissions(at, permissions(entry.mode()));
        Files.setLastModifiedTime(at, FileTime.fromMillis(entry.modified() * 1000));
    }

    /** Whoever is on the way below the destination must be a directory, not a link to one. */
    private Path guarded(String path) throws IOException {
        var at = directory.resolve(path).normalize();
        if (!at.startsWith(base)) {
            throw new FileSystemException(path, null, "the name leads out of the copy");
        }
        for (var parent = at.getParent();
                parent != null && parent.startsWith(base) && !parent.equals(base);
                parent = parent.getParent()) {
            if (Files.isSymbolicLink(parent)) {
                throw new FileSystemException(path, null, "the name leads through a link");
            }
        }
        return at;
    }

    private static void makeRoom(Path at) throws IOException {
        if (Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(at.toString(), null, "there is a directory of that name");
        }
        Files.deleteIfExists(at);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var order = PosixFilePermission.values(); // owner, group, others: each read, write, execute
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < order.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(order[i]);
            }
        }
        return permissions;
    }
}
