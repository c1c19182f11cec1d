package dev.banyan.agent.workload;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.agent.device.Devices;
import dev.banyan.agent.material.Materials;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.Words;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A server, a store, and an agent with nothing but its workload controller, on simulated time. */
final class OneServer implements AutoCloseable {
    static final String CLUSTER = "c1";
    static final String AGENT_UID = "agent-uid";
    static final ImageReference IMAGE = image("a");

    private static final ObjectKey SESSION = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, AGENT_UID);
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final Simulation simulation = new Simulation(1);
    private final Path disk;
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());
    private final FakeServer server =
            new FakeServer(simulation.process("server").env());
    private SimulatedProcess agent = simulation.process("agent");
    private Optional<Precondition> fence = Optional.empty();
    private int boots = 1;
    private Duration bootedAt = Duration.ZERO;
    private List<String> privileges = List.of();
    private Devices devices = Devices.none();

    /** With a session and a running agent. */
    OneServer(Path disk) {
        this.disk = disk;
        offer(IMAGE, Optional.empty());
        beginSession();
        startAgent();
    }

    static ImageReference image(String digit) {
        return ImageReference.parse("registry.banyan/web@sha256:" + digit.repeat(64));
    }

    FakeServer server() {
        return server;
    }

    Path disk() {
        return disk;
    }

    Path logs() {
        return disk.resolve("logs");
    }

    ContainerRuntime runtime() {
        return server.runtime(CLUSTER);
    }

    void offer(ImageReference image, Optional<StopSignal> stopSignal) {
        server.offer(
                image,
                new ImageConfig(List.of(), List.of("/web"), Map.of(), Optional.empty(), Optional.empty(), stopSignal));
    }

    /** What the image's own command does. */
    void web(Behaviour behaviour) {
        server.script(List.of("/web"), behaviour);
    }

    /** What agents that are started from now on grant. */
    void grant(String... granted) {
        privileges = List.of(granted);
    }

    /** What agents that are started from now on have. */
    void equip(Devices described) {
        devices = described;
    }

    void startAgent() {
        agent = simulation.process("agent");
        var env = agent.env();
        var tasks = Informer.of(Kinds.TASKS, store, env).build();
        var config = new WorkloadConfig(
                AGENT_UID, disk, logs(), "/banyan/a1", List.of(), privileges, Optional.of("10.222.0.1"), devices);
        tasks.start();
        new WorkloadController(
                        env,
                        tasks,
                        store,
                        runtime(),
                        new Materials(disk.resolve("memory"), task -> List.of()),
                        config,
                        new Clock(),
                        new EventRecorder(env, list -> {}),
                        () -> fence)
                .start();
    }

    void killAgent() {
        agent.kill();
    }

    /** Everything on the server ends; clocks of the boot start anew. */
    void reboot() {
        killAgent();
        server.running().forEach(id -> server.end(id, 137));
        boots++;
        bootedAt = now();
    }

    /** A new session; the one before it can write nothing any more. */
    void beginSession() {
        fence = Optional.of(new Precondition.Fence(SESSION, renewSession()));
    }

    /** Another agent process took the identity over; this one does not know yet. */
    void loseSession() {
        long ignored = renewSession();
    }

    void endSession() {
        fence = Optional.empty();
    }

    static TaskSpec.Builder task() {
        return TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService("web")
                .setRelease(1)
                .setDesired(TaskSpec.Desired.RUN)
                .setAssignment(Assignment.newBuilder().setAgent("a1").setAgentUid(AGENT_UID))
                .setContainer(dev.banyan.api.v1.ContainerSpec.newBuilder()
                        .setImage(IMAGE.toString())
                        .setHostname("web-0")
                        .setStopGraceMs(10_000)
                        .setRestart(RestartPolicy.newBuilder().setMode(RestartPolicy.Mode.UNLESS_STOPPED)));
    }

    static TaskSpec.Builder restarting(RestartPolicy.Mode mode, int retriesMax) {
        var task = task();
        task.getContainerBuilder()
                .setRestart(RestartPolicy.newBuilder().setMode(mode).setRetriesMax(retriesMax));
        return task;
    }

    static TaskSpec.Builder checked(HealthCheck.Builder check) {
        var task = task();
        task.getContainerBuilder().setHealthcheck(check.addTest("/check"));
        return task;
    }

    static Words words(String... words) {
        return Words.newBuilder().addAllWords(List.of(words)).build();
    }

    /** Wants a task of this name. */
    ObjectKey want(String name, TaskSpec.Builder spec) {
        var key = Kinds.TASKS.key("default", name);
        written(new Write.Create(Draft.of(key, Kinds.TASKS.spec().encode(spec.build()))));
        return key;
    }

    void change(ObjectKey key, UnaryOperator<TaskSpec.Builder> change) {
        var base = store.get(key, ReadAt.LATEST).orElseThrow();
        var spec = change.apply(Kinds.TASKS.decode(base).spec().toBuilder()).build();
        written(new Write.Update(
                base, Draft.from(base).withSpec(Kinds.TASKS.spec().encode(spec))));
    }

    void stop(ObjectKey key) {
        change(key, spec -> spec.setDesired(TaskSpec.Desired.STOP));
    }

    /** An older report of the agent that was under way all the time lands. */
    void landsLate(ObjectKey key, TaskStatus status) {
        written(new Write.UpdateStatus(
                key, task(key).uid(), Kinds.TASKS.status().encode(status)));
    }

    /** Makes of its spec what nobody can decode. */
    void corrupt(ObjectKey key) {
        var base = store.get(key, ReadAt.LATEST).orElseThrow();
        written(new Write.Update(base, Draft.from(base).withSpec(Bytes.utf8("\u0007 not what was written"))));
    }

    void repair(ObjectKey key, TaskSpec.Builder spec) {
        var base = store.get(key, ReadAt.LATEST).orElseThrow();
        written(new Write.Update(
                base, Draft.from(base).withSpec(Kinds.TASKS.spec().encode(spec.build()))));
    }

    void delete(ObjectKey key) {
        written(new Write.Delete(key, task(key).uid()));
    }

    Resource<TaskSpec, TaskStatus> task(ObjectKey key) {
        return Kinds.TASKS.decode(store.get(key, ReadAt.LATEST).orElseThrow());
    }

    TaskStatus status(ObjectKey key) {
        return task(key).status();
    }

    TaskStatus.State state(ObjectKey key) {
        return status(key).getState();
    }

    /** The containers of the cluster that run, as they were wanted. */
    List<ContainerSpec> alive() {
        return server.alive(CLUSTER);
    }

    /** The only container that runs. */
    String aliveId() {
        return server.running().getFirst();
    }

    ContainerRuntime.Inventory inventory() {
        try {
            return runtime().list();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("nothing waits here", interrupted);
        }
    }

    long revision() {
        return store.list(Selection.of("none"), ReadAt.LATEST).revision();
    }

    Duration now() {
        return simulation.time().elapsed();
    }

    void run(Duration duration) {
        simulation.runFor(duration);
    }

    /** Runs until it holds; answers how long that took. */
    Duration until(BooleanSupplier condition) {
        var begun = now();
        if (!simulation.runUntil(condition, PATIENCE)) {
            throw new AssertionError("did not come true within " + PATIENCE);
        }
        return now().minus(begun);
    }

    /** Runs until this many containers were started ever; answers how long that took. */
    Duration untilStarts(int count) {
        return until(() -> server.starts() >= count);
    }

    void untilRunning(ObjectKey key) {
        var ignored = until(
                () -> state(key) == TaskStatus.State.RUNNING && status(key).getReady());
    }

    /** Does {@code work} as somebody else's process. */
    void elsewhere(TaskSpawner.Body work) {
        simulation.runIn(simulation.process("elsewhere"), PATIENCE, work);
    }

    @Override
    public void close() {
        simulation.close();
    }

    private long renewSession() {
        var before = store.get(SESSION, ReadAt.LATEST);
        var spec = Kinds.SESSIONS
                .spec()
                .encode(AgentSessionSpec.newBuilder()
                        .setAgent("a1")
                        .setSinceMs(
                                before.map(session -> session.meta().revision()).orElse(0L) + 1)
                        .build());
        return before.isEmpty()
                ? written(new Write.Create(Draft.of(SESSION, spec)))
                : written(
                        new Write.Update(before.get(), Draft.from(before.get()).withSpec(spec)));
    }

    private long written(Write write) {
        var outcome = store.commit(Commit.of(write));
        if (outcome instanceof WriteOutcome.Written written) {
            return written.revision();
        }
        throw new AssertionError("not written: " + outcome);
    }

    private final class Clock implements BootClock {
        @Override
        public long millis() {
            return now().minus(bootedAt).toMillis();
        }

        @Override
        public String bootId() {
            return "boot-" + boots;
        }
    }
}
