package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class LocalEtcdTest {
    @Test
    void keepsItsDataOverAKill() throws Exception {
        try (var etcd = LocalEtcd.start()) {
            post(etcd, "put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}");

            etcd.kill();
            etcd.restart();

            assertThat(post(etcd, "range", "{\"key\":\"Zm9v\"}")).contains("YmFy");
        }
    }

    @Test
    void twoDoNotDisturbEachOther() throws Exception {
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

    private static String post(LocalEtcd etcd, String verb, String body) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + etcd.endpoint() + "/v3/kv/" + verb))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
