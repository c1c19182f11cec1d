package dev.banyan.examples.dns;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The directory that a name server serves: a file for each zone, which is there whole or not at all. */
record ZoneFiles(Path directory) {
    /** Puts a file in place, durably; one that says the same already is left alone. */
    void write(String zone, String text) throws IOException {
        var file = directory.resolve(zone + ".zone");
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        var fresh = Files.writeString(directory.resolve("." + zone + ".new"), text);
        sync(fresh);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(directory);
    }

    /** Takes a file away, and what a crash has left of a newer one. */
    void withdraw(String zone) throws IOException {
        Files.deleteIfExists(directory.resolve("." + zone + ".new"));
        Files.deleteIfExists(directory.resolve(zone + ".zone"));
        sync(directory);
    }

    private static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
