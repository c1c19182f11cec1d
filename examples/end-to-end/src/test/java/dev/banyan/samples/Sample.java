package dev.banyan.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.BuildTree;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.HttpAnswer;
import dev.banyan.harness.Output;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** An app of {@code examples/apps} on a cluster. */
final class Sample {
    private static final Duration SOON = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final Path versions;
    private final String name;

    /**
     * The app of that name.
     *
     * @param versions a file of variables that says which version of each image is there
     */
    Sample(Cluster cluster, Path versions, String name) {
        this.cluster = cluster;
        this.versions = versions;
        this.name = name;
    }

    Path directory() {
        return BuildTree.root().resolve("examples/apps").resolve(name);
    }

    /** Brings it up and waits until it is ready; further Compose files of its directory change it. */
    Output up(String... more) {
        var words = new ArrayList<>(List.of("up", "-f", file("compose.yaml")));
        List.of(more).forEach(file -> words.addAll(List.of("-f", file(file))));
        if (Files.exists(directory().resolve(".env"))) {
            words.addAll(List.of("--env-file", file(".env")));
        }
        words.addAll(List.of("--env-file", versions.toString()));
        return cluster.cli(words.toArray(String[]::new)).orFail();
    }

    /** Removes it, with its volumes. */
    void remove() {
        cluster.cli("down", name, "--volumes").orFail();
    }

    /** Waits until every server answers with this in the body, which it must do in the end and forever after. */
    void answers(int port, String path, String part) {
        for (int agent : agents()) {
            Await.until(
                    () -> get(agent, port, path).body().contains(part),
                    SOON,
                    () -> "agent " + agent + " does not answer \"" + part + "\" but " + get(agent, port, path) + "\n"
                            + report());
        }
    }

    HttpAnswer get(int agent, int port, String path) {
        return cluster.outside().get("http://" + at(agent, port) + path);
    }

    /** Posts a text until the answer is good: what the app itself asks for may be found a little later than the app. */
    String post(int agent, int port, String path, String text) {
        return Await.value(
                        () -> Optional.of(posted(agent, port, path, text)).filter(said -> said.status() == 0),
                        SOON,
                        () -> "it takes what is posted: " + posted(agent, port, path, text) + "\n" + report())
                .out();
    }

    private Output posted(int agent, int port, String path, String text) {
        return cluster.outside()
                .run("curl", "--silent", "--show-error", "--fail", "--data", text, "http://" + at(agent, port) + path);
    }

    /** What one server answers to a text that is sent to its port by {@code tcp} or {@code udp}. */
    String echo(String protocol, int agent, int port, String text) {
        var program =
                """
                import socket, sys
                kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM
                with socket.socket(socket.AF_INET, kind) as client:
                    client.settimeout(5)
                    client.connect((sys.argv[2], int(sys.argv[3])))
                    client.send(sys.argv[4].encode())
                    print(client.recv(1000).decode(), end="")
                """;
        var address = cluster.agentServer(agent).address();
        return cluster.outside()
                .run("python3", "-c", program, protocol, address, Integer.toString(port), text)
                .out();
    }

    /** On which servers replicas of a service run, sorted. */
    List<String> placesOf(String service) {
        var tasks = cluster.cli("ps", name, "-o", "json").orFail().out();
        assertThat(tasks).contains(service);
        return tasks.lines().filter(line -> line.contains("\"agent\"")).sorted().toList();
    }

    int[] agents() {
        return IntStream.rangeClosed(1, cluster.agentCount()).toArray();
    }

    /** What a person would look at. */
    String report() {
        return cluster.cli("ps", name).toString()
                + cluster.cli("status", name)
                + cluster.cli("logs", name, "--tail", "20");
    }

    private String at(int agent, int port) {
        return String.format(Locale.ROOT, "%s:%d", cluster.agentServer(agent).address(), port);
    }

    private String file(String file) {
        return directory().resolve(file).toString();
    }
}
