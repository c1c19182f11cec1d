package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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

        assertNothingIsLeftOf(cluster);
    }

    // The kernel's lists and the directories of CNI and cgroups, by the names that only this cluster's agent has.
    private static void assertNothingIsLeftOf(Cluster cluster) throws Exception {
        var agent = cluster.agentName(1);
        var state = cluster.agentServer(1).state();
        assertThat(run("ip", "netns")).doesNotContain(agent);
        assertThat(run("findmnt", "--raw", "--noheadings", "--output", "TARGET"))
                .doesNotContain(state.toString());
        assertThat(run("ps", "-e", "-o", "args")).doesNotContain(state.toString());
        assertThat(state).doesNotExist();
        assertThat(Path.of("/sys/fs/cgroup/memory/banyan", agent)).doesNotExist();
        assertThat(Path.of("/sys/fs/cgroup/banyan", agent)).doesNotExist();
        try (var remembered = Files.list(Path.of("/var/lib/cni/results"))) {
            assertThat(remembered)
                    .noneSatisfy(file -> assertThat(file).content().contains(agent));
        }
    }

    private static String run(String... words) {
        return Command.of(words).run().orFail().out();
    }
}
