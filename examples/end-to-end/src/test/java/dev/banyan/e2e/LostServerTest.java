package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Requests;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A server that is gone: without power, without a cable, or only without an engine that listens. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostServerTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    /** At twenty a second, longer than a server needs to be lost. */
    private static final int FOR_LONG = 160;

    private final Cluster cluster = Cluster.start(ClusterPlan.agents(2).engineOption("lost", "5s"));
    private final WebApp app = new WebApp(cluster, "shop", 8080);

    @BeforeAll
    void deploy() {
        cluster.push(DemoImage.of("busybox"));
        app.up(4);
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    /** Scheduling spreads what it places; what was moved to one server stays there until it is placed anew. */
    @BeforeEach
    void beginWithReplicasOnBothServers() {
        if (!cluster.agent(2).alive()) {
            cluster.restartAgent(2);
        }
        cluster.awaitAgents();
        // A server that a busy machine kept silent for two seconds gets nothing at that moment.
        Await.until(this::hasReplicasOnBothAnew, SOON, () -> "replicas on both servers, not " + app.containers());
    }

    private boolean hasReplicasOnBothAnew() {
        app.scale(0);
        app.awaitReplicas(0);
        app.scale(4);
        app.awaitReplicas(4);
        return !app.replicasOn(1).isEmpty() && !app.replicasOn(2).isEmpty();
    }

    @Test
    void theReplicasOfAServerWithoutPowerRunElsewhereAndAreNotDoubledWhenItIsBack() {
        cluster.agentServer(2).crash();

        awaitAllOnTheFirstServer();
        assertThat(app.replicasOn(1)).hasSize(4);
        app.awaitServed(1, 40, "web-0", "web-1", "web-2", "web-3");

        cluster.restartAgent(2);
        cluster.awaitAgents();
        awaitNothingLeftOnTheSecondServer();
        app.awaitReplicas(4);
        // An agent is judged ready by its heartbeats, which begin before its load balancer is up to date.
        app.awaitServed(2, 40, "web-0", "web-1", "web-2", "web-3");
    }

    @Test
    void theReplicasOfAServerWithoutCableRunElsewhereAndAreNotDoubledWhenItIsBack() {
        var stranded = app.replicasOn(2);
        cluster.agentServer(2).cutLink();
        try {
            awaitAllOnTheFirstServer();
            assertThat(app.replicasOn(1)).hasSize(4);
            app.awaitServed(1, 40, "web-0", "web-1", "web-2", "web-3");
            assertThat(app.replicasOn(2))
                    .as("what nobody could tell to stop")
                    .containsExactlyInAnyOrderElementsOf(stranded);
        } finally {
            cluster.agentServer(2).healLink();
        }

        cluster.awaitAgents();
        awaitNothingLeftOnTheSecondServer();
        app.awaitReplicas(4);
        // An agent is judged ready by its heartbeats, which begin before its load balancer is up to date.
        app.awaitServed(2, 40, "web-0", "web-1", "web-2", "web-3");
    }

    @Test
    void anEngineThatStoodStillJudgesNobodyForTheSilenceItSleptThrough() {
        var containers = app.containers();
        try (var requests = Requests.start(cluster.outside(), app.url(1, "/healthz"))) {
            cluster.engine().pause();
            try {
                requests.awaitMore(FOR_LONG);
            } finally {
                cluster.engine().resume();
            }
            app.scale(5);
            requests.awaitMore(FOR_LONG);

            assertThat(requests.failures()).isEmpty();
        }
        app.awaitReplicas(5);
        assertThat(app.containers()).containsAll(containers);
        Await.until(() -> app.tasks().size() == 5, SOON, () -> "five tasks, not " + app.tasks());
    }

    private void awaitAllOnTheFirstServer() {
        Await.until(
                () -> app.readyTasks().stream().filter(this::isOnTheFirstServer).count() == 4,
                SOON,
                () -> "all replicas are ready on the first server\n" + cluster.cli("ps", "shop")
                        + cluster.cli("agents"));
    }

    private boolean isOnTheFirstServer(Resource<TaskSpec, TaskStatus> task) {
        return task.spec().getAssignment().getAgent().equals(cluster.agentName(1));
    }

    private void awaitNothingLeftOnTheSecondServer() {
        Await.until(
                () -> app.replicasOn(2).isEmpty()
                        && sandboxLinksOnTheSecondServer().isEmpty(),
                SOON,
                () -> "the second server has nothing left of what was replaced: " + app.replicasOn(2)
                        + sandboxLinksOnTheSecondServer() + "\n"
                        + cluster.agent(2).tail());
    }

    // Each sandbox has a namespace of its own, and a link whose other end is on the server.
    private List<String> sandboxLinksOnTheSecondServer() {
        var links = cluster.agentServer(2)
                .run(Command.of("ip", "--oneline", "link", "show", "type", "veth"))
                .orFail();
        return links.out().lines().filter(line -> !line.contains(" eth0@")).toList();
    }
}
