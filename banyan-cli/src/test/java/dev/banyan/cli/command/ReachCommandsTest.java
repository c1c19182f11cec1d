package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.api.archive.TarEntry;
import dev.banyan.api.archive.TarWriter;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.TestDeployments;
import dev.banyan.cli.cluster.Passage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachCommandsTest {
    private static final ReachOutcome DONE =
            ReachOutcome.newBuilder().setDone(true).build();

    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);
    private final List<ReachRequest> requests = new ArrayList<>();
    private final List<ReachUp> sent = new ArrayList<>();

    @BeforeEach
    void runSomething() {
        bench = new CommandBench(directory);
        for (var app : List.of("shop", "blog")) {
            bench.cluster.apply(TestDeployments.apply(app));
        }
        var running = TaskStatus.newBuilder()
                .setState(TaskStatus.State.RUNNING)
                .setReady(true)
                .build();
        var starting =
                TaskStatus.newBuilder().setState(TaskStatus.State.STARTING).build();
        bench.cluster.task("shop", "web", 0, "a1", starting);
        bench.cluster.task("shop", "web", 1, "a1", running);
        bench.cluster.task("shop", "web", 2, "a2", running);
        bench.cluster.task("shop", "db", 0, "a1", running);
        bench.cluster.task("blog", "db", 0, "a1", running);
        bench.cluster.task("blog", "late", 0, "", starting);
    }

    @Test
    void findsTheFirstReplicaThatIsReadyOrTheOneThatIsNamed() {
        answer(exited(0));

        for (var words : List.of(
                List.of("exec", "web", "--", "true"),
                List.of("exec", "shop/web.2", "true"),
                List.of("exec", "--index", "2", "web", "true"),
                List.of("exec", "shop.web.1.1.0", "true"),
                List.of("exec", "blog/db", "true"))) {
            assertThat(bench.run(words.toArray(String[]::new)).exit())
                    .as(words.toString())
                    .isZero();
        }

        assertThat(requests)
                .extracting(ReachRequest::getTask)
                .containsExactly(
                        "shop.web.1.1.0", "shop.web.1.2.0", "shop.web.1.2.0", "shop.web.1.1.0", "blog.db.1.0.0");
    }

    @Test
    void saysWhatThereIsWhenItCannotTellWhatIsMeant() {
        assertThat(bench.run("exec", "db", "true").err()).contains("several apps", "blog/db or shop/db");
        assertThat(bench.run("exec", "wep", "true").err()).contains("web");
        assertThat(bench.run("exec", "shop/late", "true").err()).contains("there is no task of service \"late\"");
        assertThat(bench.run("exec", "web.0", "true").err()).contains("no replica of \"web.0\" runs now");
        assertThat(bench.run("exec", "web.9", "true").exit()).isEqualTo(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void runsACommandWithAllThatWasAskedFor() {
        bench.setting("OWN", "mine");
        bench.typing("typed");
        answer(data("out\n"), errors("err\n"), exited(7));

        var run = bench.run(
                "exec",
                "-i",
                "-e",
                "A=1=2",
                "-e",
                "OWN",
                "-e",
                "NONE",
                "-w",
                "/srv",
                "-u",
                "app:staff",
                "--idle-timeout",
                "5",
                "web",
                "--",
                "ls",
                "-l",
                "--",
                "x");

        assertThat(run).isEqualTo(new CommandBench.Run(7, "out\n", "err\n"));
        var exec = requests.getFirst().getExec();
        assertThat(exec.getCommandList()).containsExactly("ls", "-l", "--", "x");
        assertThat(exec.getEnvironmentMap())
                .containsOnly(java.util.Map.entry("A", "1=2"), java.util.Map.entry("OWN", "mine"));
        assertThat(exec.getDirectory()).isEqualTo("/srv");
        assertThat(exec.getUser()).isEqualTo("app:staff");
        assertThat(exec.getIdleMs()).isEqualTo(5_000);
        assertThat(exec.getInput()).isTrue();
        assertThat(exec.getTerminal()).isFalse();
    }

    @Test
    void refusesVariablesWithoutANameAndDoesNotRepeatThem() {
        for (var variable : List.of("", "=k7secret")) {
            var run = bench.run("exec", "-e", variable, "web", "true");

            assertThat(run).isEqualTo(new CommandBench.Run(2, "", "banyan-cli: -e wants NAME or NAME=VALUE\n"));
        }
        assertThat(requests).isEmpty();
    }

    @Test
    void theOptionsOfTheCommandAreTheCommands() {
        answer(exited(0));

        assertThat(bench.run("exec", "web", "grep", "-i", "-e", "word").exit()).isZero();

        assertThat(requests.getFirst().getExec().getCommandList()).containsExactly("grep", "-i", "-e", "word");
        assertThat(requests.getFirst().getExec().getInput()).isFalse();
    }

    @Test
    void endsAsDockerDoesWhenThereIsNoCommandToEnd() {
        assertThat(failing(ReachFailure.Kind.NO_COMMAND)).isEqualTo(127);
        assertThat(failing(ReachFailure.Kind.NOT_EXECUTABLE)).isEqualTo(126);
        assertThat(failing(ReachFailure.Kind.TOO_MANY)).isEqualTo(125);
        assertThat(failing(ReachFailure.Kind.IDLE)).isEqualTo(125);
        bench.cluster.letIn(request -> new Scripted(List.of(), true));
        var cut = bench.run("exec", "web", "true");
        assertThat(cut.exit()).isEqualTo(125);
        assertThat(cut.err()).contains("the session broke", "the engine is gone");
    }

    @Test
    void refusesATerminalWhereThereIsNoneAndKeysThatAreNone() {
        answer(exited(0));

        assertThat(bench.run("exec", "-i", "-T", "-t", "web", "true").exit()).isZero();
        assertThat(bench.run("exec", "--detach-keys", "xyz", "web", "true").err())
                .contains("are no keys");
        assertThat(bench.run("exec", "web", "--").err()).contains("there is no command");
        assertThat(requests).hasSize(1);
    }

    @Test
    void bringsAFileToWhereItBelongs() throws IOException {
        bench.file("there/old", "x");
        answer(data(tar("log", "line\n")), end(), done());

        assertThat(bench.run("cp", "web:var/log", "there").exit()).isZero();
        assertThat(directory.resolve("there/log")).hasContent("line\n");
        assertThat(requests.getFirst().getRead().getPath()).isEqualTo("/var/log");

        assertThat(bench.run("cp", "-L", "web:/var/log", "./other:name").exit()).isZero();
        assertThat(directory.resolve("other:name")).hasContent("line\n");
        assertThat(requests.getLast().getRead().getFollow()).isTrue();

        var stream = bench.run("cp", "web:/var/log", "-");
        assertThat(stream.out()).contains("line\n").startsWith("log");
    }

    @Test
    void sendsAFileADirectoryOrItsContents() {
        bench.file("conf/app.yaml", "a: 1\n");
        answer(done());

        assertThat(bench.run("cp", "conf/app.yaml", "web:/etc/app.yaml").exit()).isZero();
        assertThat(bench.run("cp", "-a", "conf", "web:/etc").exit()).isZero();
        assertThat(bench.run("cp", "./conf/.", "web:/etc").exit()).isZero();
        bench.typing("a tar stream");
        assertThat(bench.run("cp", "-", "web:/etc").exit()).isZero();

        var writes = requests.stream().map(ReachRequest::getWrite).toList();
        assertThat(writes).extracting(write -> write.getTop()).containsExactly("app.yaml", "conf", "conf", "");
        assertThat(writes).extracting(write -> write.getTopIsDirectory()).containsExactly(false, true, true, false);
        assertThat(writes).extracting(write -> write.getContents()).containsExactly(false, false, true, false);
        assertThat(writes).extracting(write -> write.getOwners()).containsExactly(false, true, false, false);
    }

    @Test
    void saysWhyACopyCannotBeAndHowFarItCame() throws IOException {
        assertThat(bench.run("cp", "a", "b").err()).contains("one of the two must be in a container");
        assertThat(bench.run("cp", "web:/a", "web:/b").exit()).isEqualTo(2);
        assertThat(bench.run("cp", "nothing", "web:/b").err()).contains("there is nothing at nothing");

        answer(data(tar("log", "line\n")), end(), done());
        assertThat(bench.run("cp", "web:/log", "none/").err()).contains("none/ is no directory");

        bench.file("file", "x");
        answer(ReachDown.newBuilder()
                .setOutcome(failure(ReachFailure.Kind.FAILED, "the disk is full").toBuilder()
                        .setFiles(3)
                        .setBytes(17))
                .build());
        var partial = bench.run("cp", "file", "web:/etc");
        assertThat(partial.exit()).isEqualTo(1);
        assertThat(partial.err()).contains("the disk is full", "copied 3 files, 17 bytes");
    }

    @Test
    void refusesPortsThatAreNone() {
        assertThat(bench.run("port-forward", "web", "x").err()).contains("is no [ADDRESS:]LOCAL:REMOTE");
        assertThat(bench.run("port-forward", "nosuch", "80").exit()).isEqualTo(2);
    }

    private int failing(ReachFailure.Kind kind) {
        answer(ReachDown.newBuilder().setOutcome(failure(kind, "why")).build());
        var run = bench.run("exec", "web", "true");
        assertThat(run.err()).contains("banyan-cli: why");
        return run.exit();
    }

    private static ReachOutcome failure(ReachFailure.Kind kind, String message) {
        return ReachOutcome.newBuilder()
                .setFailure(ReachFailure.newBuilder().setKind(kind).setMessage(message))
                .build();
    }

    private void answer(ReachDown... parts) {
        bench.cluster.letIn(request -> {
            requests.add(request);
            return new Scripted(List.of(parts), false);
        });
    }

    private static ReachDown data(String text) {
        return data(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ReachDown data(byte[] bytes) {
        return ReachDown.newBuilder().setData(ByteString.copyFrom(bytes)).build();
    }

    private static ReachDown errors(String text) {
        return ReachDown.newBuilder().setErrors(ByteString.copyFromUtf8(text)).build();
    }

    private static ReachDown end() {
        return ReachDown.newBuilder().setEnd(true).build();
    }

    private static ReachDown done() {
        return ReachDown.newBuilder().setOutcome(DONE).build();
    }

    private static ReachDown exited(int code) {
        return ReachDown.newBuilder()
                .setOutcome(ReachOutcome.newBuilder().setExitCode(code))
                .build();
    }

    private static byte[] tar(String name, String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var tar = new TarWriter(bytes);
        tar.entry(new TarEntry(TarEntry.Type.FILE, name, 0644, TarEntry.Owner.ROOT, text.length(), 0, ""));
        tar.write(text.getBytes(StandardCharsets.UTF_8), 0, text.length());
        tar.finish();
        return bytes.toByteArray();
    }

    /** A session that answers what a test says, and breaks after it if that is wanted. */
    private final class Scripted implements Passage {
        private final ArrayDeque<ReachDown> parts;
        private final boolean breaks;

        Scripted(List<ReachDown> parts, boolean breaks) {
            this.parts = new ArrayDeque<>(parts);
            this.breaks = breaks;
        }

        @Override
        public boolean send(ReachUp part) {
            sent.add(part);
            return true;
        }

        @Override
        public Optional<ReachDown> receive(Duration atMost) {
            if (parts.isEmpty() && breaks) {
                throw new ApiException(Reason.UNAVAILABLE, "the engine is gone");
            }
            return Optional.ofNullable(parts.poll());
        }

        @Override
        public void close() {}
    }
}
