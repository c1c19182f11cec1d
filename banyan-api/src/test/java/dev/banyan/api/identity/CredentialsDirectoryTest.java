package dev.banyan.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsDirectoryTest {
    @TempDir
    private Path directory;

    private Path kept;
    private Path file;

    @BeforeEach
    void nameAFile() throws IOException {
        kept = Files.createDirectory(directory.resolve("kept"));
        file = kept.resolve("key.pem");
    }

    @Test
    void replacesAFileForItsOwnerAlone() throws IOException {
        CredentialsDirectory.replace(file, "a longer text");
        CredentialsDirectory.replace(file, "text");

        assertThat(file).hasContent("text");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(kept).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void writesOverADraftThatWasCutOff() throws IOException {
        Files.writeString(file.resolveSibling("key.pem.new"), "half of something longer");

        CredentialsDirectory.replace(file, "text");

        assertThat(file).hasContent("text");
    }

    /** A power cut after it returns must bring back neither an empty file nor the earlier one. */
    @Test
    void hasContentAndNameOnDiskWhenItReturns() throws IOException {
        try (var recording = new Recording()) {
            recording.enable("jdk.FileForce").withThreshold(Duration.ZERO).withoutStackTrace();
            recording.start();
            CredentialsDirectory.replace(file, "text");
            recording.stop();

            assertThat(forced(recording))
                    .containsExactly(file.resolveSibling("key.pem.new").toString(), kept.toString());
        }
    }

    private List<String> forced(Recording recording) throws IOException {
        var dump = directory.resolve("forced.jfr");
        recording.dump(dump);
        return RecordingFile.readAllEvents(dump).stream()
                .filter(event -> event.getEventType().getName().equals("jdk.FileForce"))
                .map(event -> event.getString("path"))
                .toList();
    }
}
