package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Confinement;
import dev.banyan.agent.container.ContainerSpec.Limits;
import dev.banyan.agent.container.ContainerSpec.Process;
import dev.banyan.agent.container.ContainerSpec.Rlimit;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Isolation.Shared;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.Tuning;
import dev.banyan.agent.container.Tuning.Device;
import dev.banyan.agent.container.Tuning.Manner;
import dev.banyan.agent.container.Tuning.Powers;
import dev.banyan.agent.container.Tuning.Shares;
import dev.banyan.agent.container.oci.HostLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is asked of a container is what its processes see, on a real containerd. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsServersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String USUAL_CAPABILITIES = "00000000a80425fb";

    private Rig rig;
    private ContainerRuntime runtime;

    @BeforeAll
    void startContainerd() throws Exception {
        rig = new Rig();
        runtime = rig.runtime("settings");
    }

    @AfterAll
    void removeEverything() throws Exception {
        rig.close();
    }

    /**
     * One row.
     *
     * @param asks what is asked for
     * @param script that looks from inside
     * @param sees pattern that its output has
     */
    record Row(String name, UnaryOperator<ContainerSpec> asks, String script, String sees) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> ordinary() {
        return List.of(
                new Row("nothing", spec -> spec, "cat /proc/1/status", "CapEff:\t" + USUAL_CAPABILITIES),
                new Row("nothing new", spec -> spec, "cat /proc/1/status", "NoNewPrivs:\t1"),
                new Row("nothing unfiltered", spec -> spec, "cat /proc/1/status", "Seccomp:\t2"),
                new Row(
                        "a directory that is not there",
                        spec -> spec.withProcess(process("/made/here", Optional.empty())),
                        "busybox readlink /proc/1/cwd",
                        "/made/here"),
                new Row("names of user and group", as("app:staff"), "id -u; id -g", "1000\n50"),
                new Row("a name alone", as("app"), "id -u; id -g", "1000\n1000"),
                new Row("numbers", as("7:8"), "id -u; id -g", "7\n8"),
                new Row("a number and a name", as("7:staff"), "id -u; id -g", "7\n50"),
                new Row(
                        "further groups",
                        manner(new Manner(List.of(40L, 41L), false, false, false)),
                        "cat /proc/1/status",
                        "Groups:\t(.* )?40 41"),
                new Row(
                        "a terminal",
                        manner(new Manner(List.of(), false, true, false)),
                        "busybox readlink /proc/1/fd/1",
                        "/dev/pts/0"),
                new Row(
                        "a first process",
                        manner(new Manner(List.of(), true, false, false)),
                        "cat /proc/1/cmdline | busybox tr '\\0' ' '",
                        "/dev/banyan-init -- /bin/sh -c"),
                new Row(
                        "a root that cannot be written",
                        spec -> spec.withConfinement(new Confinement(true, true)),
                        "echo x > /file",
                        "Read-only file system"),
                new Row(
                        "set-uid programs that gain",
                        spec -> spec.withConfinement(new Confinement(false, false)),
                        "cat /proc/1/status",
                        "NoNewPrivs:\t0"));
    }

    static List<Row> limited() {
        return List.of(
                new Row(
                        "large shared memory",
                        shares(new Shares("", 0, 0, 200L << 20)),
                        "cat /proc/mounts",
                        " /dev/shm tmpfs .*size=204800k"),
                new Row(
                        "open files",
                        spec -> spec.withLimits(new Limits(0, 0, 0, List.of(new Rlimit("nofile", 100, 200)))),
                        "cat /proc/1/limits",
                        "Max open files +100 +200 "),
                new Row(
                        "core files without limit",
                        spec -> spec.withLimits(
                                new Limits(0, 0, 0, List.of(new Rlimit("core", Long.MAX_VALUE, Long.MAX_VALUE)))),
                        "cat /proc/1/limits",
                        "Max core file size +unlimited +unlimited "),
                new Row("one core", shares(new Shares("0", 0, 0, 0)), "cat /proc/1/status", "Cpus_allowed_list:\t0\n"),
                new Row(
                        "a weight of its own beside a limit",
                        shares(new Shares("", 700, 0, 0))
                                .andThen(spec -> spec.withLimits(new Limits(1500, 0, 0, List.of())))::apply,
                        "cat /sys/fs/cgroup/cpu/cpu.shares /sys/fs/cgroup/cpu/cpu.cfs_quota_us",
                        "700\n150000"),
                new Row("to be killed first", shares(new Shares("", 0, 500, 0)), "cat /proc/1/oom_score_adj", "500"),
                new Row(
                        "settings of its network",
                        isolated(new Isolation(false, Set.of(), Map.of("net.core.somaxconn", "77"))),
                        "cat /proc/sys/net/core/somaxconn",
                        "77"),
                new Row(
                        "settings of its shared memory",
                        isolated(new Isolation(false, Set.of(), Map.of("kernel.shmmni", "99"))),
                        "cat /proc/sys/kernel/shmmni",
                        "99"),
                new Row(
                        "a domain",
                        isolated(new Isolation(false, Set.of(), Map.of("kernel.domainname", "shop.example"))),
                        "cat /proc/sys/kernel/domainname",
                        "shop.example"));
    }

    static List<Row> powerful() {
        return List.of(
                new Row(
                        "one more capability",
                        powers(caps("NET_ADMIN"), List.of()),
                        "cat /proc/1/status",
                        "CapEff:\t00000000a80435fb"),
                new Row(
                        "one capability alone",
                        powers(caps("CHOWN"), caps("ALL")),
                        "cat /proc/1/status",
                        "CapEff:\t0000000000000001"),
                new Row(
                        "all but one",
                        powers(caps("ALL"), caps("CHOWN")),
                        "cat /proc/1/status",
                        "CapEff:\t" + of(own("CapEff") & ~1)),
                new Row(
                        "unfiltered calls",
                        tuned(new Powers(List.of(), List.of(), true, true, List.of(), List.of(), false)),
                        "cat /proc/1/status",
                        "Seccomp:\t0"),
                new Row(
                        "a device under another name",
                        tuned(new Powers(
                                List.of(),
                                List.of(),
                                false,
                                false,
                                List.of(new Device("/dev/fuse", "/dev/other", "rw")),
                                List.of(),
                                false)),
                        "busybox ls -l /dev/other; : < /dev/other && echo opens",
                        "10, 229 .*\nopens"),
                new Row(
                        "a rule for a device",
                        tuned(new Powers(
                                List.of(), List.of(), false, false, List.of(), List.of("c 10:229 rwm"), false)),
                        "busybox mknod /tmp/made c 10 229 && : < /tmp/made && echo opens",
                        "opens"),
                new Row(
                        "a rule for many devices",
                        tuned(new Powers(List.of(), List.of(), false, false, List.of(), List.of("c *:* rwm"), false)),
                        "busybox mknod /tmp/made c 10 229 && : < /tmp/made && echo opens",
                        "opens"),
                new Row(
                        "no rule for a device",
                        spec -> spec,
                        "busybox mknod /tmp/made c 10 229 && : < /tmp/made && echo opens",
                        "Operation not permitted"));
    }

    static List<Row> sharing() {
        return List.of(
                new Row(
                        "everything",
                        isolated(new Isolation(true, Set.of(), Map.of()))
                                .andThen(spec -> spec.withConfinement(new Confinement(false, false)))::apply,
                        "cat /proc/1/status; busybox ls /dev/kmsg",
                        "(?s)CapEff:\t" + of(own("CapEff")) + ".*NoNewPrivs:\t0.*Seccomp:\t0.*/dev/kmsg"),
                new Row("memory of the server", sharing(Shared.IPC), "busybox readlink /proc/1/ns/ipc", shared("ipc")),
                new Row(
                        "processes of the server",
                        sharing(Shared.PID),
                        "busybox readlink /proc/self/ns/pid",
                        shared("pid")),
                new Row("name of the server", sharing(Shared.UTS), "busybox readlink /proc/self/ns/uts", shared("uts")),
                new Row(
                        "view of the server",
                        sharing(Shared.CGROUP),
                        "busybox readlink /proc/self/ns/cgroup",
                        shared("cgroup")),
                new Row(
                        "a view of its own",
                        tuned(new Powers(List.of(), List.of(), false, false, List.of(), List.of(), true)),
                        "cat /proc/1/cgroup",
                        ":pids:/\n"));
    }

    @ParameterizedTest
    @MethodSource({
        "ordinary",
        "dev.banyan.agent.container.containerd.FurtherSettings#rows",
        "limited",
        "powerful",
        "sharing"
    })
    void isWhatItsProcessesSee(Row row) throws Exception {
        var id = started(row.asks().apply(spec("trap 'exit 0' TERM; sleep 3600 & wait")));

        // A container has started before its first process has become the program that it runs.
        var wanted = Pattern.compile(row.sees());
        var seen = new AtomicReference<>("");
        await(
                () -> {
                    seen.set(output(id, row.script()));
                    return wanted.matcher(seen.get()).find();
                },
                () -> wanted + " is in what is seen: " + seen);
    }

    @Test
    void standardInputEndsUnlessItIsToStayOpen() throws Exception {
        var closed = started(spec("cat"));
        var open = started(manner(new Manner(List.of(), false, false, true)).apply(spec("cat")));

        await(() -> state(closed) instanceof ObservedContainer.State.Ended);
        assertThat(output(open, "echo lives")).contains("lives");
        assertThat(state(open)).isInstanceOf(ObservedContainer.State.Running.class);
    }

    @Test
    void aFirstProcessBuriesOrphans() throws Exception {
        var script = "trap 'exit 0' TERM; (sleep 0 & exec sleep 0) & sleep 3600 & wait";
        var id = started(manner(new Manner(List.of(), true, false, false)).apply(spec(script)));

        output(id, "(busybox sleep 0.01 &) ; true");

        await(() -> !output(id, "ps -o stat,comm").contains("Z"));
    }

    @Test
    void outputThatIsNotKeptIsNowhere() throws Exception {
        var sandbox = rig.sandbox();
        runtime.pull(rig.image());
        var spec = ContainerSpec.of("app", 0, rig.image(), "").withProcess(running("echo heard; sleep 3600"));
        var id = runtime.createContainer(runtime.runSandbox(sandbox).id(), spec);
        runtime.start(id);

        assertThat(output(id, "echo lives")).contains("lives");
        assertThat(sandbox.logDirectory().resolve("0.log")).doesNotExist();
        assertThat(sandbox.logDirectory())
                .satisfiesAnyOf(directory -> assertThat(directory).doesNotExist(), directory -> assertThat(directory)
                        .isEmptyDirectory());
    }

    @Test
    void isKilledLastSoFarAsTheServerCanGrantThat() throws Exception {
        var wanted = shares(new Shares("", 0, -500, 0)).apply(spec("sleep 3600"));
        int granted = Math.max(-500, HostLimits.ofThisProcess().leastOomScore());

        assertThat(output(started(wanted), "cat /proc/1/oom_score_adj").strip()).isEqualTo("" + granted);
        assertThat(runtime.cuts(wanted).isEmpty()).isEqualTo(granted == -500);
    }

    @Test
    void tellsOfALimitThatTheServerCutsDown() {
        var wanted = spec("true")
                .withLimits(new Limits(
                        0, 0, 0, List.of(new Rlimit("nofile", 5, Long.MAX_VALUE), new Rlimit("core", 0, 0))));

        assertThat(runtime.cuts(wanted))
                .singleElement()
                .asString()
                .containsPattern("nofile of 5:unlimited is cut down to 5:[0-9]+, this server's own limit");
    }

    @Test
    void aDeviceThatIsNotThereIsAReasonNotToStart() throws Exception {
        var powers = new Powers(
                List.of(),
                List.of(),
                false,
                false,
                List.of(new Device("/dev/no-such", "/dev/no-such", "r")),
                List.of(),
                false);
        var wanted = tuned(powers).apply(spec("true"));

        assertThatThrownBy(() -> started(wanted))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("/dev/no-such");
    }

    @Test
    void aProfileThatIsNotLoadedIsAReasonNotToStart() throws Exception {
        var powers = new Powers(List.of(), List.of(), false, false, List.of(), List.of(), false, "no-such", "");
        var wanted = tuned(powers).apply(spec("true"));

        assertThatThrownBy(() -> started(wanted))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("apparmor");
    }

    @Test
    void readsTheHealthCheckOfAnImage() throws Exception {
        var image = rig.imageWithHealthCheck(
                """
                {"Test": ["CMD-SHELL", "exit 3"], "Interval": 2000000000, "Timeout": 1000000000, "Retries": 4}""");
        runtime.pull(image);
        runtime.pull(rig.image());

        assertThat(runtime.imageConfig(image).flatMap(ImageConfig::check))
                .contains(new ImageConfig.Check(
                        List.of("/bin/sh", "-c", "exit 3"),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Duration.ZERO,
                        4));
        assertThat(runtime.imageConfig(rig.image()).orElseThrow().check()).isEmpty();
    }

    @Test
    void aGroupThatTheImageDoesNotKnowIsAReasonNotToStart() {
        var wanted = manner(new Manner(List.of(), List.of("nobody-has"), false, false, false))
                .apply(spec("true"));

        assertThatThrownBy(() -> started(wanted))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("the image has no group \"nobody-has\" in /etc/group");
    }

    private static Process process(String directory, Optional<String> user) {
        var usual = running("trap 'exit 0' TERM; sleep 3600 & wait");
        return new Process(
                usual.entrypoint(),
                usual.command(),
                Map.of(),
                directory.isEmpty() ? Optional.empty() : Optional.of(directory),
                user);
    }

    private static UnaryOperator<ContainerSpec> as(String user) {
        return spec -> spec.withProcess(process("", Optional.of(user)));
    }

    private static UnaryOperator<ContainerSpec> manner(Manner manner) {
        return spec -> spec.withTuning(new Tuning(manner, Shares.USUAL, Powers.USUAL, Isolation.USUAL));
    }

    private static UnaryOperator<ContainerSpec> shares(Shares shares) {
        return spec -> spec.withTuning(new Tuning(Manner.USUAL, shares, Powers.USUAL, Isolation.USUAL));
    }

    private static UnaryOperator<ContainerSpec> tuned(Powers powers) {
        return spec -> spec.withTuning(new Tuning(Manner.USUAL, Shares.USUAL, powers, Isolation.USUAL));
    }

    private static UnaryOperator<ContainerSpec> powers(List<String> add, List<String> drop) {
        return tuned(new Powers(add, drop, false, false, List.of(), List.of(), false));
    }

    private static UnaryOperator<ContainerSpec> isolated(Isolation isolation) {
        return spec -> spec.withTuning(new Tuning(Manner.USUAL, Shares.USUAL, Powers.USUAL, isolation));
    }

    private static UnaryOperator<ContainerSpec> sharing(Shared shared) {
        return isolated(new Isolation(false, Set.of(shared), Map.of()));
    }

    private static List<String> caps(String... names) {
        return List.of(names);
    }

    /** The server's own namespace, as this test has it. */
    private static String shared(String namespace) {
        try {
            return Pattern.quote(
                    Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A set of capabilities of this test's process, which containers cannot exceed. */
    private static long own(String set) {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(set))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(set.length() + 1).strip(), 16))
                    .sum();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String of(long capabilities) {
        return "%016x".formatted(capabilities);
    }

    private static Process running(String script) {
        return Process.running("/bin/sh", "-c", script);
    }

    private ContainerSpec spec(String script) {
        return ContainerSpec.of("app", 0, rig.image(), "0.log").withProcess(running(script));
    }

    private String started(ContainerSpec spec) throws Exception {
        runtime.pull(spec.image());
        var sandbox = rig.sandbox().withIsolation(spec.tuning().isolation());
        var id = runtime.createContainer(runtime.runSandbox(sandbox).id(), spec);
        runtime.start(id);
        return id;
    }

    private String output(String id, String script) throws Exception {
        var outcome = runtime.exec(id, List.of("/bin/sh", "-c", script), PATIENCE);
        assertThat(outcome).isInstanceOf(ExecOutcome.Finished.class);
        return ((ExecOutcome.Finished) outcome).output();
    }

    private ObservedContainer.State state(String id) throws InterruptedException {
        return runtime.list().containers().stream()
                .filter(container -> container.id().equals(id))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private void await(Condition condition) throws Exception {
        await(condition, () -> "it holds in time");
    }

    private void await(Condition condition, Supplier<String> wanted) throws Exception {
        long start = rig.env().time().nanos();
        while (!condition.holds()) {
            assertThat(rig.env().time().since(start)).as(wanted).isLessThan(PATIENCE);
            rig.env().signal().await(Duration.ofMillis(5));
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }
}
