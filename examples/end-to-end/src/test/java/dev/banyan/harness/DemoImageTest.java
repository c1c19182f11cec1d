package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class DemoImageTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    @Test
    void isBuiltOnceAndThenTakenFromTheCache() throws Exception {
        var first = DemoImage.of("busybox");
        var built = Files.getLastModifiedTime(first.archive());

        assertThat(DemoImage.of("busybox")).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first.archive())).isEqualTo(built);
        assertThat(first.reference()).isEqualTo("registry.banyan/examples/busybox:" + first.version());
        assertThat(first.digest()).matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThereAre() {
        var refused = Command.of(BuildTree.script("images"), "mainframe").run();

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("unknown image 'mainframe': there are busybox redis web python");
    }

    @Test
    void busyboxServesAndTellsWhoAnswered() {
        try (var servers = TestServers.create("one")) {
            var one = servers.server("one");
            start(one, "busybox", "web");

            var url = "http://" + one.address() + ":8080";
            Await.until(() -> servers.outside().get(url + "/healthz").ok(), SOON, () -> "busybox answers");
            assertThat(servers.outside().get(url + "/cgi-bin/whoami").body()).contains("version 1 from");
        }
    }

    @Test
    void theGuestbookSaysThatRedisIsAwayAndComesBackWithIt() {
        try (var servers = TestServers.create("web", "redis")) {
            var page = "http://" + servers.server("web").address() + ":8080/";
            start(
                    servers.server("web"),
                    "web",
                    "env",
                    "REDIS_HOST=" + servers.server("redis").address(),
                    "python3.11",
                    "/app/guestbook.py");
            Await.until(() -> servers.outside().get(page + "healthz").ok(), SOON, () -> "the front is well");
            assertThat(servers.outside().get(page).status()).isEqualTo(503);
            assertThat(servers.outside().get(page).body()).contains("Redis is away.");

            var redis = startRedis(servers.server("redis"));
            Await.until(() -> servers.outside().get(page).ok(), SOON, () -> "the page is back");
            sign(servers.outside(), page, "<b>Ann", "hello");

            redis.kill();
            assertThat(servers.outside().get(page + "entries").status()).isEqualTo(503);
            startRedis(servers.server("redis"));
            Await.until(() -> servers.outside().get(page).ok(), SOON, () -> "the page is back again");
            assertThat(servers.outside().get(page).body())
                    .contains("&lt;b&gt;Ann", "hello")
                    .doesNotContain("<b>Ann");
        }
    }

    @Test
    void theGuestbookEndsWhenItIsAskedTo() {
        try (var servers = TestServers.create("web")) {
            // As the first process of a container it would not end by itself: its own answer to the signal shows in the
            // status.
            var shell =
                    start(servers.server("web"), "web", "sh", "-c", "python3.11 /app/guestbook.py; echo ended with $?");
            shell.awaitLog("guestbook listens", SOON);

            servers.server("web").processes("python3.11").forEach(front -> Signals.send("TERM", front.pid()));

            shell.awaitEnd(SOON);
            assertThat(shell.tail()).contains("ended with 0");
        }
    }

    private static void sign(Server client, String page, String name, String message) {
        var signed = client.run(
                "curl",
                "--silent",
                "--show-error",
                "--data-urlencode",
                "name=" + name,
                "--data-urlencode",
                "message=" + message,
                "--write-out",
                "%{http_code}",
                page);
        assertThat(signed.out()).isEqualTo("303");
    }

    private static Daemon startRedis(Server server) {
        return start(
                server,
                "redis",
                "redis-server",
                "--bind",
                "0.0.0.0",
                "--protected-mode",
                "no",
                "--dir",
                "/data",
                "--appendonly",
                "yes");
    }

    /** Runs the image's files on a server without any container runtime. */
    private static Daemon start(Server server, String image, String... command) {
        var root = server.state().resolve(image).resolve("rootfs");
        if (!Files.exists(root)) {
            unpack(DemoImage.of(image), server.state());
        }
        var words = new ArrayList<>(List.of("chroot", root.toString()));
        words.addAll(List.of(command));
        return server.start(image, Command.of(words.toArray(String[]::new)));
    }

    private static void unpack(DemoImage image, Path to) {
        var layout = to.resolve("layout") + ":" + image.name();
        Command.of("skopeo", "copy", "--quiet", "oci-archive:" + image.archive(), "oci:" + layout)
                .run()
                .orFail();
        Command.of(
                        "umoci",
                        "unpack",
                        "--image",
                        layout,
                        to.resolve(image.name()).toString())
                .run()
                .orFail();
    }
}
