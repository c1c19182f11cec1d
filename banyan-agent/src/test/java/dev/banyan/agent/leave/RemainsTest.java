package dev.banyan.agent.leave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemainsTest {
    private static final CommandRunner NONE = line -> {
        throw new AssertionError("nothing is mounted: " + line);
    };

    private final Remains remains = new Remains(NONE);

    @TempDir
    private Path directory = Path.of("");

    private Path file(String name) throws IOException {
        var file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, "x");
    }

    @Test
    void deletesATreeAndNothingThatLinksLeadTo() throws Exception {
        var other = file("other/kept");
        file("own/a/b/c");
        Files.createSymbolicLink(directory.resolve("own/link"), other);
        Files.createSymbolicLink(directory.resolve("own/a/directory"), other.resolveSibling(""));

        remains.remove(directory.resolve("own"));

        assertThat(directory.resolve("own")).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void isDoneWhereNothingIsLeft() throws Exception {
        remains.remove(directory.resolve("own"));
        remains.clear(directory.resolve("own"));
        remains.removeIfEmpty(directory.resolve("own"));
        remains.removeGroups(directory.resolve("own"));

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void clearsADirectoryThatStays() throws Exception {
        file("logs/app/task/0.log");

        remains.clear(directory.resolve("logs"));

        assertThat(directory.resolve("logs")).isEmptyDirectory();
    }

    @Test
    void leavesADirectoryThatSomebodyElseUses() throws IOException {
        var theirs = file("data/theirs");

        remains.removeIfEmpty(directory.resolve("data"));

        assertThat(theirs).exists();
    }

    @Test
    void findsMountsOfItsDirectoryAloneAndTheLastOneFirst() {
        var mountinfo =
                """
                22 1 0:1 / / rw - ext4 /dev/sda rw
                23 22 0:2 / /run/banyan/abc rw - tmpfs tmpfs rw
                24 22 0:3 / /run/banyan/abcdef rw - tmpfs tmpfs rw
                25 23 0:4 / /run/banyan/abc/a\\040b rw - tmpfs tmpfs rw
                26 25 0:5 / /run/banyan/abc/a\\040b/c\\134d rw - overlay overlay rw
                """;

        assertThat(Remains.below(Path.of("/run/banyan/abc"), mountinfo))
                .containsExactly("/run/banyan/abc/a b/c\\d", "/run/banyan/abc/a b", "/run/banyan/abc");
    }
}
