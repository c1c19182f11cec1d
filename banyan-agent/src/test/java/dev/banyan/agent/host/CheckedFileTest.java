package dev.banyan.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedFileTest {
    private Path path;
    private CheckedFile file;

    @BeforeEach
    void choose(@TempDir Path folder) {
        path = folder.resolve("state").resolve("kept");
        file = new CheckedFile(path);
    }

    @Test
    void readsWhatWasWrittenLast() {
        assertThat(file.read()).isEqualTo(new CheckedFile.Contents.Absent());

        file.write("one\ntwo\n");
        file.write("three\n");

        assertThat(file.read()).isEqualTo(new CheckedFile.Contents.Intact("three\n"));
    }

    @Test
    void isReadableByItsOwnerAlone() throws Exception {
        file.write("x");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void noticesEveryCutAndEveryChangedByte() throws Exception {
        file.write("revision 1\n");
        var whole = Files.readString(path);
        for (int i = 0; i < whole.length(); i++) {
            Files.writeString(path, whole.substring(0, i));
            assertThat(file.read()).isInstanceOf(CheckedFile.Contents.Damaged.class);
            Files.writeString(path, whole.substring(0, i) + "~" + whole.substring(i + 1));
            assertThat(file.read()).isInstanceOf(CheckedFile.Contents.Damaged.class);
        }
    }

    @Test
    void isNotDisturbedByAnUnfinishedWrite() throws Exception {
        file.write("old\n");
        Files.writeString(path.resolveSibling("kept.new"), "half");

        assertThat(file.read()).isEqualTo(new CheckedFile.Contents.Intact("old\n"));
        file.write("new\n");
        assertThat(file.read()).isEqualTo(new CheckedFile.Contents.Intact("new\n"));
    }

    @Test
    void isAbsentAfterItWasDeleted() {
        file.write("x");
        file.delete();
        file.delete();

        assertThat(file.read()).isEqualTo(new CheckedFile.Contents.Absent());
    }
}
