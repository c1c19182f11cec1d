package dev.banyan.agent.volume.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeDirectoriesTest {
    @TempDir
    private Path root;

    private VolumeDirectories directories;

    @BeforeEach
    void open() {
        directories = new VolumeDirectories(root);
    }

    private static VolumeDirectories.Filling with(String name) {
        return into -> {
            write(into.resolve(name), name);
            return true;
        };
    }

    private static final VolumeDirectories.Filling DIES = into -> {
        write(into.resolve("half"), "half");
        throw new InterruptedException("killed");
    };

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void makesADirectoryThatStays() throws Exception {
        var data = directories.named("d1", Optional.empty());
        write(data.resolve("file"), "kept");

        var again = new VolumeDirectories(root).named("d1", Optional.of(with("image")));

        assertThat(again).isEqualTo(data);
        assertThat(again).isDirectoryNotContaining("glob:**image").isDirectoryContaining("glob:**file");
    }

    @Test
    void fillsANewVolumeAndAnEmptyOneAndNoOther() throws Exception {
        var fresh = directories.named("d1", Optional.of(with("image")));
        assertThat(fresh.resolve("image")).hasContent("image");

        var empty = directories.named("d2", Optional.empty());
        var key = Files.readAttributes(empty, "unix:ino").get("ino");
        assertThat(directories.named("d2", Optional.of(with("image")))).isDirectoryContaining("glob:**image");
        assertThat(Files.readAttributes(empty, "unix:ino").get("ino"))
                .as("containers that have it keep seeing it")
                .isEqualTo(key);
        assertThat(root.resolve("named/d2")).isDirectoryNotContaining("glob:**ready");
    }

    @Test
    void takesOwnerAndModeFromTheImage() throws Exception {
        VolumeDirectories.Filling strict = into -> {
            try {
                Files.setPosixFilePermissions(into, PosixFilePermissions.fromString("rwx------"));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            return true;
        };

        assertThat(Files.getPosixFilePermissions(directories.named("d1", Optional.of(strict))))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        directories.named("d2", Optional.empty());
        assertThat(Files.getPosixFilePermissions(directories.named("d2", Optional.of(strict))))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void leavesAVolumeEmptyForWhichTheImageHasNothing() throws Exception {
        var data = directories.named("d1", Optional.of(into -> false));

        assertThat(data).isEmptyDirectory();
        assertThat(root.resolve("named/d1")).isDirectoryNotContaining("glob:**draft");
    }

    @Test
    void showsNothingOfAFillingThatWasCutOff() throws Exception {
        assertThatThrownBy(() -> directories.named("d1", Optional.of(DIES))).isInstanceOf(InterruptedException.class);
        assertThat(root.resolve("named/d1/data")).doesNotExist();

        var data = new VolumeDirectories(root).named("d1", Optional.of(with("image")));

        assertThat(data).isDirectoryContaining("glob:**image").isDirectoryNotContaining("glob:**half");
    }

    @Test
    void goesOnWithAFillingThatWasCompleteButNotInItsPlace() throws Exception {
        var data = directories.named("d1", Optional.empty());
        var ready = Files.createDirectory(root.resolve("named/d1/ready"));
        write(ready.resolve("one"), "image");
        write(ready.resolve("two"), "image");
        write(data.resolve("one"), "app");

        directories.named("d1", Optional.empty());

        assertThat(data.resolve("one")).hasContent("app");
        assertThat(data.resolve("two")).hasContent("image");
        assertThat(ready).doesNotExist();
    }

    @Test
    void keepsVolumesWithoutNamesApartByTaskAndNumber() throws Exception {
        var one = directories.anonymous("t1", 0, Optional.empty());
        var two = directories.anonymous("t1", 1, Optional.empty());
        var other = directories.anonymous("t2", 0, Optional.empty());

        assertThat(one).isNotEqualTo(two).isNotEqualTo(other);
        assertThat(directories.taskUids()).containsExactly("t1", "t2");

        directories.removeOfTask("t1");

        assertThat(directories.taskUids()).containsExactly("t2");
        assertThat(other).isDirectory();
    }

    @Test
    void deletesAllOfAVolumeAndNothingThatItsLinksLeadTo() throws Exception {
        var outside = Files.createDirectory(root.resolve("outside"));
        write(outside.resolve("file"), "kept");
        var data = directories.named("d1", Optional.empty());
        Files.createDirectories(data.resolve("a/b"));
        write(data.resolve("a/b/c"), "gone");
        Files.createSymbolicLink(data.resolve("link"), outside);
        Files.createSymbolicLink(data.resolve("dangling"), Path.of("/nowhere"));

        directories.removeNamed("d1");
        directories.removeNamed("d1");

        assertThat(root.resolve("named/d1")).doesNotExist();
        assertThat(root.resolve("gone")).isEmptyDirectory();
        assertThat(outside.resolve("file")).hasContent("kept");
    }

    @Test
    void deletesToTheEndWhatAnEarlierAgentHadBegunToDelete() throws Exception {
        Files.createDirectories(root.resolve("gone/named-d1/data"));
        write(root.resolve("gone/named-d1/data/file"), "gone");
        directories.named("d1", Optional.empty());

        directories.sweep();

        assertThat(root.resolve("gone")).isEmptyDirectory();
        assertThat(root.resolve("named/d1/data")).isDirectory();
    }

    @Test
    void findsNothingWhereNothingWasMade() {
        directories.sweep();
        directories.removeNamed("d1");
        directories.removeOfTask("t1");

        assertThat(directories.taskUids()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/etc"})
    void takesNoNameThatLeadsElsewhere(String name) {
        assertThatThrownBy(() -> directories.removeNamed(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> directories.named(name, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
