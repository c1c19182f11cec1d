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
    /** What a move may replace. */
    enum Replace {
        NOTHING,
        WHATEVER_IS_THERE,
        ATOMICALLY
    }

    /** A path that leads through a file. */
    private static final class BelowFile extends FileSystemException {
        private static final long serialVersionUID = 1L;

        BelowFile(DiskPath path) {
            super(path.toString(), null, "Not a directory");
        }
    }

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
                throw new BelowFile(path);
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

    /** As the system tells of a file: below another file is nothing. */
    Node described(DiskPath path) throws IOException {
        try {
            return get(path);
        } catch (BelowFile below) {
            throw new NoSuchFileException(path.toString());
        }
    }

    Node directory(DiskPath path) throws IOException {
        try {
            var node = get(path);
            if (node.directory) {
                return node;
            }
        } catch (BelowFile below) {
            throw new NotDirectoryException(path.toString());
        }
        throw new NotDirectoryException(path.toString());
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

    /** An atomic move is the system's: it replaces what is there, if that is of the same kind. */
    void move(DiskPath from, DiskPath to, Replace replace) throws IOException {
        if (replace == Replace.ATOMICALLY) { // the system finds both directories before it looks for the file
            parent(from);
            parent(to);
        }
        var node = replace == Replace.ATOMICALLY ? get(from) : described(from);
        var target = find(to);
        if (target.filter(there -> there.equals(node)).isPresent()) {
            return;
        }
        if (target.isPresent() && replace == Replace.NOTHING) {
            throw new FileAlreadyExistsException(to.toString());
        }
        if (target.isPresent()) {
            requireReplaceable(to, node, target.get(), replace);
        }
        var oldParent = parent(from);
        var newParent = parent(to);
        var oldName = from.toAbsolutePath().normalize().name();
        var newName = to.toAbsolutePath().normalize().name();
        if (target.isPresent() && replace == Replace.WHATEVER_IS_THERE) {
            unlink(newParent, newName); // a step of its own, as it is in Java
            journal.add(new Journal.Step.Unlink(newParent, newName));
        }
        requireOutside(from, to);
        if (newParent.entries.containsKey(newName)) {
            unlink(newParent, newName);
        }
        unlink(oldParent, oldName);
        link(newParent, newName, node);
        journal.add(new Journal.Step.Move(oldParent, oldName, newParent, newName, node));
    }

    /** Writes what fits; how much that was. */
    int write(Node file, long at, byte[] bytes) throws IOException {
        long wanted = Math.max(0, at + bytes.length - file.size());
        long missing = Math.max(0, wanted - (capacity - used));
        int length = (int) Math.max(0, bytes.length - missing);
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
        var node = get(parent);
        if (!node.directory) {
            throw new BelowFile(path);
        }
        return node;
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

    private static void requireReplaceable(DiskPath to, Node node, Node target, Replace replace) throws IOException {
        if (replace == Replace.ATOMICALLY && target.directory != node.directory) {
            throw new FileSystemException(to.toString(), null, node.directory ? "Not a directory" : "Is a directory");
        }
        if (replace == Replace.ATOMICALLY && !target.entries.isEmpty()) {
            throw new FileSystemException(to.toString(), null, "Directory not empty");
        }
        requireEmpty(to, target);
    }

    private static void requireOutside(DiskPath from, DiskPath to) throws IOException {
        if (to.toAbsolutePath().normalize().startsWith(from.toAbsolutePath().normalize())) {
            throw new FileSystemException(from.toString(), to.toString(), "Invalid argument");
        }
    }
}
