package dev.banyan.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.TestDeployments;
import dev.banyan.runtime.env.SystemEnv;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas of a service on their way. */
class MilestonesTest {
    private static final long SECOND = 1_000_000_000L;

    private final FakeCluster cluster = new FakeCluster(new SystemEnv());
    private final Milestones milestones = new Milestones(100 * SECOND);

    @BeforeEach
    void deploy() {
        var _ = cluster.apply(TestDeployments.apply("shop"));
    }

    @Test
    void tellsHowLongEachPhaseTookInTheirOrder() {
        report(0);
        place();
        step(105);
        run();
        step(107);
        report(2);
        step(110);

        assertThat(milestones.phases())
                .containsExactly(
                        entry("placed", Duration.ofSeconds(5)),
                        entry("started", Duration.ofSeconds(2)),
                        entry("ready", Duration.ofSeconds(3)));
    }

    @Test
    void knowsNothingBeforeTheFirstStatusOfTheRelease() {
        place();
        step(105);

        assertThat(milestones.phases()).isEmpty();
    }

    @Test
    void isNotPlacedWhileAReplicaIsMissingOrHasNoAgent() {
        report(0);
        cluster.task("shop", "web", 0, "a1", TaskStatus.getDefaultInstance());
        step(105);
        assertThat(milestones.phases()).isEmpty();

        cluster.task("shop", "web", 1, "", TaskStatus.getDefaultInstance());
        step(106);
        assertThat(milestones.phases()).isEmpty();
    }

    @Test
    void isNotStartedWhileOneReplicaIsNot() {
        report(0);
        place();
        cluster.restatus("shop", "web", 0, running());
        step(105);

        assertThat(milestones.phases()).containsOnlyKeys("placed");
    }

    @Test
    void passesEachPointOnce() {
        report(2);
        place();
        run();
        step(105);
        cluster.restatus("shop", "web", 0, TaskStatus.getDefaultInstance());
        step(106);
        run();
        step(120);
        milestones.passed("accepted", 121 * SECOND);
        milestones.passed("accepted", 150 * SECOND);

        assertThat(milestones.phases())
                .containsExactly(
                        entry("placed", Duration.ofSeconds(5)),
                        entry("started", Duration.ZERO),
                        entry("ready", Duration.ZERO),
                        entry("accepted", Duration.ofSeconds(16)));
    }

    private void step(long second) {
        milestones.step(TestDeployments.state(cluster, "shop", 1), second * SECOND);
    }

    private void place() {
        cluster.task("shop", "web", 0, "a1", TaskStatus.getDefaultInstance());
        cluster.task("shop", "web", 1, "a2", TaskStatus.getDefaultInstance());
    }

    private void run() {
        cluster.restatus("shop", "web", 0, running());
        cluster.restatus("shop", "web", 1, running());
    }

    private void report(int ready) {
        var web = ServiceProgress.newBuilder().setService("web").setWanted(2).setReady(ready);
        cluster.report("shop", DeploymentStatus.newBuilder().addServices(web));
    }

    private static TaskStatus running() {
        return TaskStatus.newBuilder().setState(TaskStatus.State.RUNNING).build();
    }
}
