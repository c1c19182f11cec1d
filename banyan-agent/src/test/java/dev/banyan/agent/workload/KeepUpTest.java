package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.material.Materials;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.Words;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that was killed and starts again while no engine answers, with what it had kept. */
class KeepUpTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ImageReference IMAGE =
            ImageReference.parse("registry.banyan/app/web@sha256:" + "a".repeat(64));
    private static final String AGENT = "agent-uid";

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(21);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(500, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(3)));
    private final FakeServer server =
            new FakeServer(simulation.process("server").env());
    private SimulatedProcess process = simulation.process("agent");
    private FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private Listing kept = new Listing(0, List.of());

    @BeforeEach
    void offerAnImage() {
        server.offer(
                IMAGE,
                new ImageConfig(
                        List.of("run"), List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void restartsAContainerThatDiedWhileTheAgentWasAway() {
        create("web", RestartPolicy.Mode.ALWAYS);
        runUntilKilled();
        server.end(server.running().getFirst(), 1);

        startWithoutEngine();
        simulation.runFor(SOON);

        assertThat(server.running()).hasSize(1);
        assertThat(server.starts()).isEqualTo(2);
    }

    @Test
    void goesOnRestartingWhatDiesLater() {
        create("web", RestartPolicy.Mode.ALWAYS);
        runUntilKilled();
        startWithoutEngine();
        simulation.runFor(SOON);
        assertThat(server.starts()).isEqualTo(1);

        server.end(server.running().getFirst(), 1);
        simulation.runFor(SOON);

        assertThat(server.running()).hasSize(1);
        assertThat(server.starts()).isEqualTo(2);
    }

    @Test
    void stopsNothingUntilAnEngineSaysSo() {
        create("web", RestartPolicy.Mode.ALWAYS);
        runUntilKilled();
        stop("web");
        keep();

        startWithoutEngine();
        simulation.runFor(SOON);
        assertThat(server.running()).hasSize(1);

        store.heal();
        simulation.runFor(SOON);
        assertThat(server.running()).isEmpty();
        assertThat(state("web")).isEqualTo(TaskStatus.State.EXITED);
    }

    @Test
    void removesNothingThatItDoesNotKnowUntilAnEngineHasSaidWhatThereIs() {
        create("web", RestartPolicy.Mode.ALWAYS);
        var before = truth.list(Selection.of("tasks"), ReadAt.LATEST);
        create("young", RestartPolicy.Mode.ALWAYS);
        runUntilKilled();
        kept = before;

        startWithoutEngine();
        simulation.runFor(SOON);
        assertThat(server.running()).hasSize(2);

        store.heal();
        simulation.runFor(SOON);
        assertThat(server.running()).hasSize(2);
        assertThat(server.starts()).isEqualTo(2);
    }

    @Test
    void removesWhatVanishedMeanwhileOnceAnEngineAnswers() {
        create("web", RestartPolicy.Mode.ALWAYS);
        create("gone", RestartPolicy.Mode.ALWAYS);
        runUntilKilled();
        delete("gone");

        startWithoutEngine();
        simulation.runFor(SOON);
        assertThat(server.running()).hasSize(2);

        store.heal();
        simulation.runFor(SOON);
        assertThat(server.running()).hasSize(1);
    }

    @Test
    void removesStrangersOfWhichNeitherItNorTheEngineKnows() {
        create("web", RestartPolicy.Mode.ALWAYS);
        var before = truth.list(Selection.of("tasks"), ReadAt.LATEST);
        create("stranger", RestartPolicy.Mode.ALWAYS);
        runUntilKilled();
        delete("stranger");
        kept = before;

        startWithoutEngine();
        simulation.runFor(SOON);
        store.heal();
        simulation.runFor(SOON);

        assertThat(server.running()).hasSize(1);
    }

    @Test
    void touchesNothingWhenNothingWasKept() {
        create("web", RestartPolicy.Mode.ALWAYS);
        runUntilKilled();
        server.end(server.running().getFirst(), 1);

        process = simulation.process("agent");
        store = new FaultyStore(truth, process, Faults.NONE);
        store.cut();
        start(Optional.empty());
        simulation.runFor(SOON);
        assertThat(server.starts()).isEqualTo(1);
        assertThat(containers()).isEqualTo(1);

        store.heal();
        simulation.runFor(SOON);
        assertThat(server.starts()).isEqualTo(2);
    }

    @Test
    void doesNotRunAgainWhatEndedWithoutAnEngineKnowing() {
        server.script(List.of("job"), new Behaviour.Ends(Duration.ofSeconds(20), 0));
        create("job", RestartPolicy.Mode.NEVER);
        start(Optional.empty());
        simulation.runFor(Duration.ofSeconds(10));
        keep();
        store.cut();
        simulation.runFor(SOON);
        assertThat(server.running()).isEmpty();
        assertThat(containers())
                .as("kept until the store says that the task ended")
                .isEqualTo(1);
        process.kill();

        startWithoutEngine();
        simulation.runFor(SOON);
        store.heal();
        simulation.runFor(SOON);

        assertThat(server.starts()).isEqualTo(1);
        assertThat(state("job")).isEqualTo(TaskStatus.State.EXITED);
    }

    @Test
    void leavesAContainerThatEndedForGoodUntilAnEngineAnswers() {
        create("job", RestartPolicy.Mode.NEVER);
        runUntilKilled();
        server.end(server.running().getFirst(), 0);

        startWithoutEngine();
        simulation.runFor(SOON);
        assertThat(containers()).isEqualTo(1);
        assertThat(server.starts()).isEqualTo(1);

        store.heal();
        simulation.runFor(SOON);
        assertThat(containers()).isZero();
        assertThat(state("job")).isEqualTo(TaskStatus.State.EXITED);
    }

    @Test
    void findsStrangersThoughTheListingComesAfterTheRuntimesFirstWord() {
        create("stranger", RestartPolicy.Mode.ALWAYS);
        runUntilKilled();
        delete("stranger");
        process = simulation.process("agent");
        store = new FaultyStore(truth, process, Faults.NONE);
        store.cut();
        start(Optional.empty());
        simulation.runFor(SOON);
        assertThat(server.running()).hasSize(1);

        store.heal();
        simulation.runFor(SOON);

        assertThat(server.running()).isEmpty();
    }

    private void runUntilKilled() {
        start(Optional.empty());
        simulation.runFor(Duration.ofSeconds(10));
        keep();
        process.kill();
    }

    private void keep() {
        kept = truth.list(Selection.of("tasks"), ReadAt.LATEST);
    }

    private void startWithoutEngine() {
        process = simulation.process("agent");
        store = new FaultyStore(truth, process, Faults.NONE);
        store.cut();
        start(Optional.of(kept));
    }

    private void start(Optional<Listing> recalled) {
        var env = process.env();
        var tasks = Informer.of(Kinds.TASKS, store, env).kept(() -> recalled).build();
        var config = new WorkloadConfig(AGENT, directory.resolve("state"), directory.resolve("logs"), "/test");
        var clock = new BootClock() {
            @Override
            public long millis() {
                return env.time().nanos() / 1_000_000;
            }

            @Override
            public String bootId() {
                return "boot";
            }
        };
        var fence = new Precondition.Absent(ObjectKey.cluster("sessions", "newer"));
        var workload = new WorkloadController(
                env,
                tasks,
                store,
                server.runtime("cluster"),
                new Materials(directory.resolve("memory"), task -> List.of()),
                config,
                clock,
                new EventRecorder(env, list -> {}),
                () -> Optional.of(fence));
        tasks.start();
        workload.start();
    }

    private int containers() {
        var found = new int[1];
        simulation.runIn(
                simulation.process("looker"),
                SOON,
                () -> found[0] = server.runtime("cluster").list().containers().size());
        return found[0];
    }

    private void create(String name, RestartPolicy.Mode restart) {
        var container = ContainerSpec.newBuilder()
                .setImage(IMAGE.toString())
                .setHostname(name)
                .setEntrypoint(Words.newBuilder().addWords(name))
                .setRestart(RestartPolicy.newBuilder().setMode(restart))
                .setStopGraceMs(1_000);
        var spec = TaskSpec.newBuilder()
                .setDeployment("app")
                .setService(name)
                .setDesired(TaskSpec.Desired.RUN)
                .setAssignment(Assignment.newBuilder().setAgent("a").setAgentUid(AGENT))
                .setContainer(container);
        truth.commit(Commit.of(
                new Write.Create(Draft.of(key(name), Kinds.TASKS.spec().encode(spec.build())))));
    }

    private void stop(String name) {
        var object = object(name);
        var spec = Kinds.TASKS.decode(object).spec().toBuilder().setDesired(TaskSpec.Desired.STOP);
        var draft = Draft.from(object).withSpec(Kinds.TASKS.spec().encode(spec.build()));
        truth.commit(Commit.of(new Write.Update(object, draft)));
    }

    private void delete(String name) {
        truth.commit(Commit.of(new Write.Delete(key(name), object(name).meta().uid())));
    }

    private TaskStatus.State state(String name) {
        return Kinds.TASKS.decode(object(name)).status().getState();
    }

    private StoredObject object(String name) {
        return truth.get(key(name), ReadAt.LATEST).orElseThrow();
    }

    private static ObjectKey key(String name) {
        return Kinds.TASKS.key("default", name);
    }
}
