package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalEtcdTest {
    @Test
    void keepsItsDataOverAKill() {
        try (var etcd = LocalEtcd.start()) {
            post(etcd, "put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}");

            etcd.kill();
            etcd.restart();

            assertThat(post(etcd, "range", "{\"key\":\"Zm9v\"}")).contains("YmFy");
        }
    }

    @Test
    void twoDoNotDisturbEachOther() {
        try (var one = LocalEtcd.start();
                var other = LocalEtcd.start()) {
            post(one, "put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}");

            assertThat(post(other, "range", "{\"key\":\"Zm9v\"}")).doesNotContain("YmFy");
        }
    }

    @Test
    void leavesNothingBehind() {
        var etcd = LocalEtcd.start();
        var process = ProcessHandle.of(etcd.pid()).orElseThrow();

        etcd.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(etcd.data().getParent()).doesNotExist();
    }

    @Test
    void refusesASecondProcessOnOneDataDirectory() {
        try (var etcd = LocalEtcd.start()) {
            assertThatThrownBy(etcd::restart).isInstanceOf(IllegalStateException.class);
        }
    }

    /** Asks again until it is done: on a busy machine etcd may have no leader for a moment. */
    private static String post(LocalEtcd etcd, String verb, String body) {
        return Await.value(
                () -> Optional.of(reply(etcd, verb, body)).filter(reply -> reply.contains("\"header\"")),
                Duration.ofMinutes(2),
                () -> "etcd does what it is told");
    }

    private static String reply(LocalEtcd etcd, String verb, String body) {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + etcd.endpoint() + "/v3/kv/" + verb))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
