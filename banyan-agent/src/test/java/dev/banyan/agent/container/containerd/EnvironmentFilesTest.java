package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentFilesTest {
    private static final String SPEC = "{\"process\":{\"env\":[\"PATH=/bin\",\"A=image\",\"ODD\"]}}";

    @TempDir
    private Path directory;

    @Test
    void theTasksValuesWinOverTheImagesAndEachNameIsThereOnce() {
        assertThat(EnvironmentFiles.merged(SPEC, Map.of("A", "task", "B", "x=\"y\"\n")))
                .isEqualTo("[\"PATH=/bin\",\"A=task\",\"ODD\",\"B=x=\\\"y\\\"\\n\"]");
    }

    @Test
    void anImageMayHaveNoEnvironment() {
        assertThat(EnvironmentFiles.merged("{\"process\":{}}", Map.of("A", "b")))
                .isEqualTo("[\"A=b\"]");
    }

    @Test
    void eachContainerHasADirectoryThatRootAloneEnters() throws IOException {
        var files = new EnvironmentFiles(directory);

        files.write("c1", "[]");
        files.write("c1", "[\"A=b\"]");

        assertThat(directory.resolve("c1/environment")).hasContent("[\"A=b\"]");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("c1"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("c1/environment"))))
                .isEqualTo("rw-------");
        assertThat(files.ids()).containsExactly("c1");
    }

    @Test
    void aCommandHasTheContainersWithItsOwnOverItUntilItIsForgotten() throws IOException {
        var files = new EnvironmentFiles(directory);
        files.write("c1", "[\"A=container\",\"B=kept\"]");

        assertThat(files.keep("c1", "reach-1", Map.of("A", "command"))).isTrue();
        assertThat(directory.resolve("c1/environment.reach-1")).hasContent("[\"A=command\",\"B=kept\"]");
        assertThat(directory.resolve("c1/environment")).hasContent("[\"A=container\",\"B=kept\"]");

        files.forget("c1", "reach-1");
        files.forget("c1", "reach-1");
        assertThat(directory.resolve("c1")).isDirectoryNotContaining("glob:**reach-1");
        assertThat(files.keep("c2", "reach-1", Map.of("A", "command"))).isFalse();
        assertThat(directory.resolve("c2")).doesNotExist();
    }

    @Test
    void removesAllOfAContainerAndDoesNotMindWhenThereIsNothing() throws IOException {
        var files = new EnvironmentFiles(directory);
        files.write("c1", "[]");
        Files.writeString(directory.resolve("c1/config.json"), "{}");

        files.remove("c1");
        files.remove("c1");

        assertThat(directory).isEmptyDirectory();
    }
}
