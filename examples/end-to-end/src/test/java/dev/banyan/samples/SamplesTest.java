package dev.banyan.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every app of the examples does on three servers what it is for. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SamplesTest {
    private static final List<String> IMAGES =
            List.of("busybox", "redis", "python", "postgres", "nginx", "memcached", "beanstalkd");
    private static final Duration SOON = Duration.ofMinutes(3);

    private final Cluster cluster = Cluster.start(3);
    private final Path versions = cluster.engineServer().state().resolve("versions.env");

    @BeforeAll
    void pushImages() throws IOException {
        var lines = new ArrayList<String>();
        for (var name : IMAGES) {
            var image = DemoImage.of(name);
            cluster.push(image);
            lines.add(name.toUpperCase(Locale.ROOT) + "_VERSION=" + image.version());
        }
        Files.write(versions, lines);
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @Test
    void siteServesTheProjectsPagesUnderItsOwnSettings() {
        var site = up("site");

        site.answers(8101, "/", "A page that came with the Compose file");
        site.answers(8101, "/style.css", "sans-serif");
        site.remove();
    }

    @Test
    void counterGoesOnCountingAfterTheAppWasTakenDownAndUp() {
        var counter = up("counter");
        counter.answers(8102, "/", "visit");
        cluster.cli("down", "counter").orFail();

        counter.up();

        counter.answers(8102, "/", "visit");
        assertThat(visits(counter.get(1, 8102, "/").body())).isGreaterThan(2 * 3);
        counter.remove();
    }

    @Test
    void notesAreThereOnEveryServerOnceTheMigrationRan() {
        var notes = up("notes");

        notes.answers(8103, "/notes", "\"migrated\"");
        notes.post(1, 8103, "/notes", "milk and bread");
        notes.answers(8103, "/notes", "\"milk and bread\"");
        notes.remove();
    }

    @Test
    void jobsAreDoneByWorkersOfAllServers() {
        var jobs = up("jobs");

        jobs.answers(8104, "/square/7", "queued");
        jobs.answers(8104, "/square/12", "queued");
        jobs.answers(8104, "/results", "7 -> 49\n12 -> 144\n");
        jobs.remove();
    }

    @Test
    void gatewayKnowsItsBackendsByName() {
        var gateway = up("gateway");

        gateway.answers(8105, "/blue", "version blue");
        gateway.answers(8105, "/green", "version green");
        gateway.remove();
    }

    @Test
    void batchHandsFilesOnFromJobToJob() {
        var batch = up("batch");

        batch.answers(8106, "/sum.txt", "5050");
        batch.remove();
    }

    @Test
    void fleetHasAWatcherOnEachServer() {
        var fleet = up("fleet");

        fleet.answers(8107, "/", "3 servers");
        fleet.remove();
    }

    @Test
    void sessionsAreSharedByAllFronts() {
        var sessions = up("sessions");

        sessions.answers(8108, "/ann", "visits so far:");
        int first = visits(sessions.get(1, 8108, "/bob").body());
        assertThat(visits(sessions.get(2, 8108, "/bob").body())).isEqualTo(first + 1);
        assertThat(visits(sessions.get(3, 8108, "/bob").body())).isEqualTo(first + 2);
        sessions.remove();
    }

    @Test
    void profilesAreChangedByTheFileForProduction() {
        var profiles = new Sample(cluster, versions, "profiles");

        profiles.up("compose.production.yaml");

        profiles.answers(8109, "/cgi-bin/whoami", "version production");
        assertThat(profiles.placesOf("web")).hasSize(3).doesNotHaveDuplicates();
        profiles.remove();
    }

    @Test
    void echoAnswersByTcpAndUdpOnTheSamePort() {
        var echo = up("echo");

        for (int agent : echo.agents()) {
            for (int port : List.of(8110, 8111)) {
                answers(echo, "tcp", agent, port);
            }
            answers(echo, "udp", agent, 8110);
        }
        echo.remove();
    }

    @Test
    void tenantsGetWhatTheClusterKeepsForThem() throws IOException {
        var tenants = new Sample(cluster, versions, "tenants");
        var key = Files.writeString(cluster.engineServer().state().resolve("tenant-key"), "a key");
        cluster.cli("secret", "create", "tenant-key", key.toString()).orFail();
        cluster.cli(
                        "config",
                        "create",
                        "tenant-banner",
                        tenants.directory().resolve("banner.txt").toString())
                .orFail();

        tenants.up();

        tenants.answers(8112, "/", "Welcome, tenant.\n5\n");
        tenants.remove();
    }

    @Test
    void shopTakesAnOrderAndShipsIt() {
        var shop = up("shop");
        shop.answers(8113, "/healthz", "ok");

        assertThat(shop.post(2, 8113, "/orders", "a lamp")).startsWith("order ");

        shop.answers(8113, "/orders", "a lamp: shipped");
        shop.remove();
    }

    private Sample up(String name) {
        var sample = new Sample(cluster, versions, name);
        sample.up();
        return sample;
    }

    private static void answers(Sample echo, String protocol, int agent, int port) {
        Await.until(
                () -> echo.echo(protocol, agent, port, "hello").equals("hello"),
                SOON,
                () -> "no echo by " + protocol + " from agent " + agent + "\n" + echo.report());
    }

    /** The number in such a line as "visit 3 by web-0". */
    private static int visits(String line) {
        return Integer.parseInt(line.replaceAll("\\D*(\\d+).*", "$1").strip());
    }
}
