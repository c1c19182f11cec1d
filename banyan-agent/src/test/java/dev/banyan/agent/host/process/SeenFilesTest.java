package dev.banyan.agent.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenFilesTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void areThoseOfTheProcess() throws IOException {
        Files.writeString(directory.resolve("own"), "mine");
        try (var seen = SeenFiles.of(ProcessHandle.current().pid())) {
            assertThat(seen.text(directory.resolve("own").toString(), 100)).contains("mine");
            assertThat(seen.text(directory.resolve("own").toString(), 3))
                    .as("larger than wanted")
                    .isEmpty();
            assertThat(seen.text(directory.toString(), 100)).as("a directory").isEmpty();
        }
        assertThatThrownBy(() -> SeenFiles.of(0)).isInstanceOf(HostException.class);
    }

    @Test
    void whatWasOpenedStaysTheSameThing() throws IOException {
        Files.writeString(directory.resolve("file"), "first");
        try (var seen = SeenFiles.below(directory);
                var spot = seen.open("/file").orElseThrow()) {
            Files.move(directory.resolve("file"), directory.resolve("moved"));
            Files.writeString(directory.resolve("file"), "second");

            assertThat(Files.readString(spot.path())).isEqualTo("first");
        }
    }

    @Test
    void aChildIsNeverALink() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/passwd"));
        Files.createDirectory(directory.resolve("inner"));
        try (var seen = SeenFiles.below(directory);
                var root = seen.open("/").orElseThrow()) {
            assertThat(root.child("link")).isEmpty();
            assertThat(root.child("none")).isEmpty();
            try (var inner = root.child("inner").orElseThrow()) {
                assertThat(Files.isDirectory(inner.path())).isTrue();
            }
            for (var name : List.of("..", ".", "", "inner/..", "a\0b")) {
                assertThatThrownBy(() -> root.child(name)).as(name).isInstanceOf(HostException.class);
            }
        }
    }

    @Test
    void doNotOpenWhatLeadsInACircle() throws IOException {
        Files.createSymbolicLink(directory.resolve("one"), Path.of("two"));
        Files.createSymbolicLink(directory.resolve("two"), Path.of("one"));
        try (var seen = SeenFiles.below(directory)) {
            assertThatThrownBy(() -> seen.open("/one")).hasMessageContaining("in a circle");
        }
    }
}
