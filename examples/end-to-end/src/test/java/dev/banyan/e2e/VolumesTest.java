package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Output;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Data of apps on two servers: where it is, what it outlives, and when it goes. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VolumesTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String NAMESPACE = "default";

    private final Path allowed = directory("allowed");
    private final Cluster cluster = Cluster.start(ClusterPlan.agents(2)
            .engineOption("lost", "5s")
            .agentOption("binds", allowed + ":rw," + allowed.resolve("read") + ":ro"));

    private static Path directory(String name) {
        try {
            var directory = Files.createTempDirectory("banyan-volumes").resolve(name);
            Files.createDirectories(directory.resolve("read"));
            return directory.toRealPath();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @BeforeAll
    void push() {
        cluster.push(DemoImage.of("busybox"));
    }

    @AfterEach
    void removeApps() {
        if (!cluster.agent(1).alive()) {
            cluster.restartAgent(1);
        }
        if (!cluster.agent(2).alive()) {
            cluster.restartAgent(2);
        }
        cluster.awaitAgents();
        for (var app : List.of("shop", "other")) {
            if (cluster.store()
                    .get(Kinds.DEPLOYMENTS.key(NAMESPACE, app), ReadAt.LATEST)
                    .isPresent()) {
                cluster.cli("down", app, "--volumes").orFail();
            }
        }
        awaitNoVolumes();
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    /** A web server whose pages are in a volume, and which writes a line there at each start. */
    private static String web(String more) {
        return """
               name: shop
               services:
                 web:
                   image: %s
                   command: ["sh", "-c", "echo began >> /www/starts; trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
                   ports: ["8080:8080"]
                   volumes: ["pages:/www"]
               %s
               volumes: {pages: {labels: {kept: "yes"}}}
               """
                .formatted(DemoImage.of("busybox").reference(), more.indent(4));
    }

    private Output up(String text) {
        return cluster.cli("up", "-f", WebApp.file(cluster, "shop.yaml", text).toString());
    }

    private Optional<Resource<VolumeSpec, VolumeStatus>> volume(String name) {
        return cluster.store()
                .get(Kinds.VOLUMES.key(NAMESPACE, name), ReadAt.LATEST)
                .map(Kinds.VOLUMES::decode);
    }

    private int home() {
        return volume("shop.pages").orElseThrow().spec().getAgent().equals(cluster.agentName(1)) ? 1 : 2;
    }

    private Path data() {
        var volume = volume("shop.pages").orElseThrow();
        return cluster.volumes(home())
                .resolve("named")
                .resolve(volume.spec().getDirectory())
                .resolve("data");
    }

    private List<String> starts() {
        try {
            return Files.readAllLines(data().resolve("starts"));
        } catch (NoSuchFileException notYet) {
            return List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * A container without a check is ready as soon as it runs, which is before its shell writes anything. It may begin once more when its
     * agent was slow to come back: brought back by that, and replaced by the cluster.
     */
    private void awaitStarts(int count) {
        Await.until(
                () -> starts().size() >= count,
                SOON,
                () -> "it began " + count + " times, not " + starts() + "\n" + cluster.cli("ps", "shop"));
    }

    private String page(String path) {
        var answer =
                cluster.outside().get("http://" + cluster.agentServer(home()).address() + ":8080" + path);
        return answer.ok() ? answer.body() : "";
    }

    private void awaitPage(String path) {
        Await.until(() -> !page(path).isEmpty(), SOON, () -> path + " is answered\n" + cluster.cli("ps", "shop"));
    }

    private void awaitNoVolumes() {
        Await.until(
                () -> volume("shop.pages").isEmpty()
                        && directories(1).isEmpty()
                        && directories(2).isEmpty(),
                SOON,
                () -> "nothing is left of any volume: " + directories(1) + directories(2)
                        + cluster.cli("volume", "ls"));
    }

    private List<Path> directories(int agent) {
        var found = new java.util.ArrayList<Path>();
        for (var place : List.of("named", "tasks", "gone")) {
            var directory = cluster.volumes(agent).resolve(place);
            if (Files.isDirectory(directory)) {
                try (var entries = Files.list(directory)) {
                    found.addAll(entries.toList());
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
        }
        return found;
    }

    @Test
    void aVolumeBeginsWithTheImagesContentAndOutlivesItsContainersAndItsApp() {
        var said = up(web("")).orFail();

        assertThat(said.err()).contains("volume shop.pages is on " + cluster.agentName(home()));
        awaitPage("/healthz");
        awaitStarts(1);

        var first = HostContainer.appsOf(cluster.agentServer(home()));
        first.forEach(HostContainer::kill);
        awaitStarts(2);

        up(web("environment: {CHANGED: \"1\"}")).orFail();
        awaitStarts(3);

        assertThat(cluster.cli("down", "shop").orFail().err())
                .contains("shop.pages")
                .contains("is kept");
        var kept = starts();
        assertThat(kept).hasSizeGreaterThanOrEqualTo(3);
        up(web("")).orFail();
        awaitStarts(kept.size() + 1);
        awaitPage("/healthz");
    }

    @Test
    void aVolumeOutlivesTheAgentsProcessHoweverThatEnds() {
        up(web("")).orFail();
        int home = home();
        awaitStarts(1);

        cluster.agent(home).kill();
        HostContainer.appsOf(cluster.agentServer(home)).forEach(HostContainer::kill);
        cluster.restartAgent(home);
        cluster.awaitAgents();

        awaitStarts(2);
        awaitPage("/healthz");
    }

    @Test
    void aSecondServiceFindsTheSameFilesOnTheSameAgent() {
        var text = web("").replace(
                        "volumes: {pages",
                        """
                          reader:
                            image: %s
                            command: ["sh", "-c", "grep began /pages/starts && ! touch /pages/x && ! ls /nothing/*"]
                            restart: on-failure
                            depends_on: [web]
                            volumes: ["pages:/pages:ro", "/nothing"]
                            deploy: {replicas: 2}
                        volumes: {pages"""
                                .formatted(DemoImage.of("busybox").reference()));

        up(text).orFail();

        var app = new WebApp(cluster, "shop", 8080);
        assertThat(app.tasks()).hasSize(3).allSatisfy(task -> assertThat(
                        task.spec().getAssignment().getAgent())
                .isEqualTo(cluster.agentName(home())));
    }

    @Test
    void anAppWaitsForTheLostAgentThatHasItsVolume() {
        up(web("")).orFail();
        int home = home();
        awaitStarts(1);
        cluster.agentServer(home).crash();

        Await.until(
                () -> cluster.cli("ps").out().contains("which is lost: volume shop.pages is there"),
                SOON,
                () -> "it says what it waits for\n" + cluster.cli("ps") + cluster.cli("ps", "shop"));
        assertThat(HostContainer.appsOf(cluster.agentServer(3 - home))).isEmpty();

        cluster.restartAgent(home);
        cluster.awaitAgents();
        awaitStarts(2);
    }

    @Test
    void memoryIsMountedWithItsSizeAndMode() {
        var said = up(
                """
               name: shop
               services:
                 web:
                   image: %s
                   stop_grace_period: 1s
                   command: ["sh", "-c", "mount | grep -E ' /(cache|scratch/x) '; sleep 1d"]
                   tmpfs: ["/cache:size=8m,mode=1750,uid=7"]
                   volumes: [{type: tmpfs, target: /scratch/x, tmpfs: {size: 1m}}]
               """
                        .formatted(DemoImage.of("busybox").reference()));

        said.orFail();
        Await.until(
                () -> cluster.cli("logs", "shop")
                                .out()
                                .lines()
                                .filter(line -> line.contains("tmpfs on"))
                                .count()
                        == 2,
                SOON,
                () -> "both are told\n" + cluster.cli("logs", "shop"));
        assertThat(cluster.cli("logs", "shop").out())
                .contains("size=8192k,mode=1750,uid=7")
                .contains("size=1024k")
                .contains("noexec");
    }

    @Test
    void aPathOfTheServerIsMountedWhereSettingsAllowItAndNowhereElse() throws IOException {
        var text =
                """
               name: shop
               services:
                 web:
                   image: %s
                   stop_grace_period: 1s
                   command: ["sh", "-c", "echo hello > /out/file; ! touch /in/file && sleep 1d"]
                   volumes:
                     - %s/made/here:/out
                     - %s/read:/in:ro
               """
                        .formatted(DemoImage.of("busybox").reference(), allowed, allowed);

        up(text).orFail();

        Await.until(
                () -> Files.exists(allowed.resolve("made/here/file")),
                SOON,
                () -> "it was written\n" + cluster.cli("logs", "shop"));
        Files.createSymbolicLink(allowed.resolve("link"), Path.of("/etc"));
        assertThat(refusal(text.replace(allowed + "/made/here", allowed + "/read")))
                .contains("lets containers only read " + allowed + "/read");
        assertThat(refusal(text.replace(allowed + "/made/here", "/etc"))).contains("does not let containers have /etc");
        assertThat(refusal(text.replace("/made/here", "/link"))).contains("leads to /etc");
    }

    @Test
    void whatTheServerHasMountedBelowAPathIsShownAsTheAppAsks() throws Exception {
        var below = Files.createDirectories(allowed.resolve("top/below"));
        Command.of("mount", "-t", "tmpfs", "banyan-test", below.toString())
                .run()
                .orFail();
        try {
            Files.writeString(below.resolve("file"), "x");
            var text =
                    """
                    name: shop
                    services:
                      web:
                        image: %s
                        stop_grace_period: 1s
                        command: ["sh", "-c", "ls /all/below; echo alone $$(ls /alone/below); touch /all/below/a; touch /only/below/b; echo looked; sleep 1d"]
                        volumes:
                          - {type: bind, source: %s/top, target: /all, read_only: true, bind: {recursive: writable}}
                          - {type: bind, source: %s/top, target: /alone, read_only: true, bind: {recursive: disabled}}
                          - {type: bind, source: %s/top, target: /only, read_only: true, bind: {recursive: readonly}}
                    """
                            .formatted(DemoImage.of("busybox").reference(), allowed, allowed, allowed);

            up(text).orFail();

            // Of output and error output, each is in order, and one may come long after the other.
            cluster.awaitCli("looked", "logs", "shop");
            assertThat(cluster.awaitCli("/only/below/b: Read-only file system", "logs", "shop")
                            .out())
                    .contains("| file")
                    .containsPattern("alone *\\n")
                    .doesNotContain("/all/below/a:");
        } finally {
            cluster.cli("down", "shop").orFail();
            Command.of("umount", "-l", below.toString()).run().orFail();
        }
    }

    /** What is said of an app that is new and never runs. */
    private String refusal(String text) {
        cluster.cli("down", "shop").orFail();
        return up(text).err();
    }

    @Test
    void filesOfTheProjectAreInEveryContainerOfTheService() throws IOException {
        var site = Files.createDirectories(cluster.engineServer().state().resolve("site"));
        Files.writeString(site.resolve("index.html"), "shipped");
        up(web("").replace("[\"pages:/www\"]", "[\"pages:/www\", \"./site:/www/site:ro\"]"))
                .orFail();

        awaitPage("/site/index.html");
        assertThat(page("/site/index.html")).isEqualTo("shipped");
    }

    @Test
    void aVolumeThatIsUsedIsNotRemovedAndOneThatIsNotIsGoneFromTheDisk() {
        up(web("")).orFail();
        var refused = cluster.cli("volume", "rm", "shop.pages");
        assertThat(refused.err()).contains("it is in use by shop.web.");

        cluster.cli("down", "shop").orFail();
        assertThat(cluster.cli("volume", "ls").orFail().out())
                .contains("shop.pages")
                .contains("kept");
        assertThat(cluster.cli("volume", "inspect", "shop.pages", "-o", "json")
                        .orFail()
                        .out())
                .contains("\"kept\": \"yes\"");
        cluster.cli("volume", "rm", "shop.pages").orFail();

        awaitNoVolumes();
    }
}
