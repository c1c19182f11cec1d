package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.api.v1.TaskStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that was up for long and starts anew, with a clock that counts from its boot. */
class RebootTest {
    private static final Duration UP = Duration.ofHours(1);

    @TempDir
    private Path disk;

    private OneServer one;

    @BeforeEach
    void begin() {
        one = new OneServer(disk);
        one.run(UP);
    }

    @AfterEach
    void end() {
        one.close();
    }

    @Test
    void doesNotWaitForATimeOfTheFormerBoot() {
        one.web(new Behaviour.Ends(Duration.ofSeconds(1), 3));
        one.want("t1", task());
        one.untilStarts(6);
        one.run(Duration.ofSeconds(5));

        one.reboot();
        one.startAgent();

        assertThat(one.untilStarts(7)).isLessThan(Duration.ofSeconds(40));
    }

    @Test
    void countsFailuresOfTheServerAnew() {
        var task = task();
        task.getContainerBuilder().setImage(OneServer.image("d").toString());
        var key = one.want("t1", task);
        one.until(() -> one.status(key).getAttempt() == 4
                && !one.status(key).getReason().isEmpty());

        one.reboot();
        one.startAgent();
        one.until(() -> one.state(key) == State.FAILED);

        assertThat(one.status(key).getAttempt())
                .as("four before and five after")
                .isEqualTo(9);
    }

    @Test
    void startsWhatRanUnderTheNextNumber() {
        var key = one.want("t1", task());
        one.untilRunning(key);

        one.reboot();
        one.startAgent();
        one.untilStarts(2);

        assertThat(one.alive()).extracting(ContainerSpec::attempt).containsExactly(2);
    }
}
