package dev.banyan.engine;

import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.runtime.audit.GateMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What an engine has seen of its store, in one file of three lines: the revision, the signs, the acceptance. A file that cannot be understood
 * is an error: to take it for a first life would let a restored store pass.
 */
public final class SeenFile implements GateMemory {
    private static final String FORMAT = "banyan-seen/1";

    private final Path file;

    /** What {@code file} says, which need not exist. */
    public SeenFile(Path file) {
        this.file = file;
    }

    @Override
    public Optional<Seen> recall() {
        try {
            var lines = Files.readString(file).split("\n", -1);
            if (lines.length != 5 || !lines[0].equals(FORMAT)) {
                throw unreadable();
            }
            var signs = new TreeSet<String>();
            for (var sign : lines[2].isEmpty() ? new String[0] : lines[2].split(",", -1)) {
                if (!sign.startsWith("=")) {
                    throw unreadable();
                }
                signs.add(sign.substring(1));
            }
            return Optional.of(new Seen(Long.parseLong(lines[1]), signs, lines[3]));
        } catch (NoSuchFileException first) {
            return Optional.empty();
        } catch (NumberFormatException malformed) {
            throw unreadable();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + file, failed);
        }
    }

    @Override
    public void keep(Seen seen) {
        // a sign may be the empty text, which stands for its absence
        var signs = String.join(
                ",", seen.signs().stream().map(sign -> "=" + sign).sorted().toList());
        var text = String.join("\n", FORMAT, Long.toString(seen.newest()), signs, seen.acceptance(), "");
        try {
            CredentialsDirectory.replace(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + file, failed);
        }
    }

    private IllegalStateException unreadable() {
        return new IllegalStateException(
                file + " says what this engine has seen of its store, and cannot be understood."
                        + " If the store is known to be as it was, remove the file.");
    }
}
