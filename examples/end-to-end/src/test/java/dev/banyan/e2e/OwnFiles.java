package dev.banyan.e2e;

import dev.banyan.harness.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Places of the machine that programs of a test find in their own form, in a mount namespace of theirs: what they write there, and what they
 * write to {@code /run}, the machine never sees.
 */
final class OwnFiles {
    /** Its words: each copy and its place, then two dashes, then the program. */
    private static final String SCRIPT =
            """
            mount -t tmpfs tmpfs /run
            while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done
            shift
            exec "$@"
            """;

    private final List<String> words = new ArrayList<>();
    private final Path copies;

    /** @param copies the folder where the copies are kept from one program to the next */
    OwnFiles(Path copies) {
        this.copies = copies;
        try {
            Files.createDirectories(copies);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot make " + copies, failed);
        }
    }

    /** Programs find a copy of this file or folder of the machine, as it is now. */
    OwnFiles with(String place) {
        var copy = copy(place);
        Command.of("cp", "--archive", place, copy.toString()).run().orFail();
        words.addAll(List.of(copy.toString(), place));
        return this;
    }

    /** In the copy of a folder, a name leads elsewhere. */
    void link(String place, String name, String target) {
        Command.of(
                        "ln",
                        "--symbolic",
                        "--force",
                        target,
                        copy(place).resolve(name).toString())
                .run()
                .orFail();
    }

    private Path copy(String place) {
        return copies.resolve(place.substring(1).replace('/', '-'));
    }

    /** The program, with these places in the form that earlier ones left them in. */
    Command command(List<String> program) {
        var all = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec", SCRIPT, "own-files"));
        all.addAll(words);
        all.add("--");
        all.addAll(program);
        return Command.of(all.toArray(String[]::new));
    }
}
