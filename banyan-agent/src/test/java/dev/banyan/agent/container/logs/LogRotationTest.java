package dev.banyan.agent.container.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.container.logs.LogRotation.Move;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LogRotationTest {
    private static final Path LOG = Path.of("/logs/0.log");
    private static final LogRotation ROTATION = new LogRotation(1000, 3);

    @Test
    void leavesASmallFileAlone() {
        assertThat(ROTATION.plan(LOG, 999)).isEmpty();
    }

    @Test
    void movesTheOldestFirstSoThatNothingIsOverwrittenTooEarly() {
        assertThat(ROTATION.plan(LOG, 1000))
                .containsExactly(
                        new Move(Path.of("/logs/0.log.1"), Path.of("/logs/0.log.2")),
                        new Move(LOG, Path.of("/logs/0.log.1")));
    }

    @Test
    void listsTheFilesFromTheOldest() {
        assertThat(ROTATION.chain(LOG)).containsExactly(Path.of("/logs/0.log.2"), Path.of("/logs/0.log.1"), LOG);
    }

    @Test
    void refusesToKeepNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LogRotation(0, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogRotation(1, 1));
    }
}
