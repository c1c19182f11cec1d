package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.task;
import static dev.banyan.agent.workload.OneServer.words;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.HostEntry;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.runtime.resource.ObjectKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One task's life on a server: starting, stopping, adopting, going away. */
class WorkloadControllerTest {
    @TempDir
    private Path disk;

    private OneServer one;

    @BeforeEach
    void begin() {
        one = new OneServer(disk);
    }

    @AfterEach
    void end() {
        one.close();
    }

    @Test
    void runsWhatIsAssignedAndSaysWhere() {
        var key = one.want("t1", task());

        one.untilRunning(key);

        var status = one.status(key);
        assertThat(one.alive()).hasSize(1);
        assertThat(status.getAttempt()).isEqualTo(1);
        assertThat(status.getContainerId()).isEqualTo(one.aliveId());
        assertThat(status.getAddress())
                .isEqualTo(one.inventory().sandboxes().getFirst().address().orElseThrow());
        assertThat(status.getStartedAtMs()).isPositive();
        assertThat(status.getReason()).isEmpty();
    }

    @Test
    void handsTheWholeSpecToTheRuntime() {
        var task = task();
        task.getContainerBuilder()
                .setEntrypoint(words("/entry"))
                .setCommand(words("serve", "--fast"))
                .putEnvironment("COLOUR", "green")
                .setLimits(ResourceAmounts.newBuilder()
                        .setCpuMilli(250)
                        .setMemoryBytes(64 << 20)
                        .setPids(9));

        one.want("t1", task);
        one.untilStarts(1);

        var spec = one.alive().getFirst();
        assertThat(spec.process().entrypoint()).contains(List.of("/entry"));
        assertThat(spec.process().command()).contains(List.of("serve", "--fast"));
        assertThat(spec.process().environment()).containsEntry("COLOUR", "green");
        assertThat(spec.limits()).isEqualTo(new ContainerSpec.Limits(250, 64 << 20, 9, List.of()));
        assertThat(spec.name()).isEqualTo("web");
        assertThat(spec.logPath()).isEqualTo("1.log");
    }

    @Test
    void leavesCommandAndEntrypointToTheImageUnlessTold() {
        one.want("t1", task());
        one.untilStarts(1);

        assertThat(one.alive().getFirst().process().entrypoint()).isEmpty();
        assertThat(one.alive().getFirst().process().command()).isEmpty();
    }

    @Test
    void theHostsFileNamesTheContainerAndItsServices() throws Exception {
        var task = task();
        task.getContainerBuilder().addHosts(HostEntry.newBuilder().setName("db").setAddress("10.200.0.7"));
        var key = one.want("t1", task);
        one.untilRunning(key);

        var mount = one.alive().getFirst().mounts().getFirst();

        assertThat(mount.target()).isEqualTo("/etc/hosts");
        assertThat(Files.readString(Path.of(mount.source())))
                .contains("127.0.0.1\tlocalhost\n")
                .contains(one.status(key).getAddress() + "\tweb-0\n")
                .contains("10.200.0.7\tdb\n");
    }

    @Test
    void leavesTheTasksOfOtherAgentsAlone() {
        one.want(
                "t1",
                task().setAssignment(Assignment.newBuilder().setAgent("a1").setAgentUid("former")));
        one.want("t2", task().clearAssignment());

        one.run(Duration.ofSeconds(30));

        assertThat(one.server().starts()).isZero();
    }

    @Test
    void runsEachTaskInASandboxOfItsOwn() {
        var first = one.want("t1", task());
        var second = one.want("t2", task());
        one.untilRunning(first);
        one.untilRunning(second);

        assertThat(one.inventory().sandboxes()).hasSize(2);
        assertThat(one.status(first).getAddress())
                .isNotEqualTo(one.status(second).getAddress());
    }

    @Test
    void writesNothingOnceATaskRuns() {
        one.untilRunning(one.want("t1", task()));
        one.run(Duration.ofSeconds(2));
        long settled = one.revision();

        one.run(Duration.ofMinutes(5));

        assertThat(one.revision()).isEqualTo(settled);
    }

    @Test
    void stopsWithTheSignalAndSaysHowItEnded() {
        var key = one.want("t1", task());
        one.untilRunning(key);

        one.stop(key);
        one.until(() -> one.state(key) == State.EXITED);
        one.run(Duration.ofSeconds(1));

        assertThat(one.status(key).getExitCode()).isZero();
        assertThat(one.status(key).getReason()).isEqualTo("Stopped");
        assertThat(one.status(key).getFinishedAtMs()).isPositive();
        assertThat(one.inventory().containers()).isEmpty();
        assertThat(one.inventory().sandboxes()).isEmpty();
    }

    @Test
    void killsWhatOutlivesItsGrace() {
        one.web(new Behaviour.Ignores());
        var key = one.want("t1", task());
        one.untilRunning(key);

        one.stop(key);
        one.until(() -> one.state(key) == State.STOPPING);
        var took = one.until(() -> one.state(key) == State.EXITED);

        assertThat(took).isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_500));
        assertThat(one.status(key).getExitCode()).isEqualTo(137);
    }

    @Test
    void stopsWithTheSignalThatTheImageWants() {
        one.offer(OneServer.image("b"), Optional.of(StopSignal.KILL));
        var task = task();
        task.getContainerBuilder().setImage(OneServer.image("b").toString());
        var key = one.want("t1", task);
        one.untilRunning(key);

        one.stop(key);
        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.status(key).getExitCode()).isEqualTo(137);
    }

    @Test
    void aTaskThatIsStoppedBeforeItRanEndsWithoutRunning() {
        one.killAgent();
        var key = one.want("t1", task());
        one.stop(key);

        one.startAgent();
        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.server().starts()).isZero();
    }

    @Test
    void aDeletedTaskLeavesNothingOnTheServer() {
        var key = one.want("t1", task());
        one.untilRunning(key);

        one.delete(key);
        one.until(() -> one.inventory().sandboxes().isEmpty());
        one.run(Duration.ofSeconds(1));

        assertThat(one.inventory().containers()).isEmpty();
        assertThat(one.disk().resolve("hosts")).isEmptyDirectory();
        assertThat(one.disk().resolve("assignments")).isEmptyDirectory();
    }

    @Test
    void aTaskThatWasDeletedWhileTheAgentWasAwayLeavesNothingOnTheServer() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.killAgent();
        one.delete(key);

        one.startAgent();
        one.until(() -> one.inventory().sandboxes().isEmpty());
        one.run(Duration.ofSeconds(1));

        assertThat(one.inventory().containers()).isEmpty();
        assertThat(one.disk().resolve("hosts")).isEmptyDirectory();
        assertThat(one.disk().resolve("assignments")).isEmptyDirectory();
    }

    @Test
    void strangersAreLookedForAgainOnceTheDaemonAnswers() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.killAgent();
        one.delete(key);
        one.server().daemonDies();

        one.startAgent();
        one.run(Duration.ofSeconds(10));
        one.server().daemonReturns();
        var took = one.until(() -> one.inventory().sandboxes().isEmpty());

        assertThat(took).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aTaskThatCannotBeDecodedKeepsItsContainer() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        var running = one.server().running();
        one.corrupt(key);
        one.run(Duration.ofSeconds(30));
        assertThat(one.server().running()).isEqualTo(running);

        one.killAgent();
        one.startAgent();
        one.run(Duration.ofSeconds(60));

        assertThat(one.server().running()).isEqualTo(running);
        one.repair(key, task());
        one.run(Duration.ofSeconds(30));
        assertThat(one.server().running()).isEqualTo(running);
    }

    @Test
    void strangersAreRemovedOnceEveryTaskCanBeDecodedAgain() {
        var key = one.want("t1", task());
        var gone = one.want("t2", task());
        one.untilRunning(key);
        one.untilRunning(gone);
        one.killAgent();
        one.delete(gone);
        one.corrupt(key);
        one.startAgent();
        one.run(Duration.ofSeconds(30));
        assertThat(one.server().running()).hasSize(2);

        one.repair(key, task());

        one.until(() -> one.server().running().size() == 1);
        assertThat(one.inventory().sandboxes()).hasSize(1);
    }

    @Test
    void aTaskMadeAnewUnderTheSameNameIsAnotherTask() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        var former = one.task(key).uid();

        one.delete(key);
        one.want("t1", task());
        one.untilRunning(key);
        one.run(Duration.ofSeconds(1));

        assertThat(one.task(key).uid()).isNotEqualTo(former);
        assertThat(one.alive()).hasSize(1);
        assertThat(one.alive().getFirst().labels())
                .containsEntry("dev.banyan/task-uid", one.task(key).uid());
        assertThat(one.status(key).getAttempt()).isEqualTo(1);
    }

    @Test
    void aRestartedAgentAdoptsWhatRuns() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        var before = one.status(key);
        one.killAgent();
        one.run(Duration.ofMinutes(1));
        long settled = one.revision();

        one.startAgent();
        one.run(Duration.ofMinutes(1));

        assertThat(one.server().starts()).isEqualTo(1);
        assertThat(one.status(key)).isEqualTo(before);
        assertThat(one.revision()).isEqualTo(settled);
    }

    @Test
    void whatEndedWhileTheAgentWasAwayIsStartedAgain() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.killAgent();
        one.server().end(one.aliveId(), 1);
        one.run(Duration.ofSeconds(20));

        one.startAgent();
        one.until(() -> one.status(key).getAttempt() == 2);
        one.untilRunning(key);

        assertThat(one.status(key).getContainerId()).isEqualTo(one.aliveId());
    }

    @Test
    void whatWasStoppedWhileTheAgentWasAwayIsStoppedWhenItReturns() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.killAgent();
        one.stop(key);

        one.startAgent();
        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.alive()).isEmpty();
    }

    @Test
    void aContainerThatWasMadeAndNeverStartedIsReplacedUnderANewNumber() {
        one.killAgent();
        var key = one.want("t1", task());
        one.elsewhere(() -> createOnly(key, 4));

        one.startAgent();
        one.untilRunning(key);

        assertThat(one.status(key).getAttempt()).isEqualTo(5);
        assertThat(one.inventory().containers()).hasSize(1);
        assertThat(one.inventory().sandboxes()).hasSize(1);
    }

    @Test
    void anotherClustersContainersAreNotTouched() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.elsewhere(() -> {
            var foreign = one.server().runtime("another");
            var sandbox = foreign.runSandbox(sandbox(one.task(key).uid()));
            foreign.start(
                    foreign.createContainer(sandbox.id(), labelled(one.task(key).uid(), 1)));
        });

        one.delete(key);
        one.until(() -> one.inventory().sandboxes().isEmpty());
        one.killAgent();
        one.startAgent();
        one.run(Duration.ofMinutes(1));

        assertThat(one.server().alive("another")).hasSize(1);
    }

    @Test
    void containersWithoutATaskLabelAreNotTouched() {
        one.killAgent();
        one.elsewhere(() -> {
            var sandbox = one.runtime().runSandbox(sandbox("no-task").withAttempt(1));
            var ignored = one.runtime().pull(OneServer.IMAGE);
            one.runtime()
                    .start(one.runtime()
                            .createContainer(sandbox.id(), ContainerSpec.of("tool", 1, OneServer.IMAGE, "1.log")));
        });

        one.startAgent();
        one.run(Duration.ofMinutes(1));

        assertThat(one.alive()).extracting(ContainerSpec::name).containsExactly("tool");
    }

    @Test
    void goesOnWhileTheContainerDaemonIsAway() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.server().daemonDies();
        one.server().end(one.aliveId(), 1);
        one.run(Duration.ofSeconds(5));

        one.server().daemonReturns();
        one.until(() -> one.status(key).getAttempt() == 2 && one.status(key).getReady());

        assertThat(one.alive()).hasSize(1);
    }

    @Test
    void aDeadSandboxIsReplacedWithItsContainer() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        var sandbox = one.inventory().sandboxes().getFirst();

        one.server().end(one.aliveId(), 137);
        one.server().sandboxDies(sandbox.id());
        one.until(() -> one.status(key).getAttempt() == 2 && one.status(key).getReady());

        assertThat(one.inventory().sandboxes()).hasSize(1);
        assertThat(one.inventory().sandboxes().getFirst().id()).isNotEqualTo(sandbox.id());
        assertThat(one.status(key).getAddress())
                .isEqualTo(one.inventory().sandboxes().getFirst().address().orElseThrow());
    }

    @Test
    void aContainerWhoseSandboxDiedAloneRunsAgainInAnotherOne() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        var first = one.aliveId();
        var sandbox = one.inventory().sandboxes().getFirst();

        one.server().sandboxDies(sandbox.id());
        one.until(() -> one.status(key).getAttempt() == 2 && one.status(key).getReady());

        assertThat(one.alive()).hasSize(1);
        assertThat(one.aliveId()).isNotEqualTo(first);
        assertThat(one.status(key).getAddress())
                .isEqualTo(one.inventory().sandboxes().getFirst().address().orElseThrow());
    }

    @Test
    void aRestartKeepsTheSandboxAndItsAddress() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        var address = one.status(key).getAddress();

        one.server().end(one.aliveId(), 1);
        one.until(() -> one.status(key).getAttempt() == 2 && one.status(key).getReady());

        assertThat(one.status(key).getAddress()).isEqualTo(address);
        assertThat(one.inventory().containers()).hasSize(1);
    }

    private void createOnly(ObjectKey key, int attempt) throws InterruptedException {
        var ignored = one.runtime().pull(OneServer.IMAGE);
        var uid = one.task(key).uid();
        var sandbox = one.runtime().runSandbox(sandbox(uid));
        var id = one.runtime().createContainer(sandbox.id(), labelled(uid, attempt));
        assertThat(id).isNotEmpty();
    }

    private static ContainerSpec labelled(String uid, int attempt) {
        return ContainerSpec.of("web", attempt, OneServer.IMAGE, attempt + ".log")
                .withLabels(Map.of("dev.banyan/task-uid", uid));
    }

    private static SandboxSpec sandbox(String uid) {
        return new SandboxSpec(
                "t1",
                uid,
                1,
                "web-0",
                Path.of("/logs"),
                "/banyan",
                SandboxSpec.Dns.OF_THE_SERVER,
                uid.equals("no-task") ? Map.of() : Map.of("dev.banyan/task-uid", uid),
                Map.of());
    }
}
