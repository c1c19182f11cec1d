package dev.banyan.engine.image.shelf;

import dev.banyan.api.identity.CredentialsDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** A file that says when each image was last needed. One that is lost or damaged says nothing: then each grace begins anew. */
final class Book {
    private static final String FORMAT = "banyan-needed/1";

    private final Path file;

    Book(Path file) {
        this.file = file;
    }

    Map<String, Instant> read() {
        try {
            var lines = Files.readAllLines(file);
            var book = new TreeMap<String, Instant>();
            if (lines.isEmpty() || !lines.getFirst().equals(FORMAT)) {
                return book;
            }
            for (var line : lines.subList(1, lines.size())) {
                var words = line.split(" ", 2);
                book.put(words[1], Instant.ofEpochMilli(Long.parseLong(words[0])));
            }
            return book;
        } catch (NoSuchFileException none) {
            return Map.of();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unreadable) {
            return Map.of();
        }
    }

    void write(Map<String, Instant> book) {
        var text = new StringBuilder(FORMAT).append('\n');
        new TreeMap<>(book).forEach((name, seen) -> text.append(seen.toEpochMilli())
                .append(' ')
                .append(name)
                .append('\n'));
        try {
            CredentialsDirectory.replace(file, text.toString());
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + file, failed);
        }
    }
}
