package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Where an app runs and where it answers. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpreadTest {
    /** Four replicas chosen by chance: that one of them is missed by so many requests happens once in a billion runs. */
    private static final int ENOUGH = 80;

    private static final Duration SOON = Duration.ofMinutes(3);

    /** Placing is to be seen with both servers, however long a busy machine keeps one of them silent. */
    private final Cluster cluster = Cluster.start(ClusterPlan.agents(2)
            .tagged(1, "plain")
            .tagged(2, "plain", "edge")
            .engineOption("suspect", "60s")
            .engineOption("lost", "120s"));

    @BeforeAll
    void pushImage() {
        cluster.push(DemoImage.of("busybox"));
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @Test
    void everyAgentAnswersAndSpreadsOverTheReplicasOfBothServers() {
        var app = new WebApp(cluster, "spread", 8080, "plain");

        app.up(4);

        assertThat(app.replicasOn(1)).as("replicas on the first server").isNotEmpty();
        assertThat(app.replicasOn(2)).as("replicas on the second server").isNotEmpty();
        app.awaitServed(1, ENOUGH, "web-0", "web-1", "web-2", "web-3");
        app.awaitServed(2, ENOUGH, "web-0", "web-1", "web-2", "web-3");
    }

    @Test
    void anAgentWithoutTheTagNeitherRunsTheAppNorAnswers() {
        var app = new WebApp(cluster, "edgy", 8081, "edge");

        app.up(2);

        Await.until(() -> app.get(2, "/healthz").ok(), SOON, () -> "the agent with the tag answers");
        assertThat(app.tasks()).hasSize(2).allSatisfy(task -> assertThat(
                        task.spec().getAssignment().getAgent())
                .isEqualTo(cluster.agentName(2)));
        assertThat(app.get(1, "/healthz").status())
                .as("no answer, whatever the reason")
                .isZero();
    }
}
