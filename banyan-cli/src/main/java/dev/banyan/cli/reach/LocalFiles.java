package dev.banyan.cli.reach;

import dev.banyan.api.archive.TarEntry;
import dev.banyan.api.archive.TarWriter;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Files of this computer as a tar stream. For one task. */
final class LocalFiles {
    private static final int BUFFER = 64 * 1024;
    private static final int DEPTH_MAX = 256;

    private final TarWriter tar;
    private final Consumer<String> left;

    /** @param left is told, in words, what is left out */
    LocalFiles(TarWriter tar, Consumer<String> left) {
        this.tar = tar;
        this.left = left;
    }

    /**
     * Writes a file or a directory with all in it under the name {@code top}.
     *
     * @param follow whether the path itself, if it is a link, stands for what it leads to
     */
    void write(Path path, String top, boolean follow) throws IOException {
        var start = follow ? path.toRealPath() : path;
        Files.walkFileTree(start, EnumSet.noneOf(FileVisitOption.class), DEPTH_MAX, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes facts) throws IOException {
                entry(TarEntry.Type.DIRECTORY, directory, name(directory), 0, "");
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) throws IOException {
                one(file, facts, name(file));
                return FileVisitResult.CONTINUE;
            }

            private String name(Path visited) {
                var inside = start.relativize(visited).toString();
                return inside.isEmpty() ? top : top + "/" + inside;
            }
        });
    }

    private void one(Path file, BasicFileAttributes facts, String name) throws IOException {
        if (facts.isSymbolicLink()) {
            entry(
                    TarEntry.Type.SYMBOLIC_LINK,
                    file,
                    name,
                    0,
                    Files.readSymbolicLink(file).toString());
        } else if (facts.isRegularFile()) {
            content(file, facts.size(), name);
        } else if (facts.isDirectory()) {
            throw new IOException(file + " is more than " + DEPTH_MAX + " directories deep");
        } else {
            left.accept(file + " is neither file, directory nor link, and was left out");
        }
    }

    private void content(Path file, long size, String name) throws IOException {
        try (var in = Files.newInputStream(file)) {
            entry(TarEntry.Type.FILE, file, name, size, "");
            var buffer = new byte[BUFFER];
            for (long rest = size; rest > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(rest, buffer.length));
                if (read < 0) {
                    throw new IOException(file + " became shorter while it was copied");
                }
                tar.write(buffer, 0, read);
                rest -= read;
            }
        }
    }

    private void entry(TarEntry.Type type, Path path, String name, long size, String link) throws IOException {
        var facts = Files.readAttributes(path, "unix:mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        tar.entry(new TarEntry(
                type,
                name,
                number(facts.get("mode")) & 07777,
                new TarEntry.Owner(number(facts.get("uid")) & 0xFFFFFFFFL, number(facts.get("gid")) & 0xFFFFFFFFL),
                size,
                ((FileTime) Objects.requireNonNull(facts.get("lastModifiedTime"))).toMillis() / 1000,
                link));
    }

    private static int number(@Nullable Object attribute) {
        return ((Number) Objects.requireNonNull(attribute)).intValue();
    }
}
