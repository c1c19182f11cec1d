package dev.banyan.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HttpAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class AgentWithoutEngineTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final HttpAnswer FINE = new HttpAnswer(200, "ok\n");

    /** State and attempt of the only replica. */
    private static final Pattern READY_AGAIN = Pattern.compile("\\bready +2\\b");

    @Test
    void bringsBackWhatDiedWhileNeitherItNorAnEngineLived() throws Exception {
        try (var cluster = Cluster.start(1)) {
            deploy(cluster);
            awaitAnswer(cluster, FINE);
            awaitKept(cluster);

            cluster.engine().kill();
            cluster.agent(1).kill();
            kill(container(cluster));
            flushTables(cluster);
            assertThat(get(cluster)).isNotEqualTo(FINE);

            cluster.restartAgent(1);
            awaitAnswer(cluster, FINE);

            cluster.restartEngine();
            Await.until(
                    () -> READY_AGAIN.matcher(cluster.cli("ps", "hello").out()).find(),
                    SOON,
                    () -> "the engine learns of it\n" + cluster.cli("ps", "hello"));
            assertThat(get(cluster)).isEqualTo(FINE);
        }
    }

    private static void deploy(Cluster cluster) throws IOException {
        var image = DemoImage.of("busybox");
        cluster.push(image);
        var file = Files.writeString(
                cluster.engineServer().state().resolve("compose.yaml"),
                """
                name: hello
                services:
                  web:
                    image: %s
                    environment:
                      PASSWORD: in-no-file-in-plain
                    ports: ["8080:8080"]
                """
                        .formatted(image.reference()));
        cluster.cli("up", "-f", file.toString()).orFail();
    }

    /** What an agent kept is at most a second behind what it knows. */
    private static void awaitKept(Cluster cluster) throws IOException {
        var kept = cluster.agentServer(1).state().resolve("data/kept/tasks");
        Await.until(() -> kept.toFile().length() > 500, SOON, () -> kept + " holds a task");
        assertThat(Files.readString(kept, StandardCharsets.ISO_8859_1)).doesNotContain("in-no-file-in-plain");
    }

    /** The only process in the cgroups of this agent's containers that is not a sandbox's. */
    private static ProcessHandle container(Cluster cluster) {
        var found = ProcessHandle.allProcesses()
                .filter(process -> read(process, "cgroup").contains("/banyan/" + cluster.agentName(1) + "/"))
                .filter(process -> !read(process, "cmdline").contains("pause")
                        && !read(process, "cmdline").contains("catatonit"))
                .toList();
        assertThat(found).as("processes of the container").isNotEmpty();
        return found.getFirst();
    }

    private static void kill(ProcessHandle process) {
        process.destroyForcibly();
        Await.until(() -> !process.isAlive(), SOON, () -> "process " + process.pid() + " ends");
    }

    /** As an operator's careless {@code nft flush ruleset} would, while nobody is there to mend it. */
    private static void flushTables(Cluster cluster) {
        cluster.agentServer(1).run(Command.of("nft", "flush", "ruleset")).orFail();
    }

    private static void awaitAnswer(Cluster cluster, HttpAnswer wanted) {
        Await.until(
                () -> get(cluster).equals(wanted),
                SOON,
                () -> "the app answers " + wanted + ", not " + get(cluster) + "\n"
                        + cluster.agent(1).tail());
    }

    private static HttpAnswer get(Cluster cluster) {
        return cluster.outside().get("http://" + cluster.agentServer(1).address() + ":8080/healthz");
    }

    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException gone) {
            return "";
        }
    }
}
