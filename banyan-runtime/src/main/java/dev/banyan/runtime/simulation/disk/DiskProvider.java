package dev.banyan.runtime.simulation.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Translates what {@link java.nio.file.Files} asks for into operations of a disk. */
final class DiskProvider extends FileSystemProvider {
    static final String SCHEME = "simulated";

    private static final Set<PosixFilePermission> FILE_RIGHTS = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> DIRECTORY_RIGHTS = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<StandardOpenOption> UNKNOWN = Set.of(StandardOpenOption.DELETE_ON_CLOSE);

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new NotSimulated("FileSystems.newFileSystem");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new NotSimulated("FileSystems.getFileSystem");
    }

    @Override
    public Path getPath(URI uri) {
        throw new NotSimulated("Path.of a URI");
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        var ours = DiskPath.of(path);
        UNKNOWN.stream().filter(options::contains).forEach(option -> {
            throw new NotSimulated("opening with " + option);
        });
        var node = opened(ours, options, attributes);
        boolean writes =
                options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        if (node.directory && writes) {
            throw new FileSystemException(path.toString(), null, "Is a directory");
        }
        var channel = new DiskChannel(ours, node, options);
        if (writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING) && node.size() > 0) {
            channel.truncate(0);
        }
        return channel;
    }

    private static Node opened(DiskPath path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        var disk = path.disk();
        boolean writes =
                options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        boolean anew = writes && options.contains(StandardOpenOption.CREATE_NEW);
        boolean create = writes && options.contains(StandardOpenOption.CREATE);
        if (anew || (create && disk.volume().find(path).isEmpty())) {
            return disk.write(path, () -> disk.volume().create(path, false, rights(FILE_RIGHTS, attributes)));
        }
        return disk.look(path, () -> disk.volume().get(path));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        var ours = DiskPath.of(directory);
        var disk = ours.disk();
        List<Path> found = new ArrayList<>();
        for (var name : disk.look(ours, () -> List.copyOf(disk.volume().directory(ours).entries.keySet()))) {
            var child = ours.resolve(name);
            if (filter.accept(child)) {
                found.add(child);
            }
        }
        return new Listing(found.iterator());
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        var ours = DiskPath.of(directory);
        ours.disk()
                .write(
                        ours,
                        () -> ours.disk().volume().create(ours, true, rights(DIRECTORY_RIGHTS, attributes)));
    }

    @Override
    public void delete(Path path) throws IOException {
        var ours = DiskPath.of(path);
        ours.disk().volume().get(ours); // what is not there is no operation
        ours.disk().change(ours, () -> {
            ours.disk().volume().delete(ours);
            return true;
        });
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new NotSimulated("Files.copy of " + source);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        var from = DiskPath.of(source);
        var to = DiskPath.of(target);
        if (!from.getFileSystem().equals(to.getFileSystem())) {
            throw new NotSimulated("moving from one disk to another");
        }
        var given = Set.of(options);
        boolean replace =
                given.contains(StandardCopyOption.REPLACE_EXISTING) || given.contains(StandardCopyOption.ATOMIC_MOVE);
        from.disk().change(from, () -> {
            from.disk().volume().move(from, to, replace);
            return true;
        });
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        if (path.equals(other)) {
            return true;
        }
        var volume = DiskPath.of(path).disk().volume();
        return path.getFileSystem().equals(other.getFileSystem())
                && volume.get(DiskPath.of(path)).equals(volume.get(DiskPath.of(other)));
    }

    @Override
    public boolean isHidden(Path path) {
        var name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        var ours = DiskPath.of(path);
        ours.disk().look(ours, () -> ours.disk().volume().get(ours));
        return new DiskStore(ours.disk());
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        var ours = DiskPath.of(path);
        var node = ours.disk().look(ours, () -> ours.disk().volume().get(ours));
        if (List.of(modes).contains(AccessMode.EXECUTE)
                && node.rights.stream().noneMatch(right -> right.name().endsWith("EXECUTE"))) {
            throw new AccessDeniedException(path.toString()); // even to root
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return type.isAssignableFrom(DiskAttributeView.class)
                ? type.cast(new DiskAttributeView(DiskPath.of(path)))
                : null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (!type.isAssignableFrom(DiskAttributes.class)) {
            throw new NotSimulated("attributes of the type " + type.getName());
        }
        return type.cast(new DiskAttributeView(DiskPath.of(path)).readAttributes());
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
        throw new NotSimulated("attributes by name: " + names);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) {
        throw new NotSimulated("setting an attribute by name: " + name);
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) {
        throw new NotSimulated("the symbolic link " + link);
    }

    @Override
    public void createLink(Path link, Path existing) {
        throw new NotSimulated("the link " + link);
    }

    private static Set<PosixFilePermission> rights(
            Set<PosixFilePermission> otherwise, FileAttribute<?>... attributes) {
        var given = otherwise;
        for (var attribute : attributes) {
            if (!attribute.name().equals("posix:permissions") || !(attribute.value() instanceof Set<?> set)) {
                throw new NotSimulated("making a file with " + attribute.name());
            }
            given = set.stream()
                    .map(PosixFilePermission.class::cast)
                    .collect(Collectors.toSet());
        }
        return Set.copyOf(given);
    }

    private record Listing(Iterator<Path> iterator) implements DirectoryStream<Path> {
        @Override
        public void close() {
            // the names were read at once
        }
    }
}
