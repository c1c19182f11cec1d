package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.api.v1.PullStatus;
import dev.banyan.api.v1.TaskStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How far an image is, in the status of the task that waits for it. */
class PullsOfTasksTest {
    @TempDir
    private Path disk;

    private OneServer one;

    @BeforeEach
    void start() {
        one = new OneServer(disk);
        var config = new ImageConfig(
                List.of(), List.of("/web"), Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
        one.server().offer(OneServer.IMAGE, config, Map.of("a", 300L, "b", 500L, "c", 200L));
        one.server().pullsTake(Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        one.close();
    }

    @Test
    void isToldWhileTheImageComesAndNotAfterwards() {
        var key = one.want("t1", task());

        one.until(() -> one.status(key).getPull().getBytesDone() > 0);
        assertThat(one.status(key).getState()).isEqualTo(State.STARTING);
        assertThat(one.status(key).getPull())
                .isEqualTo(PullStatus.newBuilder()
                        .setImage("registry.banyan/web")
                        .setBytesDone(300)
                        .setBytesTotal(1_000)
                        .setLayersDone(1)
                        .setLayers(3)
                        .build());

        one.untilRunning(key);
        assertThat(one.status(key).hasPull()).isFalse();
    }

    @Test
    void aPullThatFailsTellsItsReasonAndNoShare() {
        var key = one.want("t1", task());
        one.until(() -> one.status(key).getPull().getBytesDone() > 0);

        one.server().daemonDies();
        one.until(() -> !one.status(key).hasPull());

        assertThat(one.status(key).getReason()).isEqualTo("RegistryUnreachable");
        assertThat(one.status(key).getMessage()).contains("EOF");
    }

    @Test
    void aRefusalTellsNoShareAtAll() {
        one.server().refuseNextPull(OneServer.IMAGE, new PullOutcome.Failed(PullOutcome.Cause.UNAUTHORISED, "go away"));
        var key = one.want("t1", task());
        one.until(() -> !one.status(key).getReason().isEmpty());

        assertThat(one.status(key).hasPull()).isFalse();
        assertThat(one.status(key).getReason()).isEqualTo("ImageDenied");
    }

    @Test
    void anImageThatIsThereCostsNoStatus() {
        var first = one.want("t1", task());
        one.untilRunning(first);
        long before = one.revision();

        var second = one.want("t2", task());
        one.untilRunning(second);

        assertThat(one.revision() - before)
                .as("the task, that it starts, that it runs")
                .isLessThanOrEqualTo(3);
    }
}
