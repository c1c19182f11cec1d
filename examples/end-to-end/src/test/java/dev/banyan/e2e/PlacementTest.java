package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Output;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Which servers run what, and in which order, as a Compose file says it: seen on servers. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlacementTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String IMAGE = DemoImage.of("busybox").reference();
    private static final String SLEEP =
            "image: " + IMAGE + "\n    command: [\"sh\", \"-c\", \"trap 'exit 0' TERM; sleep 100000 & wait\"]";

    /** All servers are to be there for placing, however long a busy machine keeps one of them silent. */
    private final Cluster cluster =
            Cluster.start(ClusterPlan.agents(3).engineOption("suspect", "60s").engineOption("lost", "120s"));

    @BeforeAll
    void pushImageAndSayWhereTheServersAre() {
        cluster.push(DemoImage.of("busybox"));
        label(1, "zone=eu");
        label(2, "zone=eu");
        label(3, "zone=us");
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @Test
    @Order(1)
    void runsWhereConstraintsHoldAndAsManyAsMayBeThere() {
        up(
                "where",
                """
                eu:
                    %s
                    deploy: {replicas: 2, placement: {constraints: [node.labels.zone == eu], max_replicas_per_node: 1}}
                  us:
                    %s
                    deploy: {placement: {constraints: [node.labels.zone != eu, node.platform.os == linux]}}
                """
                        .formatted(SLEEP, SLEEP));

        assertThat(perAgent("where", "eu")).isEqualTo(Map.of(agent(1), 1L, agent(2), 1L));
        assertThat(perAgent("where", "us")).isEqualTo(Map.of(agent(3), 1L));
        assertThat(hostnames(3)).containsExactly("us-0");

        // One on each is replaced by one on each, although no agent may have two.
        up(
                "where",
                """
                eu:
                    %s
                    environment: {CHANGED: "1"}
                    deploy: {replicas: 2, placement: {constraints: [node.labels.zone == eu], max_replicas_per_node: 1}}
                """
                        .formatted(SLEEP));
        assertThat(perAgent("where", "eu")).isEqualTo(Map.of(agent(1), 1L, agent(2), 1L));
        Await.until(() -> hostnames(3).isEmpty(), SOON, () -> "nothing of the service that left on " + hostnames(3));
        down("where");
    }

    @Test
    @Order(2)
    void saysWhichServerFailsWhichConstraint() {
        var refused = tryUp(
                "nowhere",
                """
                web:
                    %s
                    deploy: {placement: {constraints: [node.labels.zone == moon]}}
                """
                        .formatted(SLEEP));

        assertThat(refused.status()).as(refused.toString()).isEqualTo(4);
        assertThat(refused.err())
                .contains(
                        agent(1) + " label zone is eu, not moon",
                        agent(2) + " label zone is eu, not moon",
                        agent(3) + " label zone is us, not moon");
        down("nowhere");
    }

    @Test
    @Order(3)
    void spreadsOverZonesBeforeServers() {
        up(
                "spread",
                """
                web:
                    %s
                    deploy: {replicas: 4, placement: {preferences: [{spread: node.labels.zone}]}}
                """
                        .formatted(SLEEP));

        assertThat(perAgent("spread", "web")).isEqualTo(Map.of(agent(1), 1L, agent(2), 1L, agent(3), 2L));
        down("spread");
    }

    @Test
    @Order(4)
    void happensAsTheDryRunSays() {
        var text =
                """
                db:
                    %s
                  web:
                    %s
                    depends_on: {db: {condition: service_started}}
                    deploy: {replicas: 3, labels: {team: shop}}
                """
                        .formatted(SLEEP, SLEEP);
        var file = file("dry", text);
        var before = written();

        var plan = cluster.cli("up", "--dry-run", "-f", file).orFail();

        assertThat(before).as("nothing was written").containsAll(written());
        cluster.cli("up", "-f", file).orFail();
        var planned = new TreeMap<String, String>();
        plan.out()
                .lines()
                .map(line -> line.split(" +", 5))
                .filter(words -> words.length > 3 && words[1].equals("create"))
                .forEach(words -> planned.put(words[2], words[3]));
        assertThat(planned).hasSize(4).isEqualTo(agentsByTask("dry"));
        assertThat(cluster.cli("status", "dry").orFail().out()).contains("team=shop");
        assertThat(cluster.cli("up", "--dry-run", "-f", file).err()).contains("is wanted already; nothing was changed");
        down("dry");
    }

    @Test
    @Order(5)
    void restartsAServiceWhenWhatItDependsOnIsReplaced() {
        var text =
                """
                db:
                    %s
                    environment: {VERSION: "%d"}
                  web:
                    %s
                    depends_on: {db: {condition: service_started, restart: true}}
                  calm:
                    %s
                    depends_on: {db: {condition: service_started}}
                """;
        up("again", text.formatted(SLEEP, 1, SLEEP, SLEEP));

        up("again", text.formatted(SLEEP, 2, SLEEP, SLEEP));

        Await.until(
                () -> agentsByTask("again")
                        .keySet()
                        .equals(Set.of("again.db.2.0.0", "again.web.2.0.0", "again.calm.1.0.0")),
                SOON,
                () -> "the dependent restarted and no other, not " + agentsByTask("again"));
        down("again");
    }

    @Test
    @Order(6)
    void goesOnWithoutWhatIsNotRequiredAndFailsForWhatIs() {
        var text =
                """
                job:
                    image: %s
                    command: ["sh", "-c", "exit 3"]
                    restart: "no"
                  web:
                    %s
                    depends_on: {job: {condition: service_completed_successfully, required: %s}}
                """;
        var refused = tryUp("needs", text.formatted(IMAGE, SLEEP, "true"));
        assertThat(refused.status()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.err()).contains("service job, replica 0", "exit code 3");
        cluster.awaitCli(
                "waits for job to complete, which never will: needs.job.1.0.0 ended with exit code 3",
                "status",
                "needs");

        tryUp("needs", text.formatted(IMAGE, SLEEP, "false"));

        Await.until(
                () -> agentsByTask("needs").containsKey("needs.web.2.0.0"),
                SOON,
                () -> "the service without its job, not " + agentsByTask("needs"));
        cluster.awaitCli("goes on without job to complete", "events", "needs");
        down("needs");
    }

    @Test
    @Order(7)
    void runsOnEveryServerAlsoOnOneThatComesToSuit() {
        up(
                "probe",
                """
                probe:
                    %s
                    deploy: {mode: global, placement: {constraints: [node.labels.probed != no]}}
                """
                        .formatted(SLEEP));
        assertThat(perAgent("probe", "probe")).isEqualTo(Map.of(agent(1), 1L, agent(2), 1L, agent(3), 1L));
        assertThat(cluster.cli("scale", "probe", "probe=2").err()).contains("is on every agent");

        label(2, "probed=no");
        awaitProbes(Map.of(agent(1), 1L, agent(3), 1L));
        cluster.awaitCli("2/2", "ps");

        label(2, "probed-");
        awaitProbes(Map.of(agent(1), 1L, agent(2), 1L, agent(3), 1L));
        down("probe");
    }

    private void awaitProbes(Map<String, Long> wanted) {
        Await.until(
                () -> perAgent("probe", "probe").equals(wanted)
                        && hostnames(2).contains("probe-1") == wanted.containsKey(agent(2)),
                SOON,
                () -> wanted + ", not " + agentsByTask("probe") + cluster.cli("ps", "probe"));
    }

    private void label(int agent, String change) {
        cluster.cli("agents", "label", agent(agent), change).orFail();
    }

    private String agent(int number) {
        return cluster.agentName(number);
    }

    private List<String> hostnames(int agent) {
        return dev.banyan.harness.HostContainer.appsOf(cluster.agentServer(agent)).stream()
                .map(dev.banyan.harness.HostContainer::hostname)
                .toList();
    }

    private String file(String name, String services) {
        return WebApp.file(cluster, name + ".yaml", "name: " + name + "\nservices:\n  " + services)
                .toString();
    }

    private void up(String name, String services) {
        tryUp(name, services).orFail();
    }

    private Output tryUp(String name, String services) {
        return cluster.cli("up", "-f", file(name, services));
    }

    private void down(String name) {
        cluster.cli("down", name).orFail();
    }

    /** What a change of an app would add to; what was taken down before goes on leaving the store for a while. */
    private Set<String> written() {
        return Stream.of(Kinds.DEPLOYMENTS.name(), Kinds.RELEASES.name(), Kinds.CLAIMS.name(), Kinds.TASKS.name())
                .flatMap(kind -> cluster.store().list(Selection.of(kind), ReadAt.LATEST).objects().stream())
                .map(object -> object.key().path())
                .collect(Collectors.toSet());
    }

    private Map<String, Long> perAgent(String app, String service) {
        var counts = new TreeMap<String, Long>();
        running(app).stream()
                .filter(task -> task.spec().getService().equals(service))
                .forEach(task -> counts.merge(task.spec().getAssignment().getAgent(), 1L, Long::sum));
        return counts;
    }

    private Map<String, String> agentsByTask(String app) {
        var agents = new TreeMap<String, String>();
        running(app)
                .forEach(task ->
                        agents.put(task.name(), task.spec().getAssignment().getAgent()));
        return agents;
    }

    private List<Resource<TaskSpec, TaskStatus>> running(String app) {
        var selection =
                Selection.of(Kinds.TASKS.name()).in("default").labelled(LabelSelector.of(Labels.DEPLOYMENT, app));
        return cluster.store().list(selection, ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .filter(task -> task.spec().getDesired() == TaskSpec.Desired.RUN
                        && task.status().getState() == TaskStatus.State.RUNNING)
                .toList();
    }
}
