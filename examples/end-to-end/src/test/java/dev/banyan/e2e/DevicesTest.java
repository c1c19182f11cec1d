package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Devices of servers are given to one container at a time, wherever they are. They are ordinary ones that a description calls cards. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DevicesTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");

    @TempDir
    private static Path disk;

    private Cluster cluster;

    @BeforeAll
    void startWithCardsOnTwoServers() throws IOException {
        var plan = ClusterPlan.agents(3)
                .engineOption("suspect", "60s")
                .engineOption("lost", "120s")
                .agentOption(1, "device-specs", directory("none").toString())
                .agentOption(
                        2, "device-specs", described("two", "example.com", 2).toString())
                .agentOption(
                        3,
                        "device-specs",
                        described("three", "other.example", 1).toString());
        cluster = Cluster.start(plan);
        cluster.push(IMAGE);
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @Test
    @Order(1)
    void agentsTellWhatTheyHave() {
        Await.until(
                () -> agents().contains("example.com/gpu") && agents().contains("other.example/gpu"),
                SOON,
                () -> "two agents have cards\n" + cluster.cli("agents", "-o", "json"));
    }

    @Test
    @Order(2)
    void replicasAreWhereCardsAreAndEachHasItsOwn() {
        up("train", "gpus: [{count: 1}]\n    deploy: {replicas: 3, restart_policy: {delay: 1s, window: 1h}}");

        var replicas = cluster.cli("ps", "train", "-o", "json").orFail().out();
        assertThat(replicas)
                .contains("example.com/gpu=0", "example.com/gpu=1", "other.example/gpu=0")
                .contains(cluster.agentName(2), cluster.agentName(3))
                .doesNotContain("\"" + cluster.agentName(1) + "\"");
        awaitLogs("train", "opens on example.com", "opens on other.example");
    }

    @Test
    @Order(3)
    void whoWantsAnotherIsToldWhoHasThem() {
        var file = file("more", "devices: [\"example.com/gpu=1\"]");
        cluster.cli("up", "-f", file.toString(), "--detach").orFail();

        awaitStatus("more", cluster.agentName(1) + " has no example.com/gpu");
        awaitStatus("more", "example.com/gpu=1 is in use by train.web.1.");
    }

    @Test
    @Order(4)
    void aCardThatIsGivenBackGoesToWhoWaits() {
        cluster.cli("down", "train").orFail();

        Await.until(
                () -> replicas("more").contains("\"devices\":[\"example.com/gpu=1\"]"),
                SOON,
                () -> "the card is had by the app that waited\n" + cluster.cli("ps", "more", "-o", "json"));
        awaitLogs("more", "opens on example.com");
    }

    @Test
    @Order(5)
    void aChangedAppGivesItsCardBackBeforeItWantsItAgain() {
        up("more", "environment: {CHANGED: \"yes\"}\n    devices: [\"example.com/gpu=1\"]");

        assertThat(replicas("more")).contains("more.web.2.0.0", "\"devices\":[\"example.com/gpu=1\"]");
        cluster.cli("down", "more").orFail();
    }

    private String replicas(String app) {
        return cluster.cli("ps", app, "-o", "json").orFail().out().replaceAll("\\s+", "");
    }

    private String agents() {
        return cluster.cli("agents", "-o", "json").orFail().out();
    }

    private void up(String name, String asks) {
        cluster.cli("up", "-f", file(name, asks).toString()).orFail();
    }

    private Path file(String name, String asks) {
        return WebApp.file(
                cluster,
                name + ".yaml",
                """
                name: %s
                services:
                  web:
                    image: %s
                    stop_grace_period: 1s
                    %s
                    command: [sh, -c, ": <>/dev/card && echo opens on $$VENDOR; exec sleep 3600"]
                """
                        .formatted(name, IMAGE.reference(), asks));
    }

    private void awaitLogs(String app, String... lines) {
        Await.until(
                () -> List.of(lines).stream()
                        .allMatch(line -> cluster.cli("logs", app).out().contains(line)),
                SOON,
                () -> "the output has " + List.of(lines) + "\n" + cluster.cli("logs", app) + cluster.cli("ps", app));
    }

    private void awaitStatus(String app, String words) {
        Await.until(
                () -> cluster.cli("status", app).out().replaceAll("\\s+", " ").contains(words),
                SOON,
                () -> "status says " + words + "\n" + cluster.cli("status", app));
    }

    private static Path directory(String name) throws IOException {
        return Files.createDirectories(disk.resolve(name));
    }

    private static Path described(String name, String vendor, int cards) throws IOException {
        var text = new StringBuilder("cdiVersion: 0.6.0\nkind: %s/gpu\ncontainerEdits: {env: [VENDOR=%s]}\ndevices:\n"
                .formatted(vendor, vendor));
        for (int card = 0; card < cards; card++) {
            // A second file tells one card from the other.
            text.append("- name: \"%d\"\n  containerEdits: {deviceNodes: [{path: /dev/card, hostPath: /dev/fuse},"
                    .formatted(card));
            text.append(
                    " {path: /dev/card%d, hostPath: %s}]}\n".formatted(card, card == 0 ? "/dev/null" : "/dev/zero"));
        }
        Files.writeString(directory(name).resolve("cards.yaml"), text);
        return disk.resolve(name);
    }
}
