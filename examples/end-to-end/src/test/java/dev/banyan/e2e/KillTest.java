package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Requests;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kill -9 of each part under a running app that is requested all the while. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int SOME = 20;

    /** Nobody is to be given up here, however slowly a killed agent starts again on a busy machine. */
    private final Cluster cluster = Cluster.start(ClusterPlan.agents(2).engineOption("lost", "60s"));

    private final WebApp app = new WebApp(cluster, "shop", 8080);

    @BeforeAll
    void deploy() {
        cluster.push(DemoImage.of("busybox"));
        app.upOnEach(2);
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @BeforeEach
    void beginWithTwoReplicasOnALivingCluster() {
        if (!cluster.engine().alive()) {
            cluster.restartEngine();
        }
        agents().filter(agent -> !cluster.agent(agent).alive()).forEach(cluster::restartAgent);
        app.scale(2);
        app.awaitReplicas(2);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostAndItGoesOnByItself(Victim victim) {
        var containers = app.containers();
        var attempts = app.attempts();
        var killed = victim.pids(cluster);
        var others = victim.pidsOfOthers(cluster);
        var requests = requestAllAgents();
        try {
            requests.forEach(each -> each.awaitMore(SOME));
            app.accept(3);

            victim.kill(cluster);
            requests.forEach(each -> each.awaitMore(SOME));
            assertThat(app.containers()).as("without " + victim).containsAll(containers);

            victim.supervise(cluster);
            Await.until(() -> victim.runs(cluster), SOON, () -> victim + " comes back");
            app.awaitReplicas(3);
            app.scale(4);
            app.awaitReplicas(4);

            requests.forEach(each -> each.awaitMore(SOME));
            assertThat(app.containers()).as("with " + victim + " back").containsAll(containers);
            assertThat(app.attempts()).containsAllEntriesOf(attempts);
            assertThat(requests).flatMap(Requests::failures).isEmpty();
        } finally {
            requests.forEach(Requests::close);
        }
        assertThat(victim.pids(cluster).values()).doesNotContainAnyElementsOf(killed.values());
        assertThat(victim.pidsOfOthers(cluster)).isEqualTo(others);
        cluster.push(DemoImage.of("busybox"));
        healsAKilledContainer(4);
    }

    @Test
    void aContainerThatDiesWhileItsAgentIsAwayRunsAgainWhenTheAgentIsBack() {
        cluster.agent(1).kill();
        var dead = killReplicaOfFirstAgent();
        Await.until(() -> !app.containers().contains(dead), SOON, () -> dead + " is gone");

        cluster.restartAgent(1);

        app.awaitReplicas(2);
    }

    @Test
    void aContainerThatDiesWhileNoEngineRunsIsStartedAgainByItsAgentAndServes() {
        cluster.engine().kill();
        var dead = killReplicaOfFirstAgent();

        Await.until(
                () -> app.replicasOn(1).stream()
                        .anyMatch(container ->
                                !container.equals(dead) && container.hostname().equals(dead.hostname())),
                SOON,
                () -> dead + " has a successor among " + app.replicasOn(1));
        Await.until(
                () -> app.servedBy(2, SOME).contains(dead.hostname()),
                SOON,
                () -> dead.hostname() + " answers again through the other agent");

        cluster.restartEngine();
        app.awaitReplicas(2);
    }

    private void healsAKilledContainer(int replicas) {
        var dead = killReplicaOfFirstAgent();
        Await.until(() -> !app.containers().contains(dead), SOON, () -> dead + " is gone");
        app.awaitReplicas(replicas);
    }

    private HostContainer killReplicaOfFirstAgent() {
        // The youngest: one that was killed before is started again ever later.
        var one = app.replicasOn(1).stream()
                .max(Comparator.comparingLong(HostContainer::startTicks))
                .orElseThrow(() -> new AssertionError("no replica on the first server: " + app.containers()));
        one.kill();
        return one;
    }

    private List<Requests> requestAllAgents() {
        return agents().mapToObj(agent -> Requests.start(cluster.outside(), app.url(agent, "/healthz")))
                .toList();
    }

    private static IntStream agents() {
        return IntStream.rangeClosed(1, 2);
    }
}
