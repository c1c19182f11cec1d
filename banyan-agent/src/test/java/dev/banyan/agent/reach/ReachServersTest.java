package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.containerd.ContainerdRuntime;
import dev.banyan.agent.container.containerd.Rig;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.api.archive.TarEntry;
import dev.banyan.api.archive.TarReader;
import dev.banyan.api.archive.TarWriter;
import dev.banyan.api.v1.ContainerFacts;
import dev.banyan.api.v1.ExecRequest;
import dev.banyan.api.v1.FactsRequest;
import dev.banyan.api.v1.ForwardRequest;
import dev.banyan.api.v1.MountFacts;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.ReadFilesRequest;
import dev.banyan.api.v1.TerminalSize;
import dev.banyan.api.v1.WriteFilesRequest;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Commands, files and connections in one real container. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReachServersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String LABEL = "test/task";
    private static final String TASK = "shop.web.1.0.0";

    /** What only a command may know: another one each time, so that no file has it but one that got it from the command. */
    private static final String ADDED = "q9-" + new SystemEnv().entropy().uid();

    private Rig rig;
    private Env env;
    private ContainerdRuntime runtime;
    private ContainerDoor door;
    private Reaching reaching;
    private String container = "";

    /** A session that runs. */
    private record Running(FakePerson person, Task task, AtomicReference<ReachOutcome> outcome) {
        ReachOutcome ended() throws InterruptedException {
            assertThat(task.join(PATIENCE)).as("the session ends").isTrue();
            return outcome.get();
        }
    }

    @BeforeAll
    void startContainer() throws Exception {
        rig = new Rig();
        env = rig.env();
        runtime = rig.runtime("reach");
        runtime.pull(rig.image());
        var process = new ContainerSpec.Process(
                Optional.of(List.of()),
                Optional.of(List.of("sh", "-c", "busybox httpd -f -p 127.0.0.1:7000 -h /etc & sleep 3600")),
                Map.of("TOKEN", "k7secret", "COLOUR", "red"),
                Optional.empty(),
                Optional.empty());
        var sandbox = labelled(rig.sandbox());
        container = runtime.createContainer(
                runtime.runSandbox(sandbox).id(),
                ContainerSpec.of("web", 0, rig.image(), "0.log")
                        .withProcess(process)
                        .withLabels(Map.of(LABEL, "default/" + TASK)));
        runtime.start(container);
        door = runtime.door(rig.directory().memory().resolve("commands"));
        reaching = new Reaching(env, runtime, door, LABEL);
    }

    @AfterAll
    void removeEverything() throws Exception {
        rig.close();
    }

    @Test
    void aCommandReadsWritesAndEndsLikeAnyOther() throws Exception {
        var session = exec(command("cat; echo trouble >&2; exit 7").setInput(true));
        session.person().types("typed");
        session.person().ends();

        assertThat(session.ended().getExitCode()).isEqualTo(7);
        assertThat(session.person().text()).isEqualTo("typed");
        assertThat(session.person().errors()).isEqualTo("trouble\n");
    }

    @Test
    void aCommandHasTheContainersEnvironmentAndItsOwnOverIt() throws Exception {
        var session = exec(command("echo $TOKEN $COLOUR $SIZE; pwd; id -u; id -G")
                .putEnvironment("COLOUR", "blue")
                .putEnvironment("SIZE", "\"9\"")
                .setDirectory("/etc")
                .setUser("app"));

        assertThat(session.ended().getExitCode()).isZero();
        assertThat(session.person().text()).isEqualTo("k7secret blue \"9\"\n/etc\n1000\n1000\n");
    }

    @Test
    void whatAPersonAddsToTheEnvironmentIsSeenByTheCommandAlone() throws Exception {
        var environments = rig.directory().runtime().resolve("material/environments");
        var session = exec(
                command("echo $ADDED; read x").putEnvironment("ADDED", ADDED).setInput(true));
        await(() -> session.person().text().contains(ADDED), session);

        assertThat(Traces.commandLines()).as("of all processes of the server").doesNotContain(ADDED);
        assertThat(Traces.of(
                        ADDED, List.of(rig.directory().data(), rig.directory().runtime(), Path.of("/tmp"))))
                .as("files that hold it, while the command runs")
                .isEmpty();

        session.person().types("\n");
        assertThat(session.ended().getExitCode()).isZero();
        assertThat(Traces.of(ADDED, List.of(environments))).isEmpty();
    }

    @Test
    void withoutMemoryForItNothingIsAddedToAnEnvironment() throws Exception {
        var kept = rig.directory().runtime().resolve("material/environments/" + container + "/environment");
        var aside = Files.move(kept, kept.resolveSibling("aside"));
        try {
            var refused = exec(command("true").putEnvironment("ADDED", ADDED)).ended();

            assertThat(refused.getFailure().getMessage()).contains("would be written to the server's disk");
        } finally {
            Files.move(aside, kept);
        }
    }

    @Test
    void aTerminalIsOne() throws Exception {
        var session = exec(command("busybox tty; busybox stty size; read x; busybox stty size; exit 3")
                .setTerminal(true)
                .setInput(true)
                .setSize(TerminalSize.newBuilder().setRows(33).setColumns(99)));
        await(() -> session.person().text().contains("33 99"), session);
        session.person()
                .does(ReachUp.newBuilder()
                        .setSize(TerminalSize.newBuilder().setRows(44).setColumns(111)));
        session.person().types("\n");

        assertThat(session.ended().getExitCode()).isEqualTo(3);
        assertThat(session.person().text()).contains("/dev/pts/").contains("44 111");
    }

    @Test
    void eightMebibytesGoThroughUnchanged() throws Exception {
        var bytes = new byte[8 << 20];
        new Random(7).nextBytes(bytes);
        var session = exec(ExecRequest.newBuilder().addCommand("cat").setInput(true));
        session.person().types(bytes);
        session.person().ends();

        assertThat(session.ended().getExitCode()).isZero();
        assertThat(session.person().data()).isEqualTo(bytes);
    }

    @Test
    void nothingIsLeftOfAPersonWhoIsGone() throws Exception {
        var session =
                exec(command("trap '' HUP; sleep 7771 & echo begun; sleep 7772").setInput(true));
        await(() -> session.person().text().contains("begun"), session);
        await(() -> processes().contains("7771") && processes().contains("7772"), session);

        session.task().cancel();

        await(() -> !processes().contains("777"), session);
        await(() -> pipes().isEmpty(), session);
    }

    @Test
    void aPersonWhoDetachesLeavesTheCommandToItself() throws Exception {
        var session = exec(command("echo begun; read x; sleep 3; echo gone on > /tmp/after")
                .setInput(true));
        await(() -> session.person().text().contains("begun"), session);

        session.person().types("go\n");
        session.person().does(ReachUp.newBuilder().setDetach(true));

        assertThat(session.ended().getDone()).isTrue();
        await(() -> output("cat /tmp/after").contains("gone on"), session);
    }

    @Test
    void whatANewAgentFindsOfTheFormerOneGoes() throws Exception {
        var session = exec(command("echo begun; sleep 7773").setInput(true));
        await(() -> session.person().text().contains("begun"), session);

        runtime.door(rig.directory().memory().resolve("commands")).sweep();

        assertThat(session.task().join(PATIENCE)).as("the former session").isTrue();
        await(() -> !processes().contains("7773") && pipes().isEmpty(), session);
    }

    @Test
    void whoDoesNothingIsSentHomeAfterTheTimeHeAskedFor() throws Exception {
        var session = exec(command("sleep 7774").setInput(true).setIdleMs(300));

        assertThat(session.ended().getFailure().getKind()).isEqualTo(ReachFailure.Kind.IDLE);
        await(() -> !processes().contains("7774"), session);
    }

    @Test
    void tellsWhatTheContainerIs() throws Exception {
        var person = new FakePerson(env);
        var inspection = new Inspection(runtime, door, LABEL, id -> Optional.empty());

        var outcome = inspection.serve(
                request().setFacts(FactsRequest.getDefaultInstance()).build(), person);

        assertThat(outcome.getDone()).as(outcome.toString()).isTrue();
        var facts = person.seen().getLast().getFacts();
        assertThat(facts.getContainerId()).isEqualTo(container);
        assertThat(facts.getState()).isEqualTo(ContainerFacts.State.RUNNING);
        assertThat(facts.getPid()).isEqualTo(door.process(container));
        assertThat(facts.getImage()).contains(rig.image().digest());
        assertThat(facts.getStartedAtMs())
                .isBetween(
                        env.time().now().minus(Duration.ofHours(1)).toEpochMilli(),
                        env.time().now().toEpochMilli());
        assertThat(facts.getAddressesList()).hasSize(1);
        assertThat(facts.getMountsList()).extracting(MountFacts::getTarget).contains("/etc/hosts", "/etc/resolv.conf");
        assertThat(facts.toString()).doesNotContain("k7secret");
    }

    @Test
    void saysWhatCannotBe() throws Exception {
        assertThat(failure(exec(ExecRequest.newBuilder().addCommand("nosuch"))))
                .isEqualTo(ReachFailure.Kind.NO_COMMAND);
        assertThat(failure(exec(ExecRequest.newBuilder().addCommand("/etc/passwd"))))
                .isEqualTo(ReachFailure.Kind.NOT_EXECUTABLE);
        assertThat(failure(exec(command("true").setUser("nobody")))).isEqualTo(ReachFailure.Kind.ABSENT);
        assertThat(failure(exec(command("true").setDirectory("/nowhere")))).isEqualTo(ReachFailure.Kind.INVALID);
        assertThat(failure(exec(ExecRequest.newBuilder()))).isEqualTo(ReachFailure.Kind.INVALID);
        var last = begin(request().setTask("shop.web.1.9.0").setExec(command("true")));
        assertThat(failure(last)).isEqualTo(ReachFailure.Kind.ABSENT);
        // A command that a test before left to itself may still have some.
        await(() -> pipes().isEmpty(), last);
    }

    @Test
    void aConnectionReachesWhatListensInsideAlone() throws Exception {
        var session = forward(7000);
        session.person().types("GET /passwd HTTP/1.0\r\n\r\n");
        await(() -> session.person().text().contains("app:x:1000"), session);
        session.person().ends();

        assertThat(session.ended().getDone()).isTrue();
        assertThat(failure(forward(7001))).isEqualTo(ReachFailure.Kind.NOT_LISTENING);
        assertThat(failure(forward(70_000))).isEqualTo(ReachFailure.Kind.INVALID);
    }

    @Test
    void filesComeOutAsTheyWentIn() throws Exception {
        var bytes = new byte[300_000];
        new Random(8).nextBytes(bytes);
        var in = write("/tmp", "tree", true, tar(bytes));

        assertThat(in.getDone()).as(in.toString()).isTrue();
        assertThat(in.getFiles()).isEqualTo(4);
        assertThat(output("ls -ln /tmp/tree")).contains("-rwxr-x---", " 0        0 ", "link -> data");

        var out = begin(request().setRead(ReadFilesRequest.newBuilder().setPath("/tmp/tree")));
        assertThat(out.ended().getDone()).isTrue();
        var entries = entries(out.person().data());
        assertThat(entries.keySet())
                .containsExactlyInAnyOrder(
                        "tree", "tree/data", "tree/link", "tree/a name that is " + "long".repeat(30));
        assertThat(entries.get("tree/data")).isEqualTo(bytes);
    }

    @Test
    void noLinkOfAContainerLeadsToAFileOfTheServer() throws Exception {
        var secret = Files.writeString(Files.createTempFile("reach", "secret"), "of the server");
        try {
            assertThat(output("ln -sfn " + secret + " /tmp/trap; ln -sfn /proc/1/root /tmp/magic; echo ok"))
                    .isEqualTo("ok\n");

            assertThat(failure(begin(request()
                            .setRead(ReadFilesRequest.newBuilder()
                                    .setPath("/tmp/trap")
                                    .setFollow(true)))))
                    .isIn(ReachFailure.Kind.ABSENT, ReachFailure.Kind.FAILED);
            assertThat(failure(begin(
                            request().setRead(ReadFilesRequest.newBuilder().setPath("/tmp/magic" + secret)))))
                    .isIn(ReachFailure.Kind.ABSENT, ReachFailure.Kind.FAILED);
            var written = write("/tmp/trap", "trap", false, tarOf("trap", "mine"));
            assertThat(written.getDone()).as(written.toString()).isTrue();

            assertThat(secret).hasContent("of the server");
            assertThat(output("cat /tmp/trap")).isEqualTo("mine");
        } finally {
            Files.delete(secret);
        }
    }

    @Test
    void aCopyThatFailsInTheMiddleSaysHowFarItCame() throws Exception {
        var bytes = new ByteArrayOutputStream();
        var tar = new TarWriter(bytes);
        file(tar, "part/one", "1");
        file(tar, "part/none/two", "2");
        tar.finish();
        output("mkdir -p /tmp/part");

        var outcome = write("/tmp", "part", true, bytes.toByteArray());

        assertThat(outcome.getFailure().getMessage()).contains("part/none/two").contains("there is no directory");
        assertThat(outcome.getFiles()).isEqualTo(1);
        assertThat(output("cat /tmp/part/one")).isEqualTo("1");
    }

    private static SandboxSpec labelled(SandboxSpec spec) {
        return new SandboxSpec(
                spec.name(),
                spec.uid(),
                spec.attempt(),
                spec.hostname(),
                spec.logDirectory(),
                spec.cgroupParent(),
                spec.dns(),
                Map.of(LABEL, "default/" + TASK),
                spec.annotations(),
                spec.isolation(),
                spec.environments());
    }

    private ReachOutcome write(String path, String top, boolean directory, byte[] tar) throws InterruptedException {
        var session = begin(request()
                .setWrite(
                        WriteFilesRequest.newBuilder().setPath(path).setTop(top).setTopIsDirectory(directory)));
        session.person().types(tar);
        session.person().ends();
        return session.ended();
    }

    private static byte[] tar(byte[] data) throws Exception {
        var bytes = new ByteArrayOutputStream();
        var tar = new TarWriter(bytes);
        tar.entry(entry(TarEntry.Type.DIRECTORY, "tree", 0, ""));
        tar.entry(entry(TarEntry.Type.FILE, "tree/data", data.length, ""));
        tar.write(data, 0, data.length);
        tar.entry(entry(TarEntry.Type.SYMBOLIC_LINK, "tree/link", 0, "data"));
        file(tar, "tree/a name that is " + "long".repeat(30), "x");
        tar.finish();
        return bytes.toByteArray();
    }

    private static byte[] tarOf(String name, String text) throws Exception {
        var bytes = new ByteArrayOutputStream();
        var tar = new TarWriter(bytes);
        file(tar, name, text);
        tar.finish();
        return bytes.toByteArray();
    }

    private static void file(TarWriter tar, String name, String text) throws Exception {
        tar.entry(entry(TarEntry.Type.FILE, name, text.length(), ""));
        tar.write(text.getBytes(StandardCharsets.UTF_8), 0, text.length());
    }

    private static TarEntry entry(TarEntry.Type type, String name, long size, String link) {
        return new TarEntry(type, name, 0750, new TarEntry.Owner(1234, 1234), size, 1_700_000_000, link);
    }

    private static Map<String, byte[]> entries(byte[] tar) throws Exception {
        var entries = new java.util.TreeMap<String, byte[]>();
        var reader = new TarReader(new ByteArrayInputStream(tar));
        for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            var content = new ByteArrayOutputStream();
            var buffer = new byte[1000];
            for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
                content.write(buffer, 0, read);
            }
            entries.put(entry.get().name(), content.toByteArray());
        }
        return entries;
    }

    private Running forward(int port) {
        return begin(request().setForward(ForwardRequest.newBuilder().setPort(port)));
    }

    private Running exec(ExecRequest.Builder exec) {
        return begin(request().setExec(exec));
    }

    private static ReachFailure.Kind failure(Running session) throws InterruptedException {
        return session.ended().getFailure().getKind();
    }

    private static ExecRequest.Builder command(String script) {
        return ExecRequest.newBuilder().addAllCommand(List.of("sh", "-c", script));
    }

    private static ReachRequest.Builder request() {
        return ReachRequest.newBuilder().setNamespace("default").setTask(TASK);
    }

    private Running begin(ReachRequest.Builder request) {
        var person = new FakePerson(env);
        var outcome = new AtomicReference<ReachOutcome>();
        var task = env.tasks().spawn("session", () -> outcome.set(reaching.serve(request.build(), person)));
        return new Running(person, task, outcome);
    }

    private String processes() {
        return output("ps -o args");
    }

    private String output(String script) {
        try {
            var outcome = runtime.exec(container, List.of("sh", "-c", script), PATIENCE);
            return ((ExecOutcome.Finished) outcome).output();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private List<Path> pipes() {
        try (var all = Files.walk(rig.directory().memory().resolve("commands"))) {
            return new ArrayList<>(all.filter(path -> !Files.isDirectory(path)).toList());
        } catch (java.io.IOException | java.io.UncheckedIOException changing) {
            return List.of(Path.of("changing"));
        }
    }

    private void await(BooleanSupplier condition, Running session) throws InterruptedException {
        long begun = env.time().nanos();
        var pause = env.signal();
        while (!condition.getAsBoolean()) {
            assertThat(env.time().since(begun))
                    .as(() -> session.person().text() + session.person().errors() + session.outcome())
                    .isLessThan(PATIENCE);
            var ignored = pause.await(Duration.ofMillis(50));
        }
    }
}
