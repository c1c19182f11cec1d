package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class RequestsTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    @Test
    void remembersEveryRequestThatWasNotAnswered() throws Exception {
        try (var servers = TestServers.create("one")) {
            var one = servers.server("one");
            Files.writeString(one.state().resolve("hello"), "hello");
            var web = one.start(
                    "web",
                    Command.of(
                            "busybox",
                            "httpd",
                            "-f",
                            "-p",
                            "8080",
                            "-h",
                            one.state().toString()));
            var url = "http://" + one.address() + ":8080/hello";
            Await.until(() -> servers.outside().get(url).ok(), SOON, () -> "the server answers");
            try (var requests = Requests.start(servers.outside(), url)) {
                requests.awaitMore(5);
                assertThat(requests.failures()).isEmpty();

                web.kill();

                // The first of them may have been connected already when the server died.
                Await.until(
                        () -> requests.failures().stream().anyMatch(each -> each.contains("Failed to connect")),
                        SOON,
                        () -> "a failure to connect is seen, not only " + requests.failures());
                assertThat(requests.failures()).allMatch(each -> each.contains(url));
            }
        }
    }

    @Test
    void countsAnAnswerOtherThan200AsAFailure() {
        try (var servers = TestServers.create("one")) {
            var one = servers.server("one");
            var _ = one.start(
                    "web",
                    Command.of(
                            "busybox",
                            "httpd",
                            "-f",
                            "-p",
                            "8080",
                            "-h",
                            one.state().toString()));
            var url = "http://" + one.address() + ":8080/missing";
            Await.until(() -> servers.outside().get(url).status() == 404, SOON, () -> "the server answers");
            try (var requests = Requests.start(servers.outside(), url)) {
                Await.until(() -> !requests.failures().isEmpty(), SOON, () -> "a failure is seen");
                assertThat(requests.failures().getFirst()).contains(url).contains("404");
            }
        }
    }
}
