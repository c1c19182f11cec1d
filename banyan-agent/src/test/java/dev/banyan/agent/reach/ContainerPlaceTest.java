package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.process.SeenFiles;
import dev.banyan.api.archive.CopyPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container's files, which may do their worst, beside those of the server. */
class ContainerPlaceTest {
    @TempDir
    private Path server = Path.of("");

    private Path root = Path.of("");
    private SeenFiles seen = SeenFiles.below(Path.of("/"));
    private ContainerPlace place = new ContainerPlace(seen, true);

    @BeforeEach
    void open() throws IOException {
        seen.close();
        root = Files.createDirectory(server.resolve("root"));
        Files.writeString(server.resolve("secret"), "of the server");
        seen = SeenFiles.below(root);
        place = new ContainerPlace(seen, true);
    }

    @AfterEach
    void close() {
        seen.close();
    }

    @Test
    void followsLinksWithinTheContainersRootAlone() throws IOException {
        Files.createDirectory(root.resolve("data"));
        Files.createSymbolicLink(root.resolve("absolute"), Path.of("/data"));
        Files.createSymbolicLink(root.resolve("out"), Path.of("../../../../../../../.."));

        write("/absolute/file", "one");
        write("/out/data/other", "two");

        assertThat(root.resolve("data/file")).hasContent("one");
        assertThat(root.resolve("data/other")).hasContent("two");
    }

    @Test
    void replacesALinkAndLeavesAloneWhatItLedTo() throws IOException {
        Files.createSymbolicLink(root.resolve("trap"), server.resolve("secret"));
        Files.createSymbolicLink(root.resolve("inner"), Path.of("/real"));
        Files.writeString(root.resolve("real"), "kept");

        write("/trap", "mine");
        write("/inner", "mine too");

        assertThat(server.resolve("secret")).hasContent("of the server");
        assertThat(root.resolve("trap")).isRegularFile().hasContent("mine");
        assertThat(root.resolve("real")).hasContent("kept");
    }

    @Test
    void refusesWhatGoesThroughNothingOrThroughAFile() throws IOException {
        Files.writeString(root.resolve("file"), "x");

        assertThatThrownBy(() -> write("/nowhere/file", "x")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> write("/file/below", "x")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> place.file("/")).isInstanceOf(RuntimeException.class);
    }

    @Test
    void doesNotPutAFileInThePlaceOfADirectory() throws IOException {
        Files.createDirectories(root.resolve("full/of"));

        assertThatThrownBy(() -> write("/full", "x")).hasMessageContaining("there is a directory of that name");
        assertThat(root.resolve("full/of")).isDirectory();
    }

    @Test
    void saysWhatIsThereAsTheContainerSeesIt() throws IOException {
        Files.createSymbolicLink(root.resolve("secret"), server.resolve("secret"));
        Files.createSymbolicLink(root.resolve("self"), Path.of("/."));
        Files.writeString(root.resolve("file"), "x");

        assertThat(place.there("/secret")).isEqualTo(CopyPlan.There.NOTHING);
        assertThat(place.there("/self")).isEqualTo(CopyPlan.There.DIRECTORY);
        assertThat(place.there("/file")).isEqualTo(CopyPlan.There.FILE);
        assertThat(place.there("/none")).isEqualTo(CopyPlan.There.NOTHING);
    }

    private void write(String path, String text) throws IOException {
        try (var file = place.file(path)) {
            file.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
