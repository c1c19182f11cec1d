package dev.banyan.engine.image;

import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is remembered of each image that was mirrored: one small file for each, beside the registry's data. A file that is lost or cannot be
 * understood is as if the image's registry had never been asked.
 */
final class MirrorNotes {
    private static final String FORMAT = "banyan-mirrored/1";
    private static final int LINES = 6;

    private final Path directory;

    MirrorNotes(Path directory) {
        this.directory = directory;
    }

    /**
     * One image.
     *
     * @param content its digest in the cluster's registry; the note is about nothing else
     * @param origin its digest in its own
     * @param asked when its own registry was asked last
     * @param platforms for which it was wanted
     */
    record Note(String content, String origin, Instant asked, Set<Platform> platforms) {
        Note {
            platforms = Set.copyOf(platforms);
        }
    }

    Optional<Note> find(ImageName name) {
        try {
            var lines = Files.readAllLines(file(name));
            if (lines.size() != LINES
                    || !lines.get(0).equals(FORMAT)
                    || !lines.get(1).equals(name.toString())) {
                return Optional.empty();
            }
            var platforms = lines.get(5).isEmpty()
                    ? Set.<Platform>of()
                    : List.of(lines.get(5).split(",")).stream()
                            .map(Platform::parse)
                            .collect(Collectors.toSet());
            var asked = Instant.ofEpochMilli(Long.parseLong(lines.get(4)));
            return Optional.of(new Note(lines.get(2), lines.get(3), asked, platforms));
        } catch (NoSuchFileException never) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    void keep(ImageName name, Note note) {
        var platforms = new TreeSet<String>();
        note.platforms().forEach(platform -> platforms.add(platform.toString()));
        var text = String.join(
                "\n",
                FORMAT,
                name.toString(),
                note.content(),
                note.origin(),
                Long.toString(note.asked().toEpochMilli()),
                String.join(",", platforms),
                "");
        try {
            Files.createDirectories(directory);
            CredentialsDirectory.replace(file(name), text);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write below " + directory, failed);
        }
    }

    private Path file(ImageName name) {
        try {
            var bytes = name.toString().getBytes(StandardCharsets.UTF_8);
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return directory.resolve(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
