package dev.banyan.runtime.simulation.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.simulation.SimulationFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

/** A file that is replaced whole: what each step of doing that is for. */
class PowerSweepTest {
    private static final int SEEDS = 20;
    private static final String OLD = "old ".repeat(400);
    private static final String NEW = "new ".repeat(500);

    @Test
    void aDraftThatIsForcedMovedAndForcedInItsDirectorySurvivesEveryLossOfPower() {
        long operations = PowerSweep.over(
                (root, process) -> replace(root, OLD, true, true),
                (root, process) -> replace(root, NEW, true, true),
                PowerSweepTest::oldOrNew,
                SEEDS);

        assertThat(operations).isEqualTo(5); // create, write, force, move, force
    }

    @Test
    void withoutForcingTheDraftTheFileIsTorn() {
        assertThatThrownBy(() -> PowerSweep.over(
                        (root, process) -> replace(root, OLD, true, true),
                        (root, process) -> replace(root, NEW, false, true),
                        PowerSweepTest::oldOrNew,
                        SEEDS))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("without power")
                .hasMessageContaining("seed ");
    }

    @Test
    void withoutForcingTheDirectoryWhatWasReturnedFromIsUndone() {
        assertThatThrownBy(() -> PowerSweep.over(
                        (root, process) -> replace(root, OLD, true, true),
                        (root, process) -> replace(root, NEW, true, false),
                        PowerSweepTest::oldOrNew,
                        SEEDS))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("after the last operation");
    }

    @Test
    void aFileThatIsWrittenInPlaceIsTornOrEmpty() {
        assertThatThrownBy(() -> PowerSweep.over(
                        (root, process) -> replace(root, OLD, true, true),
                        (root, process) -> Files.writeString(root.resolve("file"), NEW),
                        (root, returned) -> oldOrNew(root, false),
                        SEEDS))
                .isInstanceOf(SimulationFailure.class);
    }

    private static void oldOrNew(Path root, boolean returned) throws IOException {
        var text = Files.readString(root.resolve("file"));
        if (returned) {
            assertThat(text).isEqualTo(NEW);
        } else {
            assertThat(text).isIn(OLD, NEW);
        }
    }

    private static void replace(Path root, String text, boolean forceDraft, boolean forceDirectory) throws IOException {
        var draft = root.resolve("file.new");
        Files.deleteIfExists(draft);
        try (var channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
            if (forceDraft) {
                channel.force(true);
            }
        }
        Files.move(draft, root.resolve("file"), StandardCopyOption.ATOMIC_MOVE);
        if (forceDirectory) {
            try (var directory = FileChannel.open(root, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }
}
