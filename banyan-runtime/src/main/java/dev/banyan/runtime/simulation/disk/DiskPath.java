package dev.banyan.runtime.simulation.disk;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A path of a simulated disk, with the rules of Unix. The empty path has one empty name. */
final class DiskPath implements Path {
    private static final String SEPARATOR = "/";

    private final DiskFileSystem fileSystem;
    private final boolean absolute;
    private final List<String> names;

    private DiskPath(DiskFileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = List.copyOf(names);
    }

    static DiskPath parse(DiskFileSystem fileSystem, String text) {
        boolean absolute = text.startsWith(SEPARATOR);
        var names =
                Stream.of(text.split(SEPARATOR)).filter(name -> !name.isEmpty()).toList();
        return new DiskPath(fileSystem, absolute, names.isEmpty() && !absolute ? List.of("") : names);
    }

    /** The simulated path that {@code path} is. */
    static DiskPath of(Path path) {
        if (path instanceof DiskPath ours) {
            return ours;
        }
        throw new ProviderMismatchException(path + " is not on a simulated disk");
    }

    SimulatedDisk disk() {
        return fileSystem.disk();
    }

    List<String> names() {
        return names;
    }

    /** The last name; there must be one. */
    String name() {
        return names.getLast();
    }

    @Override
    public DiskFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable DiskPath getRoot() {
        return absolute ? made(true, List.of()) : null;
    }

    @Override
    public @Nullable DiskPath getFileName() {
        return names.isEmpty() ? null : made(false, List.of(name()));
    }

    @Override
    public @Nullable DiskPath getParent() {
        if (names.isEmpty() || (!absolute && names.size() == 1)) {
            return null;
        }
        return made(absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public DiskPath getName(int index) {
        return subpath(index, index + 1);
    }

    @Override
    public DiskPath subpath(int from, int to) {
        if (from < 0 || to > names.size() || from >= to) {
            throw new IllegalArgumentException("names " + from + " to " + to + " of " + this);
        }
        return made(false, names.subList(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof DiskPath ours
                && ours.fileSystem.equals(fileSystem)
                && ours.absolute == absolute
                && ours.names.size() <= names.size()
                && names.subList(0, ours.names.size()).equals(ours.names);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof DiskPath ours) || !ours.fileSystem.equals(fileSystem)) {
            return false;
        }
        int start = names.size() - ours.names.size();
        return start >= 0
                && (!ours.absolute || (absolute && start == 0))
                && names.subList(start, names.size()).equals(ours.names);
    }

    @Override
    public DiskPath normalize() {
        var kept = new ArrayList<String>();
        for (var name : names) {
            boolean up = name.equals("..");
            if (up && !kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (!name.equals(".") && !name.isEmpty() && !(up && absolute)) {
                kept.add(name);
            }
        }
        return made(absolute, kept.isEmpty() && !absolute ? List.of("") : kept);
    }

    @Override
    public DiskPath resolve(Path other) {
        var ours = of(other);
        if (ours.absolute || isEmpty()) {
            return ours;
        }
        if (ours.isEmpty()) {
            return this;
        }
        return made(absolute, Stream.concat(names.stream(), ours.names.stream()).toList());
    }

    @Override
    public DiskPath relativize(Path other) {
        var ours = of(other);
        if (ours.absolute != absolute) {
            throw new IllegalArgumentException("'" + other + "' is of another kind than '" + this + "'");
        }
        if (isEmpty()) {
            return ours;
        }
        int common = (int) IntStream.range(0, Math.min(names.size(), ours.names.size()))
                .takeWhile(index -> names.get(index).equals(ours.names.get(index)))
                .count();
        var steps = Stream.concat(
                        Stream.generate(() -> "..").limit(names.size() - common),
                        ours.names.stream().skip(common))
                .toList();
        return made(false, steps.isEmpty() ? List.of("") : steps);
    }

    @Override
    public URI toUri() {
        return URI.create(DiskProvider.SCHEME + "://" + disk().host().name() + toAbsolutePath());
    }

    @Override
    public DiskPath toAbsolutePath() {
        return absolute ? this : made(true, names.stream().filter(name -> !name.isEmpty()).toList());
    }

    @Override
    public DiskPath toRealPath(LinkOption... options) throws IOException {
        var real = toAbsolutePath().normalize();
        return disk().look(real, () -> {
            disk().volume().get(real);
            return real;
        });
    }

    @Override
    public File toFile() {
        throw new NotSimulated("Path.toFile of " + this);
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new NotSimulated("Path.register of " + this);
    }

    @Override
    public int compareTo(Path other) {
        return toString().compareTo(of(other).toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DiskPath ours
                && ours.fileSystem.equals(fileSystem)
                && ours.absolute == absolute
                && ours.names.equals(names);
    }

    @Override
    public int hashCode() {
        return Objects.hash(absolute, names);
    }

    @Override
    public String toString() {
        return names.stream().collect(Collectors.joining(SEPARATOR, absolute ? SEPARATOR : "", ""));
    }

    private boolean isEmpty() {
        return !absolute && names.equals(List.of(""));
    }

    private DiskPath made(boolean isAbsolute, List<String> of) {
        return new DiskPath(fileSystem, isAbsolute, of);
    }
}
