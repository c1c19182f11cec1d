package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerEvent;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerRuntimeContract;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.agent.container.daemon.ContainerNetwork;
import dev.banyan.agent.container.daemon.ContainerdChild;
import dev.banyan.agent.container.daemon.DaemonException;
import dev.banyan.agent.container.daemon.Registries;
import dev.banyan.agent.container.logs.LogFollower;
import dev.banyan.agent.container.logs.LogLine;
import dev.banyan.agent.container.logs.LogRotation;
import dev.banyan.agent.container.logs.LogRotator;
import dev.banyan.agent.container.oci.HostLimits;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What only a real containerd can show: limits, logs, crashes, adoption, registries. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerdServersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Rig rig;

    @BeforeAll
    void startContainerd() throws Exception {
        rig = new Rig();
        rig.runtime("setup").pull(rig.image());
    }

    @AfterAll
    void removeEverything() throws Exception {
        rig.close();
    }

    @Test
    void tellsNameAndVersion() throws Exception {
        assertThat(rig.runtime("c").version().toString()).startsWith("Version[name=containerd, version=1.");
    }

    @Test
    void setsTheLimitsThatTheInterfaceLacks() throws Exception {
        var limits = new ContainerSpec.Limits(
                500, 64 << 20, 40, List.of(new ContainerSpec.Rlimit("nofile", 1234, Long.MAX_VALUE)));
        var runtime = rig.runtime("limits");
        var id = started(runtime, "sleep 3600", spec -> spec.withLimits(limits));
        // Of the container's own process: runc before 1.1.13 may raise what a command inside of it has (runc #4195).
        var hard = HostLimits.ofThisProcess().hard().get("RLIMIT_NOFILE");
        assertThat(output(runtime, id, "cat /proc/1/limits")).containsPattern("Max open files +1234 +" + hard + " ");
        assertThat(output(runtime, id, "cat /sys/fs/cgroup/pids/pids.max")).isEqualTo("40\n");
        assertThat(output(runtime, id, "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
                .isEqualTo("50000\n");
        assertThat(output(runtime, id, "cat /sys/fs/cgroup/memory/memory.limit_in_bytes"))
                .isEqualTo((64 << 20) + "\n");
    }

    @Test
    void runsAsProcessOneOfTheWantedUserWithoutNewPrivileges() throws Exception {
        var process = new ContainerSpec.Process(
                Optional.of(List.of()),
                Optional.of(ContainerRuntimeContract.script("sleep 3600 & wait")),
                Map.of("GREETING", "hello"),
                Optional.of("/tmp"),
                Optional.of("app"));
        var id = started(rig.runtime("user"), "", spec -> spec.withProcess(process));

        var runtime = rig.runtime("user");
        assertThat(output(runtime, id, "id -u")).isEqualTo("1000\n");
        assertThat(output(runtime, id, "pwd")).isEqualTo("/tmp\n");
        assertThat(output(runtime, id, "echo $GREETING")).isEqualTo("hello\n");
        assertThat(output(runtime, id, "cat /proc/1/cmdline")).startsWith("/bin/sh");
        assertThat(output(runtime, id, "cat /proc/1/status")).contains("NoNewPrivs:\t1");
    }

    @Test
    void showsMountsAndAReadOnlyRoot() throws Exception {
        var file = Files.writeString(rig.logs().resolveSibling("mounted"), "content");
        var id = started(rig.runtime("mounts"), "sleep 3600", spec -> spec.withMounts(
                        List.of(new ContainerSpec.Mount(file.toString(), "/etc/mounted", true)))
                .withConfinement(new ContainerSpec.Confinement(true, true)));

        var runtime = rig.runtime("mounts");
        assertThat(output(runtime, id, "cat /etc/mounted")).isEqualTo("content");
        assertThat(runtime.exec(id, ContainerRuntimeContract.script("echo x > /tmp/y"), PATIENCE))
                .isInstanceOfSatisfying(ExecOutcome.Finished.class, finished -> assertThat(finished.output())
                        .contains("Read-only file system"));
    }

    @Test
    void givesTheSandboxItsNameServersAndHostName() throws Exception {
        var runtime = rig.runtime("dns");
        var spec = rig.sandbox();
        var sandbox = runtime.runSandbox(new SandboxSpec(
                spec.name(),
                spec.uid(),
                0,
                "web-1",
                spec.logDirectory(),
                spec.cgroupParent(),
                new SandboxSpec.Dns(List.of("10.222.7.1"), List.of("shop.internal"), List.of("timeout:1")),
                Map.of(),
                Map.of()));
        var id = create(runtime, sandbox, "sleep 3600");
        runtime.start(id);

        assertThat(output(runtime, id, "cat /etc/resolv.conf"))
                .isEqualTo("search shop.internal\nnameserver 10.222.7.1\noptions timeout:1\n");
        assertThat(output(runtime, id, "hostname; echo $HOSTNAME")).isEqualTo("web-1\nweb-1\n");
    }

    @Test
    void saysThatACommandDoesNotExist() throws Exception {
        var runtime = rig.runtime("nocommand");
        var spec = spec().withProcess(ContainerSpec.Process.running("/bin/absent"));
        var id = runtime.createContainer(runtime.runSandbox(rig.sandbox()).id(), spec);

        assertThatThrownBy(() -> runtime.start(id)).isInstanceOfSatisfying(ContainerException.class, refusal -> {
            assertThat(refusal.kind()).isEqualTo(ContainerException.Kind.INVALID);
            assertThat(refusal).hasMessageContaining("/bin/absent");
        });
    }

    @Test
    void killsACommandThatTimedOut() throws Exception {
        var runtime = rig.runtime("timeout");
        var id = started(runtime, "sleep 3600 & wait", spec -> spec);

        runtime.exec(id, List.of("/bin/sleep", "4321"), Duration.ofMillis(100));

        await(() -> output(runtime, id, "ps").matches("(?s)(?!.*4321).*3600.*"));
    }

    @Test
    void killsTheSandboxWithoutLosingTheContainersEnd() throws Exception {
        var runtime = rig.runtime("sandboxdeath");
        var events = watch(runtime);
        var id = started(runtime, "sleep 3600", spec -> spec);
        var sandbox = runtime.list().sandboxes().getFirst();

        rig.run(
                "ctr",
                "-a",
                rig.directory().socket().toString(),
                "-n",
                "k8s.io",
                "task",
                "kill",
                "-s",
                "KILL",
                sandbox.id());

        await(() -> events.contains(new ContainerEvent.SandboxExited(sandbox.id())));
        await(() -> runtime.list().sandboxes().stream().noneMatch(ObservedSandbox::ready));
        assertThat(state(runtime, id)).isEqualTo(new ObservedContainer.State.Running());
    }

    @Test
    void runsTheSandboxAgainAfterItsNetworkFailed() throws Exception {
        var runtime = rig.runtime("reserved");
        var spec = rig.sandbox();
        var lease = rig.directory().data().resolve("ipam");
        rig.run("mv", lease.toString(), lease + ".away");
        Files.writeString(lease, "in the way");

        assertThatThrownBy(() -> runtime.runSandbox(spec)).isInstanceOf(ContainerException.class);
        Files.delete(lease);
        rig.run("mv", lease + ".away", lease.toString());
        var sandbox = runtime.runSandbox(spec);

        assertThat(sandbox.ready()).isTrue();
        assertThat(runtime.list().sandboxes()).extracting(ObservedSandbox::id).containsExactly(sandbox.id());
    }

    @Test
    void readsFollowsAndRotatesALog() throws Exception {
        var runtime = rig.runtime("logs");
        var sandbox = runtime.runSandbox(rig.sandbox());
        var id = create(
                runtime,
                sandbox,
                "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo end >&2; sleep 9999");
        var log = rig.logs().resolve(sandbox.name()).resolve("0.log");
        var rotation = new LogRotation(20_000, 10);
        var rotator = new LogRotator(rotation, runtime);
        var seen = new ArrayList<LogLine>();

        try (var follower = LogFollower.fromTail(log, rotation, 10)) {
            runtime.start(id);
            await(() -> {
                if (Files.exists(log)) {
                    rotator.rotate(id, log);
                }
                seen.addAll(follower.poll());
                return seen.size() == 2001;
            });
        }

        assertThat(seen)
                .filteredOn(line -> line.stream() == LogLine.Stream.STDOUT)
                .extracting(LogLine::text)
                .isEqualTo(IntStream.range(0, 2000).mapToObj(i -> "line " + i).toList());
        assertThat(seen).extracting(LogLine::text).contains("end");
        assertThat(log.resolveSibling("0.log.1")).exists();
    }

    @Test
    void joinsTheLongLinesThatTheRuntimeSplits() throws Exception {
        var runtime = rig.runtime("longlines");
        var sandbox = runtime.runSandbox(rig.sandbox());
        var id = create(runtime, sandbox, "x=$(seq -s, 1 10000); echo $x; echo after");
        runtime.start(id);
        await(() -> state(runtime, id) instanceof ObservedContainer.State.Ended);

        var log = rig.logs().resolve(sandbox.name()).resolve("0.log");
        try (var follower = LogFollower.fromTail(log, LogRotation.DEFAULT, Integer.MAX_VALUE)) {
            assertThat(follower.poll())
                    .extracting(line -> line.text().length())
                    .containsExactly(48_893, "after".length());
        }
    }

    @Test
    void saysThatTheRegistryIsAwayOrRefuses() throws Exception {
        var runtime = rig.runtime("registry");
        var registries = new Registries(rig.directory());
        var image = new ImageReference("registry.banyan/test/other", "sha256:" + "1".repeat(64));
        var stranger = new Registries.Credentials(
                rig.credentials().authority(),
                Path.of(rig.credentials().authority().toString().replace("ca.crt", "stranger.crt")),
                Path.of(rig.credentials().authority().toString().replace("ca.crt", "stranger.key")));
        rig.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=stranger",
                "-keyout",
                stranger.key().toString(),
                "-out",
                stranger.certificate().toString());
        try {
            registries.write(List.of(URI.create("https://127.0.0.1:7999")), rig.credentials());
            assertThat(cause(runtime.pull(image))).isEqualTo(PullOutcome.Cause.UNREACHABLE);

            registries.write(rig.registry(), stranger);
            assertThat(cause(runtime.pull(image))).isEqualTo(PullOutcome.Cause.UNAUTHORISED);
        } finally {
            registries.write(rig.registry(), rig.credentials());
        }
        assertThat(cause(runtime.pull(image))).isEqualTo(PullOutcome.Cause.NOT_FOUND);
    }

    @Test
    void takesAChangedSubnetForTheNextSandbox() throws Exception {
        var runtime = rig.runtime("subnet");
        new ContainerNetwork("bct", "10.222.9.0/24", 1400).write(rig.directory());
        try {
            await(() ->
                    runtime.runSandbox(rig.sandbox()).address().orElseThrow().startsWith("10.222.9."));
        } finally {
            new ContainerNetwork("bct", "10.222.7.0/24", 1400).write(rig.directory());
        }
    }

    @Test
    void leavesContainersRunningWhenContainerdIsKilledAndTellsWhatItMissed() throws Exception {
        var runtime = rig.runtime("crash");
        var events = watch(runtime);
        var lives = started(runtime, "sleep 3600", spec -> spec);
        var dies = started(runtime, "sleep 3600", spec -> spec);
        var before = rig.child().pid().orElseThrow();
        var shellOfDies = pid(dies);
        long gaps = resynchronisations(events);

        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        ProcessHandle.of(shellOfDies).orElseThrow().destroyForcibly();

        await(() -> rig.child().ready() && !rig.child().pid().equals(Optional.of(before)));
        await(() -> resynchronisations(events) > gaps);
        await(() -> state(runtime, dies) instanceof ObservedContainer.State.Ended ended
                && ended.exit().code() == 137);
        assertThat(state(runtime, lives)).isEqualTo(new ObservedContainer.State.Running());
        runtime.stop(lives, StopSignal.KILL, PATIENCE);
        await(() -> events.stream()
                .anyMatch(event -> event instanceof ContainerEvent.Exited exited
                        && exited.containerId().equals(lives)));
    }

    @Test
    void stopsAContainerWhileContainerdIsRestarted() throws Exception {
        var runtime = rig.runtime("stopcrash");
        var id = started(runtime, "sleep 3600", spec -> spec);
        var before = rig.child().pid();
        rig.spawn(() -> ProcessHandle.of(before.orElseThrow()).orElseThrow().destroyForcibly());

        // The first call may meet a containerd that is just gone; a workload would try again as well.
        await(() -> {
            try {
                runtime.stop(id, StopSignal.TERM, Duration.ofSeconds(2));
                return state(runtime, id) instanceof ObservedContainer.State.Ended;
            } catch (ContainerException away) {
                assertThat(away.kind()).isEqualTo(ContainerException.Kind.UNAVAILABLE);
                return false;
            }
        });
        await(() -> rig.child().ready() && !rig.child().pid().equals(before));
        awaitServing(runtime);
    }

    @Test
    void isAdoptedByTheNextAgent() throws Exception {
        var runtime = rig.runtime("adopt");
        var id = started(runtime, "sleep 3600", spec -> spec);
        var before = rig.child().pid();
        rig.child().stop();

        rig.startChild();

        assertThat(rig.child().pid()).isEqualTo(before);
        assertThat(state(rig.runtime("adopt"), id)).isEqualTo(new ObservedContainer.State.Running());
    }

    @Test
    void isAdoptedEvenWhenTheRecordOfItsProcessIsLost() throws Exception {
        var before = rig.child().pid();
        rig.child().stop();
        Files.delete(rig.directory().data().resolve("containerd.pid"));

        rig.startChild();

        assertThat(rig.child().pid()).isEqualTo(before);
        await(() -> Files.exists(rig.directory().data().resolve("containerd.pid")));
    }

    @Test
    void refusesASecondAgentOnTheSameDirectory() {
        var second = new ContainerdChild(rig.settings(), rig.env());

        assertThatThrownBy(second::start)
                .isInstanceOf(DaemonException.class)
                .hasMessageContaining("another agent holds");
    }

    @Test
    void leavesAloneWhatCarriesNoLabel() throws Exception {
        var socket = rig.directory().socket().toString();
        var runtime = rig.runtime("foreign");
        rig.run(
                "ctr",
                "-a",
                socket,
                "-n",
                "k8s.io",
                "run",
                "-d",
                "--snapshotter",
                "overlayfs",
                rig.image().toString(),
                "foreign",
                "/bin/sleep",
                "3600");
        var events = watch(runtime);

        assertThat(runtime.list()).isEqualTo(new ContainerRuntime.Inventory(List.of(), List.of()));
        runtime.remove("foreign");
        runtime.removeSandbox("foreign");
        assertThat(runtime.stop("foreign", StopSignal.KILL, Duration.ZERO)).isNotNull();
        assertThat(rig.run("ctr", "-a", socket, "-n", "k8s.io", "task", "ls"))
                .containsPattern("foreign +[0-9]+ +RUNNING");

        rig.run("ctr", "-a", socket, "-n", "k8s.io", "task", "kill", "-s", "KILL", "foreign");
        var own = started(runtime, "exit 0", spec -> spec);
        await(() -> events.contains(new ContainerEvent.Started(own)));
        assertThat(events).noneMatch(event -> event.toString().contains("foreign"));
        rig.run("ctr", "-a", socket, "-n", "k8s.io", "container", "rm", "foreign");
    }

    private static long resynchronisations(List<ContainerEvent> events) {
        return events.stream()
                .filter(event -> event instanceof ContainerEvent.Resynchronise)
                .count();
    }

    private static PullOutcome.Cause cause(PullOutcome outcome) {
        assertThat(outcome).isInstanceOf(PullOutcome.Failed.class);
        return ((PullOutcome.Failed) outcome).cause();
    }

    private List<ContainerEvent> watch(ContainerRuntime runtime) throws Exception {
        var events = new CopyOnWriteArrayList<ContainerEvent>();
        rig.spawn(() -> runtime.watch(events::add));
        await(() -> !events.isEmpty());
        return events;
    }

    private ContainerSpec spec() {
        return ContainerSpec.of("app", 0, rig.image(), "0.log");
    }

    private String create(ContainerRuntime runtime, ObservedSandbox sandbox, String script) throws Exception {
        return runtime.createContainer(sandbox.id(), spec().withProcess(running(script)));
    }

    private String started(ContainerRuntime runtime, String script, Refinement refinement) throws Exception {
        var spec = refinement.of(spec().withProcess(running(script)));
        var id = runtime.createContainer(runtime.runSandbox(rig.sandbox()).id(), spec);
        runtime.start(id);
        return id;
    }

    private static ContainerSpec.Process running(String script) {
        return ContainerSpec.Process.running(
                ContainerRuntimeContract.script(script).toArray(String[]::new));
    }

    private static String output(ContainerRuntime runtime, String id, String script) throws Exception {
        var outcome = runtime.exec(id, ContainerRuntimeContract.script(script), PATIENCE);
        assertThat(outcome).isInstanceOf(ExecOutcome.Finished.class);
        return ((ExecOutcome.Finished) outcome).output();
    }

    private static ObservedContainer.State state(ContainerRuntime runtime, String id) throws InterruptedException {
        return runtime.list().containers().stream()
                .filter(container -> container.id().equals(id))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private long pid(String id) throws Exception {
        return rig.run("ctr", "-a", rig.directory().socket().toString(), "-n", "k8s.io", "task", "ls")
                .lines()
                .filter(line -> line.startsWith(id))
                .map(line -> Long.parseLong(line.split(" +")[1]))
                .findFirst()
                .orElseThrow();
    }

    /** So that the next case does not meet a containerd that is still reading its state. */
    private void awaitServing(ContainerRuntime runtime) throws Exception {
        await(() -> {
            try {
                return !runtime.version().name().isEmpty();
            } catch (ContainerException starting) {
                return false;
            }
        });
    }

    private void await(Condition condition) throws Exception {
        long start = rig.env().time().nanos();
        while (!condition.holds()) {
            assertThat(rig.env().time().since(start)).isLessThan(PATIENCE);
            rig.env().signal().await(Duration.ofMillis(5));
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }

    @FunctionalInterface
    private interface Refinement {
        ContainerSpec of(ContainerSpec spec);
    }
}
