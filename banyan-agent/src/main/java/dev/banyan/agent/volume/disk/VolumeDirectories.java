package dev.banyan.agent.volume.disk;

import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.Optional;

/** The directories of one agent's volumes: see the package. For one caller a directory at a time. */
public final class VolumeDirectories {
    private static final String DATA = "data";
    private static final String DRAFT = "draft";
    private static final String READY = "ready";

    private final Path named;
    private final Path tasks;
    private final Path gone;

    /** Below {@code root}, which is made when first needed. */
    public VolumeDirectories(Path root) {
        this.named = root.resolve("named");
        this.tasks = root.resolve("tasks");
        this.gone = root.resolve("gone");
    }

    /** What an empty volume begins with. */
    @FunctionalInterface
    interface Filling {
        /** Fills an empty directory; false when there is nothing to fill it with. */
        boolean into(Path directory) throws InterruptedException;
    }

    /** The data of a named volume. */
    Path named(String directory, Optional<Filling> filling) throws InterruptedException {
        return open(below(named, directory), filling);
    }

    /** The data of a task's volume that has no name. */
    Path anonymous(String taskUid, int number, Optional<Filling> filling) throws InterruptedException {
        return open(below(below(tasks, taskUid), Integer.toString(number)), filling);
    }

    /** Deletes a named volume's data; nothing happens when there is none. */
    public void removeNamed(String directory) {
        remove(below(named, directory), "named-" + directory);
    }

    /** Deletes the data of a task's volumes without names; nothing happens when there are none. */
    public void removeOfTask(String taskUid) {
        remove(below(tasks, taskUid), "task-" + taskUid);
    }

    /** Uids of tasks that have volumes without names. */
    public List<String> taskUids() {
        try (var entries = Files.list(tasks)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            throw new HostException("could not list " + tasks, unreadable);
        }
    }

    /** Deletes what an earlier agent had begun to delete. */
    public void sweep() {
        try (var entries = Files.list(gone)) {
            for (var entry : entries.toList()) {
                delete(entry);
            }
        } catch (NoSuchFileException none) {
            return;
        } catch (IOException failed) {
            throw new HostException("could not delete what is in " + gone, failed);
        }
    }

    private static Path below(Path directory, String name) {
        var path = directory.resolve(name);
        if (name.isEmpty() || !directory.equals(path.normalize().getParent())) {
            throw new IllegalArgumentException("'" + name + "' is no name of a directory");
        }
        return path;
    }

    private static Path open(Path home, Optional<Filling> filling) throws InterruptedException {
        var data = home.resolve(DATA);
        try {
            Files.createDirectories(home);
            if (Files.exists(home.resolve(READY))) {
                settle(home);
            }
            if (filling.isPresent() && isEmpty(data)) {
                fill(home, filling.get());
            }
            if (!Files.exists(data)) {
                Files.createDirectory(data);
            }
            return data;
        } catch (IOException failed) {
            throw new HostException("could not make " + data, failed);
        }
    }

    private static boolean isEmpty(Path data) throws IOException {
        try (var entries = Files.list(data)) {
            return entries.findFirst().isEmpty();
        } catch (NoSuchFileException absent) {
            return true;
        }
    }

    private static void fill(Path home, Filling filling) throws IOException, InterruptedException {
        var draft = home.resolve(DRAFT);
        delete(draft);
        Files.createDirectory(draft);
        if (filling.into(draft)) {
            Files.move(draft, home.resolve(READY), StandardCopyOption.ATOMIC_MOVE);
            settle(home);
        } else {
            delete(draft);
        }
    }

    /** A directory that containers may have already stays the same one, and what they have put there meanwhile wins. */
    private static void settle(Path home) throws IOException {
        var ready = home.resolve(READY);
        var data = home.resolve(DATA);
        if (!Files.exists(data)) {
            Files.move(ready, data, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        try (var entries = Files.list(ready)) {
            for (var entry : entries.toList()) {
                var place = data.resolve(entry.getFileName().toString());
                if (!Files.exists(place, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(entry, place, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        likeThat(ready, data);
        delete(ready);
    }

    /** Owner and mode of the directory itself; a disk without any is taken as it is. */
    private static void likeThat(Path from, Path to) throws IOException {
        var source = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        var target = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (source != null && target != null) {
            var attributes = source.readAttributes();
            target.setOwner(attributes.owner());
            target.setGroup(attributes.group());
            target.setPermissions(attributes.permissions());
        }
    }

    private void remove(Path home, String name) {
        try {
            if (Files.exists(home)) {
                Files.createDirectories(gone);
                delete(gone.resolve(name));
                Files.move(home, gone.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
            delete(gone.resolve(name));
        } catch (IOException failed) {
            throw new HostException("could not delete " + home, failed);
        }
    }

    /** Follows no link; nothing happens when there is nothing. */
    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path directory, @org.jspecify.annotations.Nullable IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
