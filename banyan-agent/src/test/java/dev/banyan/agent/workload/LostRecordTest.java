package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that lost what it had written down of its attempts, as after a disk was replaced or a file damaged. */
class LostRecordTest {
    @TempDir
    private Path disk;

    private OneServer one;

    @BeforeEach
    void begin() {
        one = new OneServer(disk);
    }

    @AfterEach
    void end() {
        one.close();
    }

    @Test
    void goesOnCountingFromTheContainerThatRuns() throws IOException {
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.server().end(one.aliveId(), 1);
        one.untilStarts(2);
        assertThat(one.alive()).extracting(ContainerSpec::attempt).containsExactly(2);

        one.killAgent();
        forgetRecords();
        one.startAgent();
        one.server().end(one.aliveId(), 1);
        one.untilStarts(3);

        assertThat(one.alive()).extracting(ContainerSpec::attempt).containsExactly(3);
    }

    @Test
    void keepsWhatRuns() throws IOException {
        var key = one.want("t1", task());
        one.untilRunning(key);
        var running = one.aliveId();

        one.killAgent();
        forgetRecords();
        one.startAgent();
        one.run(Duration.ofMinutes(1));

        assertThat(one.aliveId()).isEqualTo(running);
        assertThat(one.server().starts()).isEqualTo(1);
    }

    private void forgetRecords() throws IOException {
        try (var files = Files.walk(disk.resolve("assignments"))) {
            var records = files.filter(Files::isRegularFile).toList();
            assertThat(records).isNotEmpty();
            for (var record : records) {
                Files.delete(record);
            }
        }
    }
}
