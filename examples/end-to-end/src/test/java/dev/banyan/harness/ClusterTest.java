package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class ClusterTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void runsAnAppAndLeavesNothingBehind() throws Exception {
        var cluster = Cluster.start(1);
        try (cluster) {
            var image = DemoImage.of("busybox");
            cluster.push(image);
            var file = Files.writeString(
                    cluster.engineServer().state().resolve("compose.yaml"),
                    """
                    name: hello
                    services:
                      web:
                        image: %s
                        ports: ["8080:8080"]
                    """
                            .formatted(image.reference()));

            cluster.cli("up", "-f", file.toString()).orFail();

            var url = "http://" + cluster.agentServer(1).address() + ":8080/healthz";
            Await.until(
                    () -> cluster.outside().get(url).equals(new HttpAnswer(200, "ok\n")),
                    SOON,
                    () -> "the app answers: " + cluster.outside().get(url));
        }

        assertThat(Command.of("ip", "netns").run().out())
                .doesNotContain(cluster.agentName(1))
                .doesNotContain(cluster.engineServer().namespace());
        assertThat(Command.of("findmnt", "--raw", "--noheadings", "--output", "TARGET")
                        .run()
                        .out())
                .doesNotContain(cluster.agentServer(1).state().toString());
        assertThat(Command.of("ps", "-e", "-o", "args").run().out())
                .doesNotContain(cluster.agentServer(1).state().toString());
    }
}
