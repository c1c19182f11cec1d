package dev.banyan.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.disk.PowerSweep;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What an identity is kept in survives a loss of power before and after each operation of the disk. */
class CredentialsDirectoryPowerTest {
    private static final String OLD = "old\n".repeat(300);
    private static final String NEW = "new\n".repeat(400);

    @Test
    void aFileIsTheOldOrTheNewOneAndTheNewOneOnceReplaced() {
        long operations = PowerSweep.over(
                (root, process) -> CredentialsDirectory.replace(root.resolve("seen"), OLD),
                (root, process) -> CredentialsDirectory.replace(root.resolve("seen"), NEW),
                (root, returned) -> {
                    var text = Files.readString(root.resolve("seen"));
                    assertThat(text).isIn(OLD, NEW);
                    if (returned) {
                        assertThat(text).isEqualTo(NEW);
                    }
                },
                20);

        assertThat(operations).isGreaterThanOrEqualTo(5);
    }
}
