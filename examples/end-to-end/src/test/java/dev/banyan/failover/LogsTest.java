package dev.banyan.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.Daemon;
import dev.banyan.harness.DemoImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A person follows the logs of two replicas while each engine in turn is killed; then an agent is. */
@Tag("servers")
class LogsTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int SOME = 40;
    private static final List<String> REPLICAS = List.of("count.0", "count.1");

    @Test
    void readersOutliveEngines() throws IOException {
        try (var cluster = Cluster.start(ClusterPlan.agents(2).withTwoEngines())) {
            var image = DemoImage.of("busybox");
            cluster.push(image);
            up(cluster, image);
            var reader = cluster.startCli("reader", "logs", "-f", "shop", "count");
            moves(reader);

            cluster.engine().kill();
            moves(reader);
            restarted(cluster);
            cluster.secondEngine().kill();
            moves(reader);

            for (var replica : REPLICAS) {
                var numbers = numbers(reader, replica);
                assertThat(numbers)
                        .as("%s: each once, in order, none missing", replica)
                        .isEqualTo(IntStream.range(0, numbers.size()).boxed().toList());
            }
            assertThat(text(reader)).doesNotContain("not kept any more");
            readsOnlyWhatIsAskedFor(cluster);
            inspectsAndHasAGapWithoutItsAgent(cluster);
        }
    }

    private static void up(Cluster cluster, DemoImage image) throws IOException {
        var file = Files.writeString(
                cluster.engineServer().state().resolve("shop.yaml"),
                """
                name: shop
                services:
                  count:
                    image: %s
                    environment: {TOKEN: k7secret}
                    command: ["sh", "-c", "i=0; while :; do echo number $$i; i=$$((i+1)); sleep 0.05; done"]
                    deploy: {replicas: 2, resources: {limits: {memory: 64M}}}
                    healthcheck: {test: ["CMD", "sh", "-c", "echo checked"], interval: 1s}
                """
                        .formatted(image.reference()));
        cluster.cli("up", "-f", file.toString()).orFail();
    }

    /** Both replicas have more lines than they have now. */
    private static void moves(Daemon reader) {
        for (var replica : REPLICAS) {
            int before = numbers(reader, replica).size();
            Await.until(
                    () -> numbers(reader, replica).size() > before + SOME,
                    SOON,
                    () -> "more lines of " + replica + "\n" + reader.tail());
        }
    }

    private static void restarted(Cluster cluster) {
        cluster.restartEngine();
        // For a while the other one still takes the killed one for a member, and so it is asked itself.
        cluster.engine().awaitLog("owns a share", SOON);
        Await.until(
                () -> cluster.cli("status").out().contains("engine-1 engine-2"),
                SOON,
                () -> "both are members\n" + cluster.cli("status"));
    }

    private static List<Integer> numbers(Daemon reader, String replica) {
        return Pattern.compile("^" + Pattern.quote(replica) + " \\| number ([0-9]+)$", Pattern.MULTILINE)
                .matcher(text(reader))
                .results()
                .map(line -> Integer.parseInt(line.group(1)))
                .toList();
    }

    private static String text(Daemon reader) {
        try {
            return Files.readString(reader.log());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void readsOnlyWhatIsAskedFor(Cluster cluster) {
        assertThat(cluster.cli("logs", "--tail", "3", "shop").orFail().out().lines())
                .hasSize(6);
        // Twenty lines a second of each at most, of which a busy machine writes fewer; by now there are many more.
        assertThat(cluster.cli("logs", "--since", "5s", "--until", "0s", "shop")
                        .orFail()
                        .out()
                        .lines())
                .hasSizeBetween(2, 220);
        assertThat(cluster.cli("logs", "--until", "1h", "shop").orFail().out()).isEmpty();
        assertThat(cluster.cli("logs", "shop", "count", "other").orFail().out()).contains("count.1 | number 0\n");
        assertThat(cluster.cli("logs", "-f", "--tail", "1", "--until", "0s", "shop")
                        .orFail()
                        .out())
                .as("it ends by itself")
                .contains("number");
    }

    private static void inspectsAndHasAGapWithoutItsAgent(Cluster cluster) {
        cluster.awaitCli("exit code 0", "inspect", "-o", "table", "shop/count");
        var shown = cluster.awaitCli("checked", "inspect", "shop/count").out();
        assertThat(shown)
                .contains("container_id: ", "pid: ", "started_at_ms: ", "memory_bytes: 67108864", "output: ", "checked")
                .contains("/etc/resolv.conf", "state: healthy")
                .doesNotContain("k7secret", "missing: ");

        cluster.agent(1).kill();
        assertThat(cluster.awaitCli("missing: agent ", "inspect", "shop/count").out())
                .contains("is not connected", "container_id: ");
    }
}
