package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.FakeBench;
import dev.banyan.agent.container.RuntimeBench;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.door.CommandSpec;
import dev.banyan.agent.container.door.ContainerDetails;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.agent.container.door.RunningCommand;
import dev.banyan.api.v1.ContainerFacts;
import dev.banyan.api.v1.FactsRequest;
import dev.banyan.api.v1.HealthFacts;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InspectionTest {
    private static final String LABEL = "test/task";
    private static final String TASK = "shop.web.1.0.0";
    private static final Instant BEGUN = Instant.ofEpochMilli(1_800_000_000_000L);

    private final Simulation simulation = new Simulation(1);
    private final SimulatedProcess process = simulation.process("agent");
    private final Env env = process.env();
    private final RuntimeBench bench = new FakeBench(env);
    private final ContainerRuntime runtime = bench.runtime();
    private final FakePerson person = new FakePerson(env);
    private Optional<HealthFacts> health = Optional.empty();
    private boolean closed;

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void tellsWhatARunningContainerIs() {
        health = Optional.of(HealthFacts.newBuilder().setOutput("well").build());
        var outcome = inspected(TASK, () -> container(TASK, 1));

        assertThat(outcome.getDone()).isTrue();
        assertThat(person.seen().getFirst().getOpened()).isTrue();
        var facts = facts();
        assertThat(facts.getState()).isEqualTo(ContainerFacts.State.RUNNING);
        assertThat(facts.getPid()).isEqualTo(4711);
        assertThat(facts.getImage()).isEqualTo("registry.banyan/web@sha256:abc");
        assertThat(facts.getStartedAtMs()).isEqualTo(BEGUN.toEpochMilli());
        assertThat(facts.getAddressesList()).hasSize(1);
        assertThat(facts.getMounts(0).getTarget()).isEqualTo("/data");
        assertThat(facts.getLimits().getCpuMilli()).isEqualTo(250);
        assertThat(facts.getHealth().getOutput()).isEqualTo("well");
        assertThat(facts.getAttempt()).isEqualTo(1);
        assertThat(facts.getRestarts()).isZero();
        assertThat(facts.getEndsList()).isEmpty();
    }

    @Test
    void countsRestartsAndTellsHowFormerContainersEnded() {
        inspected(TASK, () -> {
            bench.kill(container(TASK, 1));
            container(TASK, 3);
        });

        assertThat(facts().getAttempt()).isEqualTo(3);
        assertThat(facts().getRestarts()).isEqualTo(2);
        assertThat(facts().hasHealth()).isFalse();
        assertThat(facts().getEndsList()).hasSize(1);
        assertThat(facts().getEnds(0).getAttempt()).isEqualTo(1);
        assertThat(facts().getEnds(0).getExitCode()).isEqualTo(137);
        assertThat(facts().getEnds(0).getReason()).isEqualTo("killed by signal 9");
    }

    @Test
    void tellsOfAContainerThatEndedToo() {
        inspected(TASK, () -> bench.kill(container(TASK, 2)));

        assertThat(facts().getState()).isEqualTo(ContainerFacts.State.ENDED);
        assertThat(facts().getPid()).as("it is another's by now").isZero();
        assertThat(facts().getStartedAtMs()).isZero();
        assertThat(facts().getEnds(0).getAttempt()).isEqualTo(2);
    }

    @Test
    void aTaskWithoutContainerAndOneOfAnotherNameAreAbsent() {
        var outcome = inspected("shop.web.1.1.0", () -> container(TASK, 1));

        assertThat(outcome.getFailure().getKind()).isEqualTo(ReachFailure.Kind.ABSENT);
        assertThat(outcome.getFailure().getMessage())
                .isEqualTo("task shop.web.1.1.0 has no container on its server now");
        assertThat(person.seen()).isEmpty();
    }

    @Test
    void whatTheRuntimeRefusesIsTold() {
        closed = true;
        var outcome = inspected(TASK, () -> container(TASK, 1));

        assertThat(outcome.getFailure().getKind()).isEqualTo(ReachFailure.Kind.FAILED);
        assertThat(outcome.getFailure().getMessage()).isEqualTo("containerd is away");
        assertThat(person.seen()).isEmpty();
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

    private ContainerFacts facts() {
        return person.seen().stream()
                .filter(ReachDown::hasFacts)
                .findFirst()
                .orElseThrow()
                .getFacts();
    }

    /** What there is, and then the answer. */
    private ReachOutcome inspected(String task, Given given) {
        var outcome = new ReachOutcome[1];
        TaskSpawner.Body work = () -> {
            try {
                given.make();
            } catch (InterruptedException cancelled) {
                throw cancelled;
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
            var request = ReachRequest.newBuilder()
                    .setNamespace("default")
                    .setTask(task)
                    .setFacts(FactsRequest.getDefaultInstance())
                    .build();
            outcome[0] = new Inspection(runtime, new Door(), LABEL, id -> health).serve(request, person);
        };
        simulation.runIn(process, Duration.ofMinutes(5), work);
        return outcome[0];
    }

    @FunctionalInterface
    private interface Given {
        void make() throws Exception;
    }

    private String container(String task, int attempt) throws InterruptedException {
        runtime.pull(bench.image());
        var sandbox = runtime.runSandbox(labelled(bench.sandbox(attempt)));
        var container = runtime.createContainer(
                sandbox.id(),
                ContainerSpec.of("web", attempt, bench.image(), "0.log").withLabels(Map.of(LABEL, "default/" + task)));
        runtime.start(container);
        return container;
    }

    private final class Door implements ContainerDoor {
        @Override
        public RunningCommand begin(String containerId, CommandSpec command) {
            throw new AssertionError("nothing is begun");
        }

        @Override
        public long process(String containerId) {
            return 4711;
        }

        @Override
        public ContainerDetails details(String containerId) {
            if (closed) {
                throw new ContainerException(ContainerException.Kind.UNAVAILABLE, "containerd is away");
            }
            return new ContainerDetails(
                    "registry.banyan/web@sha256:abc",
                    OptionalLong.of(4711),
                    Optional.of(BEGUN),
                    List.of(new ContainerDetails.Mount("/srv", "/data", "bind", List.of("ro"))),
                    new ContainerDetails.Limits(1, 2, 250, "", 3, 4));
        }

        @Override
        public void sweep() {}
    }
}
