package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the model does beyond the contract: what fails of itself, what is left behind, what is told late or never. On simulated time. */
class FakeServerTest {
    private static final ImageReference IMAGE = image("a");
    private static final ImageReference SIBLING = image("b");
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Simulation simulation = new Simulation(4);
    private FakeServer server = server(FaultPlan.none(4));
    private final List<ContainerEvent> events = new ArrayList<>();

    private static ImageReference image(String digit) {
        return ImageReference.parse("registry.banyan/test/bb@sha256:" + digit.repeat(64));
    }

    private FakeServer server(FaultPlan faults) {
        var made = FakeServer.on(simulation.process("machine"), faults);
        var config = new ImageConfig(
                List.of(), List.of("/app"), Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
        made.offer(IMAGE, config, Map.of("base", 60L, "top-a", 40L));
        made.offer(SIBLING, config, Map.of("base", 60L, "top-b", 30L));
        made.pullsTake(Duration.ofSeconds(10));
        return made;
    }

    /** Always struck by one kind. */
    private void always(FaultKind kind) {
        server = server(FaultPlan.all(4, List.of(new FaultKind(kind.name(), 1))));
    }

    private void in(TaskSpawner.Body body) {
        simulation.runIn(simulation.process("agent"), PATIENCE, body);
    }

    private ContainerRuntime runtime() {
        return server.runtime("c1");
    }

    private static SandboxSpec sandbox() {
        return new SandboxSpec(
                "t1", "u1", 0, "t1", Path.of("/logs"), "/banyan", SandboxSpec.Dns.OF_THE_SERVER, Map.of(), Map.of());
    }

    private String started() throws InterruptedException {
        runtime().pull(IMAGE);
        var id = runtime()
                .createContainer(runtime().runSandbox(sandbox()).id(), ContainerSpec.of("app", 0, IMAGE, "0.log"));
        runtime().start(id);
        return id;
    }

    private ObservedContainer.State listed() throws InterruptedException {
        return runtime().list().containers().getFirst().state();
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void countsALayerOnceAndFreesItWithTheLastImageThatHasIt() {
        in(() -> {
            runtime().pull(IMAGE);
            runtime().pull(SIBLING);
            assertThat(server.diskUsed()).isEqualTo(130);

            runtime().removeImage("id-of-" + IMAGE.digest());
            assertThat(server.diskUsed()).isEqualTo(90);
            runtime().removeImage("id-of-" + SIBLING.digest());

            assertThat(server.diskUsed()).isZero();
        });
    }

    @Test
    void keepsWhatAnInterruptedPullHasFetchedAndFetchesTheRestLater() {
        var outcomes = new ArrayList<PullOutcome>();
        simulation
                .process("agent")
                .env()
                .tasks()
                .spawn("pull", () -> outcomes.add(runtime().pull(IMAGE)));
        simulation.runFor(Duration.ofSeconds(7));
        server.daemonDies();
        simulation.runFor(Duration.ofMillis(1));
        assertThat(outcomes).singleElement().isInstanceOfSatisfying(PullOutcome.Failed.class, failed -> assertThat(
                        failed.cause())
                .isEqualTo(PullOutcome.Cause.UNREACHABLE));
        server.daemonReturns();

        assertThat(server.diskUsed()).isEqualTo(60);
        in(() -> {
            assertThat(runtime().images()).isEmpty();
            runtime().removeImage("id-of-" + SIBLING.digest());
            assertThat(server.diskUsed()).as("leased").isEqualTo(60);
            assertThat(runtime().pull(IMAGE)).isInstanceOf(PullOutcome.Pulled.class);
        });
        assertThat(server.diskUsed()).isEqualTo(100);
    }

    @Test
    void failsOnAFullDiskAsContainerdDoes() {
        server.diskOf(90);
        in(() -> {
            assertThat(runtime().pull(IMAGE))
                    .isInstanceOfSatisfying(PullOutcome.Failed.class, failed -> assertThat(failed.reason())
                            .contains("no space left on device"));
            assertThat(runtime().pull(SIBLING)).isInstanceOf(PullOutcome.Pulled.class);
            refused(ContainerException.Kind.FAILED, () -> runtime().runSandbox(sandbox()));
            server.diskOf(91);
            assertThat(runtime().runSandbox(sandbox()).ready()).isTrue();
        });
    }

    @Test
    void reservesTheNameOfASandboxThatFailed() {
        always(ContainerFaults.SANDBOX_FAILS);
        in(() -> {
            refused(ContainerException.Kind.FAILED, () -> runtime().runSandbox(sandbox()));
            server.faults().calm();

            assertThat(runtime().runSandbox(sandbox()).attempt()).isEqualTo(1);
            assertThat(runtime().list().sandboxes()).hasSize(1);
        });
    }

    @Test
    void givesUpWhenTooManyNamesAreReserved() {
        in(() -> {
            for (int attempt = 0; attempt <= 5; attempt++) {
                assertThat(runtime().runSandbox(sandbox()).attempt()).isEqualTo(attempt);
            }
            refused(ContainerException.Kind.NAME_RESERVED, () -> runtime().runSandbox(sandbox()));
        });
    }

    @Test
    void listsAnEndLaterThanItTellsItAndRefusesToRemoveUntilThen() {
        always(ContainerFaults.LATE_NOTICE);
        in(() -> {
            var id = started();
            server.end(id, 3);

            assertThat(listed()).isEqualTo(new ObservedContainer.State.Running());
            refused(ContainerException.Kind.FAILED, () -> runtime().remove(id));
            assertThat(server.running()).isEmpty();
            simulation.process("clock").env().signal().await(Duration.ofMillis(200));
            assertThat(listed()).isInstanceOf(ObservedContainer.State.Ended.class);
            runtime().remove(id);
        });
    }

    @Test
    void toldAStopOnlyOnceTheListingShowsIt() {
        always(ContainerFaults.LATE_NOTICE);
        in(() -> {
            var id = started();

            assertThat(runtime().stop(id, StopSignal.TERM, PATIENCE)).isInstanceOf(StopOutcome.Stopped.class);

            assertThat(listed()).isInstanceOf(ObservedContainer.State.Ended.class);
        });
    }

    @Test
    void doesNotKnowOfMemoryThatWasExceededWhileTheDaemonWasAway() {
        in(() -> {
            var id = started();
            server.daemonDies();
            server.exceedMemory(id);
            server.daemonReturns();

            assertThat(((ObservedContainer.State.Ended) listed()).exit().reason())
                    .isEqualTo("killed by signal 9");
        });
    }

    @Test
    void losesEventsUntilItsListenersHaveSubscribedAgain() {
        simulation.process("agent").env().tasks().spawn("watch", () -> runtime().watch(events::add));
        in(() -> {
            var id = started();
            server.daemonDies();
            server.daemonReturns();
            server.end(id, 1); // the daemon is back, and nobody listens yet
        });
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(events).last().isEqualTo(new ContainerEvent.Resynchronise("the daemon was restarted"));
        assertThat(events).noneMatch(ContainerEvent.Exited.class::isInstance);
    }

    @Test
    void tellsAListenerThatComesWhileTheDaemonIsAwayNothingBeforeItIsBack() {
        server.daemonDies();
        simulation.process("agent").env().tasks().spawn("watch", () -> runtime().watch(events::add));
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(events).isEmpty();

        server.daemonReturns();
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(events).singleElement().isInstanceOf(ContainerEvent.Resynchronise.class);
    }

    @Test
    void drainsAfterItsSignalAndIsKilledAtItsGrace() {
        server.script(List.of("/app"), new Behaviour.Drains(Duration.ofSeconds(3), 4));
        in(() -> assertThat(runtime().stop(started(), StopSignal.TERM, Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        StopOutcome.Stopped.class,
                        stopped -> assertThat(stopped.exit().code()).isEqualTo(4)));
        simulation.runFor(Duration.ofSeconds(1));
        in(() -> {
            runtime().removeSandbox(runtime().list().sandboxes().getFirst().id());
            assertThat(runtime().stop(started(), StopSignal.TERM, Duration.ofSeconds(1)))
                    .isInstanceOf(StopOutcome.Killed.class);
        });
    }

    @Test
    void endsACommandWithItsDaemon() {
        in(() -> {
            var id = started();
            simulation.process("fate").env().tasks().spawn("fate", () -> {
                simulation.process("fate").env().signal().await(Duration.ofSeconds(1));
                server.daemonDies();
            });
            refused(ContainerException.Kind.UNAVAILABLE, () -> runtime().exec(id, List.of("/hang"), PATIENCE));
        });
        assertThat(simulation.time().elapsed()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void leavesNothingRunningAndNoAddressReadyAfterAReboot() {
        in(() -> {
            var ignored = started();
            server.reboot();

            assertThat(server.running()).isEmpty();
            assertThat(runtime().list().sandboxes()).noneMatch(ObservedSandbox::ready);
            assertThat(listed()).isInstanceOf(ObservedContainer.State.Ended.class);
        });
    }

    @Test
    void knowsWhoIsAliveAtAnAddressAndGivesItOutAgainOnlyWhenItIsFree() {
        server.addresses("10.192.3");
        in(() -> {
            var id = started();
            assertThat(server.aliveAt("10.192.3.2")).hasSize(1);
            assertThat(server.heldAddresses()).containsExactly("10.192.3.2");
            server.end(id, 0);
            assertThat(server.aliveAt("10.192.3.2")).isEmpty();
            runtime().removeSandbox(runtime().list().sandboxes().getFirst().id());

            assertThat(runtime().runSandbox(sandbox()).address()).contains("10.192.3.3");
        });
        assertThat(new FakeAddresses("10.1.1").next(List.of("10.1.1.2"))).isEqualTo("10.1.1.3");
    }

    @Test
    void diesAtACallAndComesBack() {
        always(ContainerFaults.DAEMON_DIES);
        in(() -> refused(ContainerException.Kind.UNAVAILABLE, () -> runtime().list()));
        assertThat(server.serves()).isFalse();
        server.faults().calm();
        simulation.runFor(Duration.ofSeconds(4));

        in(() -> assertThat(runtime().list().containers()).isEmpty());
    }

    @Test
    void drawsEndsOfProcessesAndFailuresOfPulls() {
        always(ContainerFaults.PROCESS_ENDS);
        in(() -> started());
        simulation.runFor(Duration.ofMinutes(2));
        assertThat(server.running()).isEmpty();

        always(ContainerFaults.PULL_FAILS);
        in(() -> assertThat(runtime().pull(IMAGE)).isInstanceOf(PullOutcome.Failed.class));
    }

    @Test
    void losesAnswersAndRefusesCallsOnTheWay() {
        var agent = simulation.process("subject");
        var lost = new FaultKind(ContainerFaults.ANSWER_LOST.name(), 1);
        var refusing = new FaultKind(ContainerFaults.CALL_REFUSED.name(), 1);
        simulation.runIn(agent, PATIENCE, () -> {
            var way = new SimulatedRuntime(runtime(), agent, FaultPlan.all(4, List.of(lost)));
            refused(ContainerException.Kind.UNAVAILABLE, () -> way.runSandbox(sandbox()));
            assertThat(runtime().list().sandboxes()).hasSize(1);
            assertThat(way.calls()).isEqualTo(1);

            var shut = new SimulatedRuntime(runtime(), agent, FaultPlan.all(4, List.of(refusing)));
            refused(ContainerException.Kind.UNAVAILABLE, () -> shut.runSandbox(sandbox()));
            assertThat(runtime().list().sandboxes()).hasSize(1);
            assertThat(shut.calls()).isZero();
        });
    }

    private static void refused(ContainerException.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ContainerException.class, refusal -> assertThat(refusal.kind())
                .isEqualTo(kind));
    }
}
