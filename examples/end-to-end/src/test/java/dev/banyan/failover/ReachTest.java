package dev.banyan.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.BuildTree;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ways into containers on two servers, through two engines of which each agent has one, until one is killed. */
@Tag("servers")
class ReachTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int MEBI = 1 << 20;

    /** A secret for one command. */
    private static final String ADDED = "m4-by-hand";

    @Test
    void peopleReachIntoContainersWhereverTheyAre() throws Exception {
        try (var cluster = Cluster.start(ClusterPlan.agents(2).withTwoEngines().engineOption("lost", "7s"))) {
            var image = DemoImage.of("busybox");
            cluster.push(image);
            up(cluster, image);

            runsCommandsThroughEitherEngine(cluster);
            writesNoVariableOfACommandIntoALog(cluster);
            keepsVariablesInMemory(cluster);
            givesACommandATerminal(cluster);
            carriesFiftyMebibytesBothWays(cluster);
            forwardsPorts(cluster);
            endsACommandWhoseEngineIsKilled(cluster);
        }
    }

    private static void up(Cluster cluster, DemoImage image) throws IOException {
        var file = Files.writeString(
                cluster.engineServer().state().resolve("shop.yaml"),
                """
                name: shop
                services:
                  web:
                    image: %s
                    environment: {TOKEN: k7secret}
                    deploy: {replicas: 2}
                """
                        .formatted(image.reference()));
        cluster.cli("up", "-f", file.toString()).orFail();
    }

    private static void runsCommandsThroughEitherEngine(Cluster cluster) {
        cluster.joinCli("one", 1);
        cluster.joinCli("two", 2);
        for (var context : List.of("one", "two")) {
            for (var replica : List.of("web.0", "shop/web.1")) {
                var output = cluster.cliAt(
                        context,
                        "exec",
                        "-e",
                        "MORE=" + ADDED,
                        replica,
                        "--",
                        "sh",
                        "-c",
                        "echo $TOKEN $MORE; echo trouble >&2; exit 7");
                assertThat(output.status()).as(output.toString()).isEqualTo(7);
                assertThat(output.out()).isEqualTo("k7secret " + ADDED + "\n");
                assertThat(output.err()).isEqualTo("trouble\n");
            }
        }
        var absent = cluster.cliAt("one", "exec", "web", "--", "nosuch");
        assertThat(absent.status()).as(absent.toString()).isEqualTo(127);
        assertThat(cluster.cliAt("one", "exec", "wep", "--", "true").err()).contains("web");
    }

    private static void writesNoVariableOfACommandIntoALog(Cluster cluster) throws IOException {
        for (var daemon : List.of(cluster.engine(), cluster.secondEngine(), cluster.agent(1), cluster.agent(2))) {
            assertThat(Files.readString(daemon.log())).as(daemon.name()).doesNotContain(ADDED);
        }
    }

    /** Where variables of commands lie until these have begun. */
    private static void keepsVariablesInMemory(Cluster cluster) throws IOException {
        for (int agent = 1; agent <= 2; agent++) {
            var mounts = Files.readString(
                    Path.of("/proc", Long.toString(cluster.agent(agent).pid()), "mounts"));
            assertThat(mounts).containsPattern("banyan-material /\\S+ tmpfs ");
        }
    }

    private static void givesACommandATerminal(Cluster cluster) throws Exception {
        var line = program() + " exec -it web.1 -- sh -c 'tty; read x; stty size; echo read $x; exit 9'";
        var script = cluster.engineServer()
                .open(cli(cluster, Command.of("script", "-qec", "stty rows 31 cols 97; " + line, "/dev/null")));
        try (var keys = script.getOutputStream()) {
            keys.write("typed\n".getBytes(StandardCharsets.UTF_8));
            keys.flush();
            var seen = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(seen).contains("/dev/pts/", "31 97", "read typed");
            assertThat(script.waitFor()).isEqualTo(9);
        }
    }

    private static void carriesFiftyMebibytesBothWays(Cluster cluster) throws Exception {
        var state = cluster.engineServer().state();
        var bytes = new byte[50 * MEBI];
        new Random(5).nextBytes(bytes);
        var there = Files.write(state.resolve("there"), bytes);

        cluster.cli("cp", there.toString(), "web.0:/tmp/copied").orFail();
        cluster.cli("cp", "web.0:/tmp/copied", state.resolve("back").toString()).orFail();
        assertThat(Files.mismatch(there, state.resolve("back"))).isEqualTo(-1);

        var cat = cluster.engineServer().open(cli(cluster, Command.of(program(), "exec", "-i", "web.1", "--", "cat")));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> feeding = threads.submit(() -> {
                try (var in = cat.getOutputStream()) {
                    in.write(bytes);
                }
                return null;
            });
            var back = new ByteArrayOutputStream(bytes.length);
            cat.getInputStream().transferTo(back);
            feeding.get();
            assertThat(back.toByteArray()).isEqualTo(bytes);
        }
        assertThat(cat.waitFor()).isZero();
        // A busy machine may keep an agent silent for the two seconds that make it suspect; bulk for this long would
        // lose it.
        assertThat(cluster.engine().said()).doesNotContain("LOST");
    }

    private static void forwardsPorts(Cluster cluster) throws Exception {
        var forward = cluster.engineServer().open(cli(cluster, Command.of(program(), "port-forward", "web", ":8080")));
        var address = forward.inputReader().readLine().split(" ")[0];
        var url = "http://" + address + "/healthz";
        var keptAlive = cluster.engineServer().run("curl", "-sS", url, url, url);
        assertThat(keptAlive.orFail().out()).isEqualTo("ok\nok\nok\n");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new java.util.ArrayList<Future<Output>>();
            for (int i = 0; i < 10; i++) {
                answers.add(threads.submit(() -> cluster.engineServer().run("curl", "-sS", url)));
            }
            for (var answer : answers) {
                assertThat(answer.get().orFail().out()).isEqualTo("ok\n");
            }
        }
        forward.destroy();
        assertThat(forward.waitFor()).as("ended by a signal").isNotZero();
    }

    private static void endsACommandWhoseEngineIsKilled(Cluster cluster) throws Exception {
        var sessions = new java.util.ArrayList<Process>();
        for (var replica : List.of("web.0", "web.1")) {
            var session = cluster.engineServer()
                    .open(cli(
                            cluster,
                            Command.of(program(), "exec", "-i", replica, "--", "sh", "-c", "echo begun; sleep 8881")));
            assertThat(session.inputReader().readLine()).isEqualTo("begun");
            sessions.add(session);
        }

        cluster.engine().kill();
        cluster.secondEngine().kill();

        for (var session : sessions) {
            var said = new String(session.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).contains("the session broke");
            assertThat(session.waitFor()).isEqualTo(125);
        }
        Await.until(() -> sleepers() == 0, SOON, () -> "the commands of dead sessions end");
    }

    private static long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("sleep 8881"))
                .filter(process -> !process.info().commandLine().orElse("").contains("banyan-cli"))
                .filter(process -> !process.info().command().orElse("").contains("java"))
                .count();
    }

    private static String program() {
        return BuildTree.root().resolve("bin/banyan-cli").toString();
    }

    /** As {@link Cluster#cli}, for programs whose input and output are the test's. */
    private static Command cli(Cluster cluster, Command command) {
        Path home = cluster.engineServer().state().resolve("cli");
        return command.with("XDG_CONFIG_HOME", home.toString()).with("TERM", "xterm");
    }
}
