package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What users give apps that nobody else shall read: containers see it, and no disk, log, event or command line holds it. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SealedTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    /** In every value, and nowhere else on this machine. */
    private static final String MARK = "k7Qx" + ProcessHandle.current().pid() + "marked";

    private static final String COMPOSE =
            """
            name: vault
            services:
              web:
                image: %s
                entrypoint: []
                command:
                  - sh
                  - -c
                  - |
                    printf %%s "$$TOKEN" | sha256sum
                    cat /run/secrets/key | sha256sum
                    cat /run/secrets/told | sha256sum
                    cat /etc/app/own.conf | sha256sum
                    cat /settings | sha256sum
                    cat /srv/site/index.html | sha256sum
                    cat /etc/plain.conf | sha256sum
                    stat -c '%%u:%%g %%a %%n' /run/secrets/key /etc/app/own.conf /srv/site/start.sh
                    /srv/site/start.sh && echo executable
                    echo more >> /srv/site/index.html && echo writable
                    echo more >> /run/secrets/key || echo sealed
                    while :; do sleep 3600; done
                environment:
                  TOKEN: "%s-environment"
                healthcheck: {test: ["CMD", "sh", "-c", "test -n \\"$$TOKEN\\""], interval: 1s}
                secrets:
                  - key
                  - source: told
                configs:
                  - settings
                  - {source: own, target: /etc/app/own.conf, uid: "1000", gid: "1001", mode: 0440}
                volumes: [./site:/srv/site, "./plain.conf:/etc/plain.conf:ro"]
            secrets:
              key: {file: ./key.txt}
              told: {environment: TOLD}
            configs:
              settings: {content: "%s-content"}
              own: {external: true, name: own.conf}
            """;

    private final Cluster cluster = Cluster.start(1);

    @TempDir
    private Path project;

    @BeforeAll
    void pushImage() {
        cluster.push(DemoImage.of("busybox"));
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @Test
    void containersSeeWhatNoDiskNorLogNorCommandLineHolds() throws Exception {
        var file = writeProject();
        create("own.conf", "-external");

        up(file);

        Await.until(() -> logs().contains("sealed"), SOON, () -> "the container has looked\n" + logs());
        assertThat(logs())
                .contains(digest("-environment"), digest("-secret"), digest("-told"), digest("-content"))
                .contains(digest("-external"), digest("-page"), digest("-plain"))
                .contains("0:0 444 /run/secrets/key")
                .contains("1000:1001 440 /etc/app/own.conf")
                .contains("0:0 755 /srv/site/start.sh")
                .contains("executable", "writable");
        assertThat(holders()).as("files that hold a value").isEmpty();
        assertThat(commandLines()).as("command lines").noneMatch(line -> line.contains(MARK));
        assertThat(cluster.awaitCli("MaterialOpened", "events", "vault").out()).doesNotContain(MARK);
        assertThat(up(file)).as("the second time").contains("is wanted already");

        survivesTheAgentAndTheEngine();
        takesANewValueWithTheNextUp(file);
    }

    private void survivesTheAgentAndTheEngine() {
        cluster.agent(1).kill();
        cluster.engine().kill();
        killContainer();
        cluster.restartAgent(1);
        cluster.restartEngine();
        var again = cluster.agentServer(1).state().resolve("logs/vault/vault.web.1.0.0/2.log");
        Await.until(() -> text(again).contains("sealed"), SOON, () -> "it runs again\n" + text(again));
        assertThat(text(again)).contains(digest("-environment"), digest("-secret"), digest("-external"));
        assertThat(holders()).as("files that hold a value").isEmpty();
        cluster.awaitAgents();
    }

    private void takesANewValueWithTheNextUp(Path file) throws IOException {
        create("own.conf", "-changed", "--replace");
        up(file);
        Await.until(() -> logs().contains(digest("-changed")), SOON, () -> "the new value arrives\n" + logs());
        assertThat(cluster.cli("config", "ls").orFail().out())
                .contains("own.conf", "vault")
                .doesNotContain(MARK);
    }

    private Path writeProject() throws IOException {
        Files.writeString(project.resolve("key.txt"), MARK + "-secret");
        Files.writeString(project.resolve("plain.conf"), MARK + "-plain");
        Files.writeString(project.resolve(".env"), "TOLD=" + MARK + "-told\n");
        Files.createDirectories(project.resolve("site"));
        Files.writeString(project.resolve("site/index.html"), MARK + "-page");
        var script = Files.writeString(project.resolve("site/start.sh"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        var image = DemoImage.of("busybox").reference();
        return Files.writeString(project.resolve("compose.yaml"), COMPOSE.formatted(image, MARK, MARK));
    }

    private void create(String name, String value, String... more) throws IOException {
        var source = Files.writeString(project.resolve("value"), MARK + value);
        var words = new java.util.ArrayList<>(List.of("config", "create", name, source.toString()));
        words.addAll(List.of(more));
        cluster.cli(words.toArray(String[]::new)).orFail();
    }

    private String up(Path file) {
        return cluster.cli("up", "-f", file.toString()).orFail().toString();
    }

    private String logs() {
        return cluster.cli("logs", "vault").toString();
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException absent) {
            return "";
        }
    }

    private void killContainer() {
        ProcessHandle.allProcesses()
                .filter(process -> read(process, "cgroup").contains("/banyan/" + cluster.agentName(1) + "/"))
                .filter(process -> read(process, "cmdline").contains("sha256sum"))
                .forEach(ProcessHandle::destroyForcibly);
    }

    /** Files of engine, etcd, registry, agent and containerd, and logs, that hold a value. */
    private List<String> holders() {
        var words = new java.util.ArrayList<>(
                List.of("grep", "-rlaF", "--devices=skip", "--exclude-dir=material", "--exclude-dir=rootfs", MARK));
        for (var server : List.of(cluster.engineServer(), cluster.agentServer(1))) {
            words.add(server.state().toString());
            words.add(server.logs().toString());
        }
        return new Command(words, java.util.Map.of()).run().out().lines().toList();
    }

    private static List<String> commandLines() {
        return ProcessHandle.allProcesses()
                .map(process -> read(process, "cmdline"))
                .toList();
    }

    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static String digest(String value) {
        try {
            var bytes = (MARK + value).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
