package dev.banyan.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.Daemon;
import dev.banyan.harness.DemoImage;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two engines, an app, and a user's program that watches over it from outside. One story in order. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterExtensionTest {
    private static final String KIND = "expectations.example.com";
    private static final Duration SOON = Duration.ofMinutes(3);

    @TempDir
    static Path scratch;

    private Cluster cluster;
    private ExtensionProgram program;
    private Optional<Daemon> running = Optional.empty(); // written by run

    @BeforeAll
    void start() throws IOException {
        program = ExtensionProgram.compiled(Files.createDirectory(scratch.resolve("classes")));
        cluster = Cluster.start(ClusterPlan.agents(1).withTwoEngines());
        var image = DemoImage.of("busybox");
        cluster.push(image);
        var app = file(
                "shop.yaml",
                """
                name: shop
                services:
                  web:
                    image: %s
                    ports: ["8080:8080"]
                    deploy: {replicas: 2}
                """
                        .formatted(image.reference()));
        cluster.cli("up", "-f", app).orFail();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    @Order(1)
    void aProgramJoinsAndRegistersItsKind() throws IOException {
        assertThat(cluster.cli("get", KIND).err()).contains("no kind " + KIND + " is registered");
        var token = cluster.cli(
                        "token", "create", "--role", "controller", "--name", "expectations", "--read", "endpoints")
                .orFail()
                .out();
        file("token", token);

        var controller = run("first");

        controller.awaitLog("joined cluster", SOON);
        controller.awaitLog(KIND + " is registered, version 1", SOON);
        assertThat(cluster.cli("kinds").orFail().out())
                .containsPattern(KIND + " +namespaced +1 +0 +admin +controller/expectations");
        assertThat(cluster.cli("controllers").orFail().out()).containsPattern("expectations +endpoints");
    }

    @Test
    @Order(2)
    void whatAPersonWritesItReportsOn() throws IOException {
        expect("enough", 2);

        says("enough", "\"backends\": 2", "\"met\": true");
    }

    @Test
    @Order(3)
    void whatIsWrongIsRefusedWithItsPlace() throws IOException {
        var wrong = file(
                "wrong.yaml", "kind: " + KIND + "\nname: wrong\nspec: {service: shop.web, backends: 0, colour: red}\n");

        var refused = cluster.cli("apply", "-f", wrong);

        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err())
                .contains("spec.backends: must be 1 or more")
                .contains("spec.colour: is not known here");
    }

    @Test
    @Order(4)
    void whatIsNotGrantedIsDenied() {
        var key = new ObjectKey(KIND, "default", "enough");
        var object = cluster.store().get(key, ReadAt.LATEST).orElseThrow();
        var asAdmin = new Write.UpdateStatus(key, object.meta().uid(), Bytes.utf8("{}"));
        assertThat(cluster.store().commit(Commit.of(asAdmin))).isInstanceOf(WriteOutcome.Denied.class);

        var credentials = new CredentialsDirectory(scratch.resolve("data"));
        try (var client = BanyanClient.open(credentials, List.of("unix:" + cluster.socket()), new SystemEnv())) {
            var store = client.store();
            assertThat(store.list(Selection.of("endpoints"), ReadAt.LATEST).objects())
                    .isNotEmpty();
            for (var kind : List.of("tasks", "releases", "deployments", ".tokens", "agents")) {
                assertThatThrownBy(() -> store.list(Selection.of(kind), ReadAt.LATEST))
                        .isInstanceOfSatisfying(StoreException.class, denied -> assertThat(denied.reason())
                                .isEqualTo(StoreException.Reason.DENIED))
                        .hasMessageContaining("controller expectations may not read " + kind);
            }
            var own = new Write.Create(Draft.of(new ObjectKey(KIND, "default", "own"), object.spec()));
            assertThat(store.commit(Commit.of(own)))
                    .isEqualTo(
                            new WriteOutcome.Denied("controller expectations may not create " + KIND + "/default/own"));
        }
    }

    @Test
    @Order(5)
    void itGoesOnWhenAnEngineIsKilled() throws IOException {
        cluster.engine().kill();

        expect("more", 3);

        says("more", "\"backends\": 2", "\"met\": false", "\"message\": \"1 missing\"");
        controller().mustLive();
        cluster.restartEngine();
        cluster.awaitAgents();
    }

    @Test
    @Order(6)
    void itComesBackByItsCertificateAloneAndCatchesUp() throws IOException {
        controller().kill();
        expect("more", 1);

        run("second");

        says("more", "\"backends\": 2", "\"met\": true");
        assertThat(cluster.cli("kinds").orFail().out()).containsPattern(KIND + " +namespaced +1 +2 ");
    }

    @Test
    @Order(7)
    void aKindIsNotRemovedUnderItsObjects() {
        var refused = cluster.cli("kinds", "rm", KIND);
        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err()).contains(KIND + " has 2 objects").contains("--with-objects");

        cluster.cli("kinds", "rm", KIND, "--with-objects").orFail();

        assertThat(cluster.cli("kinds").orFail().out()).doesNotContain(KIND);
        assertThat(cluster.cli("get", KIND).err()).contains("no kind " + KIND + " is registered");
    }

    @Test
    @Order(8)
    void aRevokedProgramIsRefused() {
        controller().kill();
        cluster.cli("controllers", "rm", "expectations").orFail();

        var late = run("third");

        late.awaitEnd(SOON);
        assertThat(late.tail()).contains("controller expectations was removed from the cluster");
    }

    private Daemon run(String name) {
        var command = program.command(scratch.resolve("data"), scratch.resolve("token"), engines());
        var started = cluster.engineServer().start("expectations-" + name, command);
        running = Optional.of(started);
        return started;
    }

    private Daemon controller() {
        return running.orElseThrow();
    }

    private List<String> engines() {
        var server = cluster.engineServer().address();
        return List.of(cluster.api(), server + ":7453");
    }

    private void expect(String name, int backends) throws IOException {
        var object = file(
                name + ".yaml",
                "kind: %s\nname: %s\nspec: {service: shop.web, backends: %d}\n".formatted(KIND, name, backends));
        cluster.cli("apply", "-f", object).orFail();
    }

    private void says(String name, String... words) {
        Await.until(
                () -> {
                    var shown = cluster.cli("get", KIND, name, "-o", "json").out();
                    return List.of(words).stream().allMatch(shown::contains);
                },
                SOON,
                () -> name + " says " + List.of(words) + "\n" + cluster.cli("get", KIND, "-o", "json")
                        + controller().tail());
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(scratch.resolve(name), text).toString();
    }
}
