package dev.banyan.runtime.simulation.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which state of the code plays, for reports: what the property {@code banyan.simulation.commit} says, or else what is checked out where
 * the program runs. Read from git's own files, so that nothing has to be installed. Changes that are not committed are not seen.
 */
final class BuildCommit {
    private static final String UNKNOWN = "unknown";
    private static final String POINTER = "gitdir: ";
    private static final String REFERENCE = "ref: ";

    private BuildCommit() {}

    static String current() {
        return Optional.ofNullable(System.getProperty(CampaignOptions.PREFIX + "commit"))
                .orElseGet(() -> at(Path.of("").toAbsolutePath()));
    }

    /** The commit of the working tree that {@code directory} is in. */
    static String at(Path directory) {
        try {
            for (var place = Optional.of(directory);
                    place.isPresent();
                    place = place.flatMap(inner -> Optional.ofNullable(inner.getParent()))) {
                var git = place.get().resolve(".git");
                if (Files.exists(git)) {
                    return head(Files.isDirectory(git) ? git : elsewhere(git));
                }
            }
        } catch (IOException unreadable) {
            return UNKNOWN;
        }
        return UNKNOWN;
    }

    /** A working tree beside the first one has a file that says where its part of the repository is. */
    private static Path elsewhere(Path file) throws IOException {
        var text = Files.readString(file).strip();
        return file.resolveSibling(text.startsWith(POINTER) ? text.substring(POINTER.length()) : text);
    }

    private static String head(Path git) throws IOException {
        var head = Files.readString(git.resolve("HEAD")).strip();
        if (!head.startsWith(REFERENCE)) {
            return head;
        }
        var name = head.substring(REFERENCE.length());
        var common = git.resolve("commondir");
        var shared = Files.exists(common) ? git.resolve(Files.readString(common).strip()) : git;
        var loose = shared.resolve(name);
        return Files.exists(loose) ? Files.readString(loose).strip() : packed(shared.resolve("packed-refs"), name);
    }

    private static String packed(Path file, String name) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.endsWith(" " + name))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .findFirst()
                    .orElse(UNKNOWN);
        }
    }
}
