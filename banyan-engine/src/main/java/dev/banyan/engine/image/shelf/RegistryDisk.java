package dev.banyan.engine.image.shelf;

import dev.banyan.api.registry.Descriptor;
import dev.banyan.api.registry.ImageManifest;
import dev.banyan.api.registry.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * The directory of a registry of the distribution's, read while it works. What goes meanwhile is left out; so is what is no image, such as a
 * manifest that is damaged.
 */
final class RegistryDisk {
    private static final String MANIFESTS = "_manifests";

    private final Path repositories;
    private final Path blobs;

    /** {@code root} is the registry's {@code rootdirectory}. */
    RegistryDisk(Path root) {
        var base = root.resolve("docker").resolve("registry").resolve("v2");
        this.repositories = base.resolve("repositories");
        this.blobs = base.resolve("blobs").resolve("sha256");
    }

    /** Every manifest of every repository, tagged or not. */
    List<Holding> holdings() {
        var found = new ArrayList<Holding>();
        walk(repositories, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (!name(directory).equals(MANIFESTS)) {
                    return name(directory).startsWith("_") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }
                found.addAll(of(directory));
                return FileVisitResult.SKIP_SUBTREE;
            }
        });
        return found;
    }

    /** Bytes of each content by its digest, also of those that no manifest names. */
    Map<String, Long> blobs() {
        var found = new HashMap<String, Long>();
        walk(blobs, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (name(file).equals("data")) {
                    found.put("sha256:" + name(above(file)), attributes.size());
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** Whether something was pushed, or a part of it, at {@code since} or later. */
    boolean writtenSince(Instant since) {
        var written = new AtomicBoolean();
        walk(repositories, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.lastModifiedTime().toInstant().isBefore(since)) {
                    return FileVisitResult.CONTINUE;
                }
                written.set(true);
                return FileVisitResult.TERMINATE;
            }
        });
        return written.get();
    }

    private List<Holding> of(Path manifests) {
        var repository = repositories.relativize(above(manifests)).toString();
        var tags = tags(manifests.resolve("tags"));
        return children(manifests.resolve("revisions").resolve("sha256")).stream()
                .flatMap(revision -> holding(repository, revision, tags).stream())
                .toList();
    }

    private Optional<Holding> holding(String repository, Path revision, Map<String, List<String>> tags) {
        var digest = "sha256:" + name(revision);
        try {
            var pushed = Files.getLastModifiedTime(revision.resolve("link")).toInstant();
            var bytes = Files.readAllBytes(data(digest));
            var manifest = ImageManifest.read("", bytes);
            var blobs = new HashMap<>(Map.of(digest, (long) bytes.length));
            if (!manifest.index()) {
                manifest.blobs().forEach(blob -> blobs.put(blob.digest(), blob.size()));
            }
            var parts = manifest.index()
                    ? manifest.manifests().stream().map(Descriptor::digest).toList()
                    : List.<String>of();
            return Optional.of(
                    new Holding(repository, digest, tags.getOrDefault(digest, List.of()), pushed, parts, blobs));
        } catch (NoSuchFileException | RegistryException goneOrDamaged) {
            return Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + revision, failed);
        }
    }

    private Map<String, List<String>> tags(Path directory) {
        var tags = new HashMap<String, List<String>>();
        for (var tag : children(directory)) {
            try {
                var digest =
                        Files.readString(tag.resolve("current").resolve("link")).strip();
                tags.computeIfAbsent(digest, key -> new ArrayList<>()).add(name(tag));
            } catch (NoSuchFileException gone) {
                continue;
            } catch (IOException failed) {
                throw new UncheckedIOException("cannot read " + tag, failed);
            }
        }
        return tags;
    }

    private Path data(String digest) {
        var hex = digest.substring("sha256:".length());
        return blobs.resolve(hex.substring(0, 2)).resolve(hex).resolve("data");
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + directory, failed);
        }
    }

    private static Path above(Path path) {
        var parent = path.getParent();
        return parent == null ? path : parent;
    }

    private static String name(Path path) {
        var name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    private static void walk(Path from, SimpleFileVisitor<Path> visitor) {
        try {
            Files.walkFileTree(from, new Calm(visitor));
        } catch (NoSuchFileException nothingYet) {
            // A registry makes its directories with the first push.
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + from, failed);
        }
    }

    /** Goes on where something has gone since it was seen. */
    private static final class Calm extends SimpleFileVisitor<Path> {
        private final SimpleFileVisitor<Path> inner;

        Calm(SimpleFileVisitor<Path> inner) {
            this.inner = inner;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            return inner.preVisitDirectory(directory, attributes);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            return inner.visitFile(file, attributes);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(
                Path directory, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
            if (failure == null || failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }
}
