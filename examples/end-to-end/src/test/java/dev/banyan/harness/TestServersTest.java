package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class TestServersTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    @Test
    void serversReachEachOtherUntilALinkIsCut() throws Exception {
        try (var servers = TestServers.create("one", "two")) {
            var url = serveHello(servers.server("one"));

            assertThat(servers.server("two").get(url)).isEqualTo(new HttpAnswer(200, "hello"));
            assertThat(servers.outside().get(url).ok()).isTrue();

            servers.server("one").cutLink();
            assertThat(servers.server("two").get(url).status()).isZero();

            servers.server("one").healLink();
            Await.until(() -> servers.server("two").get(url).ok(), SOON, () -> "it is reached again");
        }
    }

    @Test
    void whatAnEarlierSetSaidIsNotHeardAgain() {
        for (int set = 0; set < 2; set++) {
            try (var servers = TestServers.create("one")) {
                var one = servers.server("one");
                var first = one.start("a", Command.of("echo", "said before"));
                first.awaitEnd(SOON);

                var second = one.start("a", Command.of("echo", "said since"));
                second.awaitEnd(SOON);

                assertThat(first.log()).hasContent("said before\nsaid since\n");
                assertThat(second.said()).isEqualTo("said since\n");
            }
        }
    }

    @Test
    void aPausedServerIsSilentAndComesBack() throws Exception {
        try (var servers = TestServers.create("one")) {
            var url = serveHello(servers.server("one"));
            var web = servers.server("one").processes("busybox").getFirst();

            Signals.send("STOP", web.pid());
            assertThat(servers.outside()
                            .run("curl", "--silent", "--max-time", "1", url)
                            .status())
                    .as("curl's status for a timeout")
                    .isEqualTo(28);

            Signals.send("CONT", web.pid());
            assertThat(servers.outside().get(url).ok()).isTrue();
        }
    }

    @Test
    void theGuardKeepsRequestsForServersOnTheMachine() {
        try (var servers = TestServers.create("one")) {
            var route = Command.of("ip", "route", "get", servers.server("one").address())
                    .run();

            assertThat(route.status()).as(route.toString()).isNotZero();
        }
    }

    @Test
    void aCrashEndsEveryProcessOfAServerAndNoOther() {
        try (var servers = TestServers.create("one", "two")) {
            servers.server("one").start("a", Command.of("sleep", "1000"));
            servers.server("one").start("b", Command.of("sh", "-c", "sleep 1000; true"));
            var other = servers.server("two").start("c", Command.of("sleep", "1000"));

            servers.server("one").crash();

            assertThat(servers.server("one").processes()).isEmpty();
            assertThat(other.alive()).isTrue();
        }
    }

    @Test
    void aProgramIsKilledByItsName() {
        try (var servers = TestServers.create("one")) {
            var daemon = servers.server("one").start("a", Command.of("sleep", "1000"));
            Await.until(() -> servers.server("one").processes("sleep").size() == 1, SOON, () -> "it runs");

            servers.server("one").kill("sleep");

            assertThat(daemon.alive()).isFalse();
            assertThatThrownBy(() -> servers.server("one").kill("sleep")).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void nothingIsLeftAfterClose() {
        var servers = TestServers.create("one");
        var one = servers.server("one");
        var detached = one.run("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $!")
                .out()
                .strip();
        Command.of("mount", "-t", "tmpfs", "none", one.state().toString()).run().orFail();

        servers.close();

        // Dead it is; the machine's first process takes its time to bury it.
        Await.until(() -> ProcessHandle.of(Long.parseLong(detached)).isEmpty(), SOON, () -> detached + " is gone");
        assertThat(Path.of("/run/netns", one.namespace())).doesNotExist();
        assertThat(one.state().getParent()).doesNotExist();
        assertThat(Command.of("ip", "route").run().out()).doesNotContain(metric(servers));
    }

    @Test
    void nothingIsLeftWhenTheOwnerIsKilled() throws Exception {
        var log = Files.createTempFile("owner", ".log");
        var owner = Daemon.start("owner", Command.of("sleep", "1000"), log);
        // Another build on this machine may do the same at this moment.
        var set = "o" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        var state = Path.of("/var/lib/banyan-test", set);
        Command.of(BuildTree.script("servers"), "create", set, "" + owner.pid(), state.toString(), "one=10.99.0.10")
                .run()
                .orFail();
        var one = Path.of("/run/netns", set + "-one");
        var daemon = Daemon.start("daemon", Command.of("nsenter", "--net=" + one, "sleep", "1000"), log);

        owner.kill();

        Await.until(() -> !Files.exists(Path.of("/run/banyan-servers", set)), SOON, () -> "the keeper removes them");
        assertThat(daemon.alive()).isFalse();
        assertThat(one).doesNotExist();
        assertThat(state).doesNotExist();
        Files.delete(log);
    }

    @Test
    void twoSetsMayStandAtTheSameTime() throws Exception {
        try (var here = TestServers.create("one");
                var there = TestServers.create("one")) {
            var url = serveHello(here.server("one"));

            assertThat(here.outside().get(url).ok()).isTrue();
            assertThat(there.outside().get(url).status()).isZero();
        }
    }

    private static String metric(TestServers servers) {
        var sum = Command.of("sh", "-c", "echo \"$0\" | cksum", servers.prefix())
                .run()
                .out();
        return "metric " + (100_000 + Long.parseLong(sum.split(" ")[0]) % 900_000);
    }

    private static String serveHello(Server server) throws Exception {
        Files.writeString(server.state().resolve("hello"), "hello");
        server.start(
                "web",
                Command.of(
                        "busybox",
                        "httpd",
                        "-f",
                        "-p",
                        "8080",
                        "-h",
                        server.state().toString()));
        var url = "http://" + server.address() + ":8080/hello";
        Await.until(() -> server.get(url).ok(), SOON, () -> "the server answers itself");
        return url;
    }
}
