package dev.banyan.agent.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.EPOCH);

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameAFileInADirectoryThatIsNotThere() {
        file = directory.resolve("below/kept.conf");
    }

    @Test
    void replacesWhatWasThere() throws Exception {
        assertThat(WholeFile.replace(file, "long content\n")).isTrue();
        assertThat(WholeFile.replace(file, "short\n")).isTrue();

        assertThat(file).hasContent("short\n");
    }

    @Test
    void touchesNothingWhenTheContentIsThereAlready() throws Exception {
        WholeFile.replace(file, "same\n");
        Files.setLastModifiedTime(file, LONG_AGO);

        assertThat(WholeFile.replace(file, "same\n")).isFalse();

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
    }

    @Test
    void tellsContentsOfTheSameLengthApart() throws Exception {
        WholeFile.replace(file, "one\n");

        assertThat(WholeFile.replace(file, "two\n")).isTrue();

        assertThat(file).hasContent("two\n");
    }

    @Test
    void leavesOneFileThatItsOwnerAloneCanRead() throws Exception {
        WholeFile.replace(file, new byte[] {1, 2});

        assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
        try (var all = Files.list(file.getParent())) {
            assertThat(all).hasSize(1);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void writesOverADraftThatWasCutOff() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file.resolveSibling("kept.conf.new"), "half of something longer");

        WholeFile.replace(file, "whole\n");

        assertThat(file).hasContent("whole\n");
    }

    @Test
    void showsADraftToNobodyUntilItIsPut() throws Exception {
        WholeFile.replace(file, "old\n");

        var draft = WholeFile.draft(file, "new\n".getBytes(UTF_8));
        assertThat(file).hasContent("old\n");

        assertThat(draft.put()).isTrue();
        assertThat(file).hasContent("new\n");
        assertThat(WholeFile.draft(file, "new\n".getBytes(UTF_8)).put()).isFalse();
    }

    @Test
    void isOnDiskWhenItReturnsAndSoIsItsName() throws Exception {
        var forced = forcedBy(() -> WholeFile.replace(file, "whole\n"));

        assertThat(forced)
                .containsExactly(
                        directory.toString(), // where the name of the new directory is
                        file.resolveSibling("kept.conf.new").toString(),
                        directory.resolve("below").toString());
    }

    @Test
    void namesTheFileThatCannotBeWritten() throws Exception {
        Files.createDirectories(file.resolve("in-the-way"));

        assertThatThrownBy(() -> WholeFile.replace(file, "x"))
                .isInstanceOf(HostException.class)
                .hasMessageContaining(file.toString());
    }

    /** What the JVM told the kernel to put on disk of this test, in order; others may still be at work in the same JVM. */
    private List<String> forcedBy(Runnable action) throws IOException {
        try (var recording = new Recording()) {
            recording.enable("jdk.FileForce").withThreshold(Duration.ZERO).withoutStackTrace();
            recording.start();
            action.run();
            recording.stop();
            var dump = directory.resolve("forced.jfr");
            recording.dump(dump);
            return RecordingFile.readAllEvents(dump).stream()
                    .filter(event -> event.getEventType().getName().equals("jdk.FileForce"))
                    .map(event -> event.getString("path"))
                    .filter(path -> path.startsWith(directory.toString()))
                    .toList();
        }
    }
}
