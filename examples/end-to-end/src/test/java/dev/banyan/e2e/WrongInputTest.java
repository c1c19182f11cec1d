package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Backend;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Output;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a user reads on the screen, and a script in the exit code, when something is wrong with what was handed over. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongInputTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    /** The agent is not to be missed while the engine cannot hear it, which would change what others compare. */
    private final Cluster cluster =
            Cluster.start(ClusterPlan.agents(1).engineOption("suspect", "60s").engineOption("lost", "120s"));

    @BeforeAll
    void deploy() {
        cluster.push(DemoImage.of("busybox"));
        new WebApp(cluster, "first", 8080).up(1);
    }

    /** What an app owned goes after the app has gone, and what it reserved; what it has comes after it is ready. */
    @BeforeEach
    void beginWithTheFirstAlone() {
        new WebApp(cluster, "first", 8080).awaitReplicas(1);
        Await.until(
                () -> names().allMatch(name -> name.equals("first") || name.startsWith("first."))
                        && reserved().equals(tasks())
                        && led().equals(tasks()),
                SOON,
                () -> "there is the first app alone: " + objects() + "\nreserved for " + reserved() + ", led to "
                        + led());
    }

    private Stream<String> names() {
        return Stream.of(
                        Kinds.DEPLOYMENTS.name(),
                        Kinds.RELEASES.name(),
                        Kinds.TASKS.name(),
                        Kinds.SERVICES.name(),
                        Kinds.ENDPOINTS.name())
                .flatMap(this::listed)
                .map(object -> object.key().name());
    }

    private Set<String> tasks() {
        return listed(Kinds.TASKS.name()).map(task -> task.meta().uid()).collect(Collectors.toSet());
    }

    private Set<String> reserved() {
        var uids = new HashSet<String>();
        listed(Kinds.ALLOCATIONS.name())
                .map(Kinds.ALLOCATIONS::decode)
                .forEach(each -> uids.addAll(each.spec().getReservationsMap().keySet()));
        return uids;
    }

    private Set<String> led() {
        return listed(Kinds.ENDPOINTS.name())
                .map(Kinds.ENDPOINTS::decode)
                .flatMap(each -> each.spec().getBackendsList().stream())
                .map(Backend::getTaskUid)
                .collect(Collectors.toSet());
    }

    private Stream<StoredObject> listed(String kind) {
        return cluster.store().list(Selection.of(kind), ReadAt.LATEST).objects().stream();
    }

    /** What a failed app leaves goes on changing in the store, and others compare what is there. */
    @AfterEach
    void takeDownAllButTheFirst() {
        cluster.store().list(Selection.of(Kinds.DEPLOYMENTS.name()), ReadAt.LATEST).objects().stream()
                .map(deployment -> deployment.key().name())
                .filter(name -> !name.equals("first"))
                .forEach(name -> cluster.cli("down", name).orFail());
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @Test
    void aBrokenManifestIsRefusedWithEveryErrorAtItsPlaceAndChangesNothing() {
        var before = objects();
        var file = WebApp.file(
                cluster,
                "broken.yaml",
                """
                name: broken
                services:
                  web:
                    imagee: registry.banyan/examples/busybox
                    ports: ["70000:8080"]
                    isolation: process
                """);

        var output = cluster.cli("up", "-f", file.toString());

        assertThat(output.status()).as(output.toString()).isEqualTo(3);
        assertThat(output.err())
                .contains("broken.yaml:4:5")
                .contains("did you mean \"image\"?")
                .contains("broken.yaml:5:")
                .contains("70000")
                .contains("broken.yaml:6:5")
                .contains("isolation")
                .contains("^")
                .contains("nothing was changed");
        assertThat(objects()).isEqualTo(before);
    }

    @Test
    void aBrokenManifestDoesNotTouchTheRunningAppOfItsName() {
        var before = objects();
        var file =
                WebApp.file(cluster, "first-broken.yaml", "name: first\nservices:\n  web: {image: 7, replicas: two}\n");

        var output = cluster.cli("up", "-f", file.toString());

        assertThat(output.status()).as(output.toString()).isEqualTo(3);
        assertThat(objects()).isEqualTo(before);
    }

    @Test
    void anImageThatIsNotInTheRegistryIsNamedWithTheWayToPushIt() {
        var before = objects();
        var file = WebApp.file(
                cluster,
                "missing.yaml",
                """
                name: missing
                services:
                  web:
                    image: registry.banyan/examples/nowhere:1
                  cache:
                    image: docker.io/library/redis
                """);

        var output = cluster.cli("up", "-f", file.toString());

        assertThat(output.status()).as(output.toString()).isEqualTo(3);
        assertThat(output.err())
                .contains("missing.yaml:4:")
                .contains("registry.banyan/examples/nowhere:1 is not in the cluster's registry")
                .contains("skopeo copy")
                .contains("missing.yaml:6:")
                .contains("docker.io/library/redis cannot be had from docker.io")
                .contains("2 problems; nothing was changed");
        assertThat(objects()).isEqualTo(before);
    }

    @Test
    void aPortThatAnotherAppHasIsRefusedAtItsPlaceWithTheNameOfThatApp() {
        var before = objects();

        var output = up(WebApp.compose(cluster, "second", 8080, 1).toString());

        assertThat(output.status()).as(output.toString()).isEqualTo(3);
        assertThat(output.err())
                .contains("second.yaml:6:")
                .contains("tcp port 8080 is published by")
                .contains("first")
                .contains("nothing was changed");
        assertThat(objects()).isEqualTo(before);
    }

    @Test
    void anAppThatNoAgentTakesSaysWhyForEachAgent() {
        var output = up(WebApp.compose(cluster, "nowhere", 8090, 1).toString(), "--tag", "moon");

        assertThat(output.status()).as(output.toString()).isEqualTo(4);
        assertThat(output.err())
                .contains("WHAT  service web, replica 0 fits on no agent")
                .contains("WHY   " + cluster.agentName(1) + " tags [] do not match [moon]")
                .contains("NOW   ")
                .contains("banyan-cli agents");
    }

    @Test
    void aContainerThatCrashesAtStartIsShownOnOneScreenWithItsLastWords() {
        var file = WebApp.file(
                cluster,
                "crash.yaml",
                """
                name: crash
                services:
                  web:
                    image: %s
                    command: ["sh", "-c", "echo connecting; echo no database at db:5432 >&2; echo giving up >&2; exit 3"]
                """
                        .formatted(DemoImage.of("busybox").reference()));

        var output = up(file.toString());

        assertThat(output.status()).as(output.toString()).isEqualTo(1);
        assertThat(screen(output))
                .contains("WHAT  service web, replica 0 on " + cluster.agentName(1) + " does not come up")
                .contains("exit code 3")
                .contains("NOW   ")
                .contains("banyan-cli logs crash web")
                .contains("after a change:     banyan-cli up -f " + file);
        // Containerd reads standard output and standard error side by side: only the order within one of them is told.
        assertThat(logShown(output))
                .containsExactlyInAnyOrder("connecting", "no database at db:5432", "giving up")
                .containsSubsequence("no database at db:5432", "giving up");
        assertThat(screen(output).lines().count()).as("lines of the screen").isLessThan(24);
    }

    @Test
    void aCommandThatIsNotInTheImageIsShownOnOneScreen() {
        var file = WebApp.file(
                cluster,
                "nocommand.yaml",
                """
                name: nocommand
                services:
                  web:
                    image: %s
                    command: ["/no/such/program"]
                """
                        .formatted(DemoImage.of("busybox").reference()));

        var output = up(file.toString());

        assertThat(output.status()).as(output.toString()).isEqualTo(1);
        assertThat(screen(output))
                .contains("WHAT  service web, replica 0 on " + cluster.agentName(1) + " does not come up")
                .contains("/no/such/program")
                .contains("Correct services.web.command");
    }

    @Test
    void withoutAnEngineTheEndpointsThatWereTriedAreNamed() {
        var file = WebApp.compose(cluster, "first", 8080, 1).toString();
        cluster.engine().kill();
        try {
            assertThat(List.of(cluster.cli("ps"), cluster.cli("up", "-f", file), cluster.cli("down", "first")))
                    .allSatisfy(output -> {
                        assertThat(output.status()).as(output.toString()).isEqualTo(6);
                        assertThat(output.err()).contains(cluster.api()).contains("Is the engine running");
                    });
        } finally {
            cluster.restartEngine();
            cluster.awaitAgents();
        }
    }

    @Test
    void anEngineThatIsSilentIsGivenUpWithItsEndpointNamed() {
        cluster.engineServer().cutLink();
        try {
            var output = cluster.cliFrom(cluster.outside(), "ps");

            assertThat(output.status()).as(output.toString()).isEqualTo(6);
            assertThat(output.err()).contains(cluster.api());
        } finally {
            cluster.engineServer().healLink();
            cluster.awaitAgents();
        }
    }

    private Output up(String file, String... more) {
        return cluster.cli(
                Stream.concat(Stream.of("up", "-f", file), Stream.of(more)).toArray(String[]::new));
    }

    private static String screen(Output output) {
        return output.err().substring(Math.max(0, output.err().indexOf("WHAT")));
    }

    /** The lines below LOG, up to the next heading. */
    private static List<String> logShown(Output output) {
        var from = screen(output)
                .lines()
                .dropWhile(line -> !line.startsWith("LOG   "))
                .toList();
        return Stream.concat(from.stream().limit(1), from.stream().skip(1).takeWhile(line -> line.startsWith("      ")))
                .map(line -> line.substring(6))
                .toList();
    }

    /** Everything that an app consists of, with the revision of its last change. */
    private TreeMap<String, Long> objects() {
        var found = new TreeMap<String, Long>();
        Stream.of(
                        Kinds.DEPLOYMENTS.name(),
                        Kinds.RELEASES.name(),
                        Kinds.TASKS.name(),
                        Kinds.SERVICES.name(),
                        Kinds.ENDPOINTS.name(),
                        Kinds.ALLOCATIONS.name())
                .flatMap(this::listed)
                .forEach(object -> found.put(object.key().path(), object.meta().revision()));
        return found;
    }
}
