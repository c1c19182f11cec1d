package dev.banyan.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CheckedFile.Contents;
import dev.banyan.runtime.simulation.disk.PowerSweep;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is kept survives a loss of power before and after each operation of the disk. */
class CheckedFilePowerTest {
    private static final int SEEDS = 20;
    private static final String OLD = "old\n".repeat(300);
    private static final String NEW = "new\n".repeat(400);

    @Test
    void isTheOldOrTheNewTextAfterAnyLossOfPowerAndTheNewOneOnceWritten() {
        long operations = PowerSweep.over(
                (root, process) -> kept(root).write(OLD),
                (root, process) -> kept(root).write(NEW),
                (root, returned) -> {
                    if (returned) {
                        assertThat(kept(root).read()).isEqualTo(new Contents.Intact(NEW));
                    } else {
                        assertThat(kept(root).read()).isIn(new Contents.Intact(OLD), new Contents.Intact(NEW));
                    }
                },
                SEEDS);

        assertThat(operations).isGreaterThanOrEqualTo(5);
    }

    @Test
    void isThereOnceWrittenThoughItsDirectoriesWereMadeForIt() {
        PowerSweep.over(
                (root, process) -> process.note("the disk is empty"),
                (root, process) -> kept(root).write(NEW),
                (root, returned) -> {
                    if (returned) {
                        assertThat(kept(root).read()).isEqualTo(new Contents.Intact(NEW));
                    } else {
                        assertThat(kept(root).read()).isIn(new Contents.Absent(), new Contents.Intact(NEW));
                    }
                },
                SEEDS);
    }

    @Test
    void canBeWrittenAgainAfterAnyLossOfPower() {
        PowerSweep.over(
                (root, process) -> kept(root).write(OLD),
                (root, process) -> kept(root).write(NEW),
                (root, returned) -> {
                    kept(root).write("again");
                    assertThat(kept(root).read()).isEqualTo(new Contents.Intact("again"));
                },
                SEEDS);
    }

    private static CheckedFile kept(Path root) {
        return new CheckedFile(root.resolve("var/lib/kept"));
    }
}
