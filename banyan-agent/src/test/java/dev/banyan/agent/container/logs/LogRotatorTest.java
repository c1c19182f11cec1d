package dev.banyan.agent.container.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fake refuses to reopen the log of a container that does not exist: that is how a call is seen here. */
class LogRotatorTest {
    private final LogRotator rotator =
            new LogRotator(new LogRotation(10, 3), new FakeServer(new SystemEnv()).runtime("c"));

    @Test
    void leavesASmallLogAlone(@TempDir Path directory) throws Exception {
        var log = Files.writeString(directory.resolve("0.log"), "short");

        assertThat(rotator.rotate("gone", log)).isFalse();
        assertThat(log).hasContent("short");
    }

    @Test
    void movesALargeLogAsideAndHasItReopened(@TempDir Path directory) throws Exception {
        var log = Files.writeString(directory.resolve("0.log"), "the newest lines");
        Files.writeString(directory.resolve("0.log.1"), "older lines");
        Files.writeString(directory.resolve("0.log.2"), "oldest lines");

        assertReopens(log);

        assertThat(log).doesNotExist();
        assertThat(directory.resolve("0.log.1")).hasContent("the newest lines");
        assertThat(directory.resolve("0.log.2")).hasContent("older lines");
        assertThat(directory.toFile().list()).hasSize(2);
    }

    @Test
    void makesUpForAMoveThatWasNotFollowedByAReopening(@TempDir Path directory) {
        assertReopens(directory.resolve("0.log"));
    }

    private void assertReopens(Path log) {
        assertThatThrownBy(() -> rotator.rotate("gone", log)).isInstanceOf(ContainerException.class);
    }
}
