package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A client that requests one address over and over, each time on a new connection, and remembers every answer.
 *
 * <pre>{@code
 * try (var requests = Requests.start(cluster.outside(), "http://10.99.0.11:8080/healthz")) {
 *     requests.awaitMore(20);
 *     assertThat(requests.failures()).isEmpty();
 * }
 * }</pre>
 *
 * <p>Not safe for several threads.
 */
public final class Requests implements AutoCloseable {
    private static final String RATE = "20/s";
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String GOOD = "200 ";

    private final String url;
    private final Daemon client;
    private final Path answers;

    private Requests(String url, Daemon client, Path answers) {
        this.url = url;
        this.client = client;
        this.answers = answers;
    }

    /** Begins to request {@code url} from {@code from}, 20 times a second. */
    public static Requests start(Server from, String url) {
        var name = "requests-" + url.replaceAll("[^A-Za-z0-9]+", "-");
        var log = from.logs().resolve(name + ".log");
        try {
            Files.deleteIfExists(log);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot begin " + log, failure);
        }
        // Standard error, since curl keeps back what it writes to a file on the other.
        var client = from.start(
                name,
                Command.of(
                        "curl",
                        "--silent",
                        "--rate",
                        RATE,
                        "--connect-timeout",
                        "2",
                        "--max-time",
                        "5",
                        "--header",
                        "Connection: close",
                        "--output",
                        "/dev/null",
                        "--write-out",
                        "%{stderr}%{http_code} after %{time_total} s: %{errormsg}\n",
                        url + "?[1-1000000]"));
        return new Requests(url, client, log);
    }

    /** Waits until so many more were answered well, which is the proof that any are. */
    public void awaitMore(int count) {
        var before = good();
        Await.until(
                () -> {
                    client.mustLive();
                    return good() >= before + count;
                },
                SOON,
                () -> count + " more answers of " + url + ", not " + (good() - before) + "\n" + client.tail());
    }

    /** Every request that was not answered with 200, in curl's words. */
    public List<String> failures() {
        return lines().stream()
                .filter(line -> !line.startsWith(GOOD))
                .map(line -> url + ": " + line)
                .toList();
    }

    @Override
    public void close() {
        client.kill();
    }

    private long good() {
        return lines().stream().filter(line -> line.startsWith(GOOD)).count();
    }

    // Without a last line that is still being written.
    private List<String> lines() {
        try {
            var text = Files.readString(answers);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + answers, failure);
        }
    }
}
