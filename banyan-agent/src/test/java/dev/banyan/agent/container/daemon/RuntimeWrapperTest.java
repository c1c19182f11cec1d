package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.HostCommand;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself, with one in the place of runc that tells how it was called. */
class RuntimeWrapperTest {
    private static final String STAND_IN =
            """
            #!/bin/sh
            umask >&2
            for word; do
              echo "word $word"
              case $word in /proc/self/fd/*) echo "file $(cat "$word")";; esac
            done
            """;
    private static final String CONFIG =
            """
            {"ociVersion":"1","process":{"args":["sh","\\"env\\":[\\"kept\\"]"],"env":["PATH=/bin","Q=a\\"b\\\\"],"cwd":"/"},\
            "hooks":{"prestart":[{"path":"/x","env":["H=1"]}]},"root":{"path":"rootfs"},"big":18446744073709551615}""";
    private static final String ENVIRONMENT = "[\"PATH=/bin\",\"TOKEN=k7\\\"marked\\u003d$1\"]";
    private static final String GIVEN = CONFIG.replace("[\"PATH=/bin\",\"Q=a\\\"b\\\\\"]", ENVIRONMENT);

    @TempDir
    private Path server;

    private Path environments = Path.of("/");
    private Path program = Path.of("/");

    @BeforeEach
    void writeProgram() throws IOException {
        // What a path may hold means nothing to the program.
        environments = Files.createDirectories(server.resolve("it's a $dir @x"));
        var runc = Files.writeString(server.resolve("runc"), STAND_IN);
        Files.setPosixFilePermissions(runc, PosixFilePermissions.fromString("rwx------"));
        var debian = HostPrograms.OF_DEBIAN;
        var programs = new HostPrograms(
                debian.containerd(),
                debian.ctr(),
                runc,
                debian.setsid(),
                debian.catatonit(),
                debian.perl(),
                debian.cniPlugins());
        program = server.resolve("wrapper");
        new RuntimeWrapper(programs, environments).write(program);
        Files.writeString(server.resolve("config.json"), CONFIG);
    }

    @Test
    void givesANewContainerItsEnvironmentAndChangesNothingElse() throws Exception {
        var home = environmentOf("c1");

        var said = run(
                "--root",
                "/r",
                "--log-format",
                "json",
                "create",
                "--bundle",
                server.toString(),
                "--pid-file",
                "p",
                "c1");

        assertThat(words(said))
                .containsExactly(
                        "--root",
                        "/r",
                        "--log-format",
                        "json",
                        "create",
                        "--bundle",
                        home.toString(),
                        "--pid-file",
                        "p",
                        "c1");
        assertThat(home.resolve("config.json"))
                .hasContent(GIVEN.replace("\"path\":\"rootfs\"", "\"path\":\"" + server + "/rootfs\""));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("config.json"))))
                .isEqualTo("rw-------");
        assertThat(server.resolve("config.json")).hasContent(CONFIG);
    }

    @Test
    void leavesARootFileSystemAloneThatIsToldWhole() throws Exception {
        var home = environmentOf("c1");
        Files.writeString(server.resolve("config.json"), CONFIG.replace("rootfs", "/whole/rootfs"));

        run("create", "--bundle", server.toString(), "c1").require();

        assertThat(Files.readString(home.resolve("config.json"))).contains("\"path\":\"/whole/rootfs\"");
    }

    @Test
    void givesACommandInTheContainerTheSameEnvironmentAndLeavesNoFile() throws Exception {
        var home = environmentOf("c1");
        var process = server.resolve("config.json").toString();

        var said = run("exec", "--process", process, "--detach", "c1");

        assertThat(words(said))
                .startsWith("exec", "--process")
                .endsWith("--detach", "c1")
                .doesNotContain(process);
        assertThat(said.output()).contains("file " + GIVEN);
        assertThat(said.error())
                .as("the mask of files")
                .isEqualTo(run("state", "c1").error());
        assertThat(home).isDirectoryNotContaining("glob:**process*");
    }

    @Test
    void givesACommandAnEnvironmentOfItsOwnWhereThereIsOne() throws Exception {
        var home = environmentOf("c1");
        Files.writeString(home.resolve("environment.reach-1f"), "[\"MORE=1\"]");
        var process = server.resolve("config.json").toString();

        var own = run("exec", "--process", process, "--pid-file", "/run/x/reach-1f.pid", "--detach", "c1");
        var other = run("exec", "--process", process, "--pid-file", "/run/x/reach-2f.pid", "--detach", "c1");

        assertThat(own.output()).contains("file " + GIVEN.replace(ENVIRONMENT, "[\"MORE=1\"]"));
        assertThat(other.output()).contains("file " + GIVEN);
    }

    @Test
    void isRuncForEverythingElse() throws Exception {
        environmentOf("c1");
        for (var words : List.of(
                List.of("--root", "/create", "state", "c1"),
                List.of("delete", "--force", "c1"),
                List.of("create", "--bundle", server.toString(), "another"),
                List.of("exec", "--process", "x", "another"),
                List.of("--version"),
                List.of("create", "--bundle", server.toString(), "../c1"),
                List.of("create", "--bundle", server.toString(), "c1\n"),
                List.of("create", "--bundle", server.toString(), ""))) {
            assertThat(run(words.toArray(String[]::new)).output())
                    .as(words.toString())
                    .isEqualTo(String.join(
                            "",
                            words.stream().map(word -> "word " + word + "\n").toList()));
        }
    }

    @Test
    void failsRatherThanToStartAContainerWithoutItsEnvironment() throws Exception {
        environmentOf("c1");
        Files.writeString(server.resolve("config.json"), "{\"process\":{}}");
        assertFails("there is no environment to be replaced", "create", "--bundle", server.toString(), "c1");

        Files.delete(server.resolve("config.json"));
        assertFails("cannot read", "create", "--bundle", server.toString(), "c1");
        assertFails("no bundle is named", "create", "c1");
    }

    @Test
    void failsWhenTheEnvironmentOfAContainerIsNotInMemory() throws Exception {
        for (var word : List.of("--bundle", "-b")) {
            Files.writeString(server.resolve("config.json"), typed("container"));
            assertFails("the environment of c1 is not where", "create", word, server.toString(), "c1");

            Files.writeString(server.resolve("config.json"), typed("sandbox"));
            run("create", word, server.toString(), "c1").require();
        }
    }

    @Test
    void leavesItsReasonWhereContainerdLooksForThatOfRunc() throws Exception {
        var log = server.resolve("log.json");
        Files.writeString(server.resolve("config.json"), typed("container"));
        assertFails("not where", "--log", log.toString(), "create", "--bundle", server.toString(), "c1");
        environmentOf("c1");
        Files.delete(server.resolve("config.json"));
        assertFails("cannot read", "--log", log.toString(), "create", "--bundle", server.toString(), "c1");

        assertThat(Files.readAllLines(log))
                .satisfiesExactly(
                        line -> assertThat(message(line)).startsWith("the environment of c1 is not where"),
                        line -> assertThat(message(line)).startsWith("cannot read " + server + "/config.json: "));
    }

    private static String message(String line) {
        var entry = JsonParser.parseString(line).getAsJsonObject();
        assertThat(entry.get("level").getAsString()).isEqualTo("error");
        return entry.get("msg").getAsString();
    }

    /** As containerd says in a bundle what it is for. */
    private static String typed(String type) {
        return CONFIG.replace(
                "\"big\"", "\"annotations\":{\"io.kubernetes.cri.container-type\":\"" + type + "\"},\"big\"");
    }

    @Test
    void replacesAnEmptyAndALongEnvironment() throws Exception {
        var home = environmentOf("c1");
        for (var old : List.of("[]", "[\"L=" + "x\\\"".repeat(50_000) + "\"" + ",\"A=b\"".repeat(500) + "]")) {
            Files.writeString(server.resolve("config.json"), "{\"process\":{\"env\":" + old + "}}");
            run("create", "--bundle", server.toString(), "c1").require();
            assertThat(home.resolve("config.json")).hasContent("{\"process\":{\"env\":" + ENVIRONMENT + "}}");
        }
    }

    private Path environmentOf(String container) throws IOException {
        var home = Files.createDirectories(environments.resolve(container));
        Files.writeString(home.resolve("environment"), ENVIRONMENT);
        return home;
    }

    private void assertFails(String reason, String... words) throws InterruptedException {
        var ended = run(words);
        assertThat(ended.succeeded()).isFalse();
        assertThat(ended.output()).isEmpty();
        assertThat(ended.error()).contains(reason);
    }

    private CommandResult run(String... words) throws InterruptedException {
        var line = new ArrayList<>(List.of(program.toString()));
        line.addAll(List.of(words));
        return new HostCommand(new SystemEnv().tasks()).run(CommandLine.of(line.toArray(String[]::new)));
    }

    private static List<String> words(CommandResult said) {
        return said.require()
                .lines()
                .filter(line -> line.startsWith("word "))
                .map(line -> line.substring(5))
                .toList();
    }
}
