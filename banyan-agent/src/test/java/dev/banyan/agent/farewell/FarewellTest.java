package dev.banyan.agent.farewell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task of shop.web on a1; a2 leads to it as well. */
class FarewellTest {
    private static final ObjectKey ENDPOINTS = Kinds.ENDPOINTS.key("default", "shop.web");
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(5);
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("agent");
    private final List<String> told = new ArrayList<>();
    private final List<Long> waited = new ArrayList<>();
    private Farewell farewell;
    private Resource<TaskSpec, TaskStatus> task;

    @BeforeEach
    void begin() {
        var env = process.env();
        var agents = Informer.of(Kinds.AGENTS, store, env).build();
        var reports = Informer.of(Kinds.AGENT_REPORTS, store, env).build();
        var endpoints = Informer.of(Kinds.ENDPOINTS, store, env).build();
        var events = new EventRecorder(env, list -> list.forEach(event -> told.add(event.toString())));
        farewell = new Farewell(env, agents, reports, endpoints, events, waited::add);
        List.of(agents, reports, endpoints).forEach(Informer::start);
        events.start();
        agent("a1");
        agent("a2");
        var key = Kinds.TASKS.key("default", "shop.web.1.0.0");
        create(Draft.of(
                key,
                Kinds.TASKS
                        .spec()
                        .encode(TaskSpec.newBuilder()
                                .setContainer(ContainerSpec.newBuilder().setStopGraceMs(10_000))
                                .build())));
        task = Kinds.TASKS.decode(store.get(key, ReadAt.LATEST).orElseThrow());
        create(Draft.of(ENDPOINTS, endpoints(task.uid())));
        simulation.runFor(SOON);
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    private static Bytes endpoints(String... uids) {
        var spec = EndpointsSpec.newBuilder();
        for (var uid : uids) {
            spec.addBackends(Backend.newBuilder().setTaskUid(uid).setTask("t"));
        }
        return Kinds.ENDPOINTS.spec().encode(spec.build());
    }

    private void create(Draft draft) {
        assertThat(store.commit(Commit.of(new Write.Create(draft))).written()).isTrue();
    }

    private void agent(String name) {
        var agent = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        create(Draft.of(agent, Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance())));
        state(name, AgentStatus.State.READY);
        var report = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, name);
        create(Draft.of(report, Bytes.EMPTY));
        applied(name, 1);
    }

    private void state(String name, AgentStatus.State state) {
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        update(
                key,
                Kinds.AGENTS
                        .status()
                        .encode(AgentStatus.newBuilder().setState(state).build()));
    }

    private void applied(String name, long revision) {
        var key = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, name);
        update(
                key,
                Kinds.AGENT_REPORTS
                        .status()
                        .encode(AgentReportStatus.newBuilder()
                                .setAppliedRevision(revision)
                                .build()));
    }

    private void update(ObjectKey key, Bytes status) {
        var uid = store.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
        assertThat(store.commit(Commit.of(new Write.UpdateStatus(key, uid, status)))
                        .written())
                .isTrue();
    }

    /** The task leaves the endpoints; at which revision. */
    private long remove() {
        var base = store.get(ENDPOINTS, ReadAt.LATEST).orElseThrow();
        var done = store.commit(Commit.of(new Write.Update(base, Draft.of(ENDPOINTS, endpoints()))));
        assertThat(done.written()).isTrue();
        simulation.runFor(Duration.ofMillis(100));
        return store.get(ENDPOINTS, ReadAt.LATEST).orElseThrow().meta().revision();
    }

    private boolean may() {
        return farewell.before(task).isZero();
    }

    @Test
    void waitsUntilEveryReadyAgentHasConfirmed() {
        assertThat(may()).as("it is still led to").isFalse();
        long removed = remove();
        assertThat(waited).containsExactly(removed);
        assertThat(may()).isFalse();

        applied("a1", removed);
        applied("a2", removed - 1);
        simulation.runFor(SOON);
        assertThat(may()).isFalse();

        applied("a2", removed + 7);
        simulation.runFor(SOON);
        assertThat(may()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void doesNotWaitForSilentAgents() {
        long removed = remove();
        applied("a1", removed);
        state("a2", AgentStatus.State.SUSPECT);
        simulation.runFor(SOON);

        assertThat(may()).isTrue();
    }

    @Test
    void waitsNoLongerThanFiveSecondsAndSaysForWhom() {
        long removed = remove();
        applied("a1", removed);
        assertThat(may()).isFalse();
        simulation.runFor(Duration.ofMillis(4_900));
        assertThat(may()).isFalse();
        simulation.runFor(Duration.ofMillis(200));

        assertThat(may()).isTrue();
        simulation.runFor(SOON);
        assertThat(told).singleElement().asString().contains("StoppedUnconfirmed", "agent a2");
    }

    @Test
    void aTaskThatNobodyWasLedToIsStoppedAtOnce() {
        var key = Kinds.TASKS.key("default", "shop.job.1.0.0");
        create(Draft.of(key, Kinds.TASKS.spec().encode(TaskSpec.getDefaultInstance())));

        assertThat(farewell.before(
                        Kinds.TASKS.decode(store.get(key, ReadAt.LATEST).orElseThrow())))
                .isZero();
    }

    @Test
    void aServiceThatGoesTakesItsTasksAway() {
        var found = store.get(ENDPOINTS, ReadAt.LATEST).orElseThrow();
        assertThat(store.commit(Commit.of(
                                new Write.Delete(ENDPOINTS, found.meta().uid())))
                        .written())
                .isTrue();
        simulation.runFor(SOON);
        assertThat(waited).hasSize(1);
        assertThat(may()).isFalse();

        applied("a1", waited.getFirst());
        applied("a2", waited.getFirst());
        simulation.runFor(SOON);
        assertThat(may()).isTrue();
    }
}
