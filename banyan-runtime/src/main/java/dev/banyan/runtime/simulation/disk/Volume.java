package dev.banyan.runtime.simulation.disk;

import dev.banyan.runtime.env.RandomSource;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The tree of files: what each operation does to it, without time and faults. */
final class Volume {
    private static final String NO_SPACE = "No space left on device";

    private final Supplier<FileTime> now;
    private final Journal journal = new Journal();
    private final Node root;
    private long capacity = Long.MAX_VALUE;
    private long used;
    private long nodes;

    Volume(Supplier<FileTime> now) {
        this.now = now;
        this.root = new Node(nodes++, true, "/", Set.of(), now.get());
        root.linked = true;
    }

    void capacity(long bytes) {
        capacity = bytes;
    }

    long capacity() {
        return capacity;
    }

    long used() {
        return used;
    }

    Optional<Node> find(DiskPath path) throws IOException {
        var node = root;
        for (var name : path.toAbsolutePath().normalize().names()) {
            if (!node.directory) {
                throw new FileSystemException(path.toString(), null, "Not a directory");
            }
            var next = node.entries.get(name);
            if (next == null) {
                return Optional.empty();
            }
            node = next;
        }
        return Optional.of(node);
    }

    Node get(DiskPath path) throws IOException {
        return find(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    Node directory(DiskPath path) throws IOException {
        var node = get(path);
        if (!node.directory) {
            throw new NotDirectoryException(path.toString());
        }
        return node;
    }

    Node create(DiskPath path, boolean directory, Set<PosixFilePermission> rights) throws IOException {
        if (find(path).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        var parent = parent(path);
        if (used >= capacity) {
            throw new FileSystemException(path.toString(), null, NO_SPACE);
        }
        var absolute = path.toAbsolutePath().normalize();
        var node = new Node(nodes++, directory, absolute.toString(), rights, now.get());
        link(parent, absolute.name(), node);
        journal.add(new Journal.Step.Link(parent, absolute.name(), node));
        return node;
    }

    void delete(DiskPath path) throws IOException {
        var node = get(path);
        requireEmpty(path, node);
        var parent = parent(path);
        var name = path.toAbsolutePath().normalize().name();
        unlink(parent, name);
        journal.add(new Journal.Step.Unlink(parent, name));
    }

    void move(DiskPath from, DiskPath to, boolean replace) throws IOException {
        var node = get(from);
        var target = find(to);
        if (target.filter(there -> there.equals(node)).isPresent()) {
            return;
        }
        if (target.isPresent() && !replace) {
            throw new FileAlreadyExistsException(to.toString());
        }
        requireFitting(from, to, node, target);
        var oldParent = parent(from);
        var newParent = parent(to);
        var oldName = from.toAbsolutePath().normalize().name();
        var newName = to.toAbsolutePath().normalize().name();
        if (target.isPresent()) {
            unlink(newParent, newName);
        }
        unlink(oldParent, oldName);
        link(newParent, newName, node);
        journal.add(new Journal.Step.Move(oldParent, oldName, newParent, newName, node));
    }

    /** Writes what fits; how much that was. */
    int write(Node file, long at, byte[] bytes) throws IOException {
        long room = capacity - used + Math.max(0, file.size() - at);
        int length = (int) Math.min(bytes.length, Math.max(0, room - Math.max(0, at - file.size())));
        if (length == 0 && bytes.length > 0) {
            throw new IOException(NO_SPACE);
        }
        long before = file.size();
        file.change(new Change.Write(at, length == bytes.length ? bytes : Arrays.copyOf(bytes, length)));
        resized(file, before);
        return length;
    }

    void truncate(Node file, long length) {
        long before = file.size();
        if (length < before) {
            file.change(new Change.Truncate(length));
            resized(file, before);
        }
    }

    void force(Node node) {
        if (node.directory) {
            journal.force(node);
        } else {
            node.force();
        }
    }

    void losePower(Function<Node, Optional<RandomSource>> lost) {
        journal.losePower(lost);
        used = 0;
        losePower(root, lost);
    }

    /** Everything is on the disk. */
    void settle() {
        losePower(unused -> Optional.empty());
    }

    private void losePower(Node node, Function<Node, Optional<RandomSource>> lost) {
        node.losePower(node.hasUnforced() ? lost.apply(node) : Optional.empty());
        node.linked = true;
        used += node.size();
        node.entries.values().forEach(child -> losePower(child, lost));
    }

    private Node parent(DiskPath path) throws IOException {
        var parent = path.toAbsolutePath().normalize().getParent();
        if (parent == null) {
            throw new FileSystemException(path.toString(), null, "Device or resource busy");
        }
        return directory(parent);
    }

    private void link(Node parent, String name, Node node) {
        parent.entries.put(name, node);
        parent.modified = now.get();
        node.linked = true;
        used += node.size();
    }

    private void unlink(Node parent, String name) {
        var node = Objects.requireNonNull(parent.entries.remove(name));
        parent.modified = now.get();
        node.linked = false;
        used -= node.size();
    }

    private void resized(Node file, long before) {
        file.modified = now.get();
        used += file.linked ? file.size() - before : 0;
    }

    private static void requireEmpty(DiskPath path, Node node) throws IOException {
        if (!node.entries.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
    }

    private static void requireFitting(DiskPath from, DiskPath to, Node node, Optional<Node> target)
            throws IOException {
        if (target.isPresent()) {
            requireEmpty(to, target.get());
            if (target.get().directory != node.directory) {
                throw new FileSystemException(
                        to.toString(), null, node.directory ? "Not a directory" : "Is a directory");
            }
        }
        if (to.toAbsolutePath().normalize().startsWith(from.toAbsolutePath().normalize())) {
            throw new FileSystemException(from.toString(), to.toString(), "Invalid argument");
        }
    }
}
