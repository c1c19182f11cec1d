package dev.banyan.agent.material;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.banyan.api.v1.FileEntry;
import dev.banyan.api.v1.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** Files and directories with the modes that somebody wants. */
final class Trees {
    private Trees() {}

    static void directory(Path path, int mode) throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(path, permissions(mode));
    }

    static void file(Path path, ByteString content, int mode) throws IOException {
        Files.write(path, content.toByteArray(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // After it is written: the process's own mask must not take anything away.
        Files.setPosixFilePermissions(path, permissions(mode));
    }

    /** Gives a file to a user and a group by their numbers; root's stay root's. */
    static void own(Path path, int uid, int gid) throws IOException {
        if (uid != 0) {
            Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        }
        if (gid != 0) {
            Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /**
     * Makes the directory {@code at} from a {@link FileTree}.
     *
     * @throws IOException also when an entry leads out of it, or goes through another that is no directory
     */
    static void unpack(Path at, ByteString content) throws IOException {
        var tree = parsed(content);
        directory(at, 0700);
        var directories = new HashSet<Path>();
        directories.add(at);
        var modes = new ArrayList<FileEntry>();
        for (var entry : tree.getEntriesList()) {
            var path = at.resolve(entry.getPath()).normalize();
            if (!path.startsWith(at) || !directories.contains(path.getParent())) {
                throw new IOException("an entry of a directory is in no directory of it: " + entry.getPath());
            }
            switch (entry.getWhatCase()) {
                case DIRECTORY -> {
                    directory(path, 0700);
                    directories.add(path);
                    modes.add(entry);
                }
                case FILE -> file(path, entry.getFile(), entry.getMode());
                case LINK -> Files.createSymbolicLink(path, path.getFileSystem().getPath(entry.getLink()));
                case WHAT_NOT_SET -> throw new IOException("an entry of a directory is nothing: " + entry.getPath());
            }
        }
        for (var entry : modes) {
            Files.setPosixFilePermissions(at.resolve(entry.getPath()), permissions(entry.getMode()));
        }
        Files.setPosixFilePermissions(at, permissions(tree.getMode()));
    }

    /** Removes a file or directory with all in it; links are not followed. Nothing happens when it is gone. */
    static void delete(Path path) throws IOException {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path directory, java.io.@org.jspecify.annotations.Nullable IOException failed)
                        throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException gone) {
            // As wanted.
        }
    }

    private static FileTree parsed(ByteString content) throws IOException {
        try {
            return FileTree.parseFrom(content);
        } catch (InvalidProtocolBufferException malformed) {
            throw new IOException("a directory of the project is malformed", malformed);
        }
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
