package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class ClusterTest {
    private static final Duration SOON = Duration.ofMinutes(3);

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
            assertThat(Leftovers.of(cluster))
                    .as("what is seen while it runs")
                    .anyMatch(each -> each.startsWith("process"))
                    .anyMatch(each -> each.startsWith("mount"))
                    .anyMatch(each -> each.startsWith("namespace"))
                    .anyMatch(each -> each.startsWith("directory /sys/fs/cgroup"))
                    .anyMatch(each -> each.startsWith("result of CNI"));
        }

        assertThat(Leftovers.of(cluster)).isEmpty();
    }
}
