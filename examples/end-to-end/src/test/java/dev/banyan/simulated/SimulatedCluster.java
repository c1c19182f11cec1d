package dev.banyan.simulated;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.engine.admission.Admission;
import dev.banyan.engine.admission.Application;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.engine.admission.Verdict;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One engine and two agents over one store, and what users and fate do to them. Used inside the simulation's tasks but for its making and end. */
final class SimulatedCluster implements AutoCloseable {
    /** Longer than a resync with its jitter, so that controllers that correct each other for ever are not taken for quiet. */
    private static final Duration QUIET = Duration.ofSeconds(25);

    private static final Duration REST_MAX = Duration.ofMinutes(3);
    private static final Duration STORY_MAX = Duration.ofMinutes(30);
    private static final Duration LOOK = Duration.ofMillis(250);

    private final Simulation simulation;
    private final MemoryStore truth;
    private final SimulatedEngine engine;
    private final List<SimulatedAgent> agents = new ArrayList<>();
    private final Admission admission;
    private final RandomSource random;
    private final Env user;
    private final List<String> wrong = new ArrayList<>();

    SimulatedCluster(long seed, Path disk, Faults faults, Sabotage sabotage) {
        simulation = new Simulation(seed);
        truth = new MemoryStore(simulation.process("store").env());
        user = simulation.process("user").env();
        random = user.random().fork("fate");
        admission = new Admission(
                truth, image -> new Resolution.Resolved(Shop.image(image).toString()));
        engine = new SimulatedEngine(simulation, truth, faults, sabotage);
        var setting = new SimulatedAgent.Setting(simulation, truth, faults, engine, wrong::add, sabotage);
        for (var name : List.of("a1", "a2")) {
            var server = new SimulatedServer(simulation, name, disk.resolve(name));
            agents.add(new SimulatedAgent(setting, name, enroll(name), server));
        }
    }

    SimulatedEngine engine() {
        return engine;
    }

    SimulatedAgent agent(int number) {
        return agents.get(Math.floorMod(number, agents.size()));
    }

    RandomSource random() {
        return random;
    }

    long traceHash() {
        return simulation.traceHash();
    }

    long steps() {
        return simulation.steps();
    }

    Duration elapsed() {
        return simulation.time().elapsed();
    }

    /** Does {@code work} as a task of the simulation, for as long as it takes. */
    void alongside(String name, TaskSpawner.Body work) {
        user.tasks().spawn(name, work);
    }

    void tell(Story story) {
        tell(story, () -> {});
    }

    /**
     * Tells the story to its end, while {@code fate} does what it does; lets the cluster come to rest, and looks.
     *
     * @throws AssertionError saying what is not as wanted
     */
    void tell(Story story, TaskSpawner.Body fate) {
        var telling = user.tasks().spawn("story", () -> story.tell(this));
        var befalling = user.tasks().spawn("fate", fate);
        if (!simulation.runUntil(() -> telling.done() && befalling.done(), STORY_MAX)) {
            throw failed("the story did not end");
        }
        if (!simulation.runUntilQuiet(truth, QUIET, REST_MAX)) {
            throw failed("still writing after " + REST_MAX);
        }
        wrong.addAll(new Judgement(truth, servers()).differences(story.wanted()));
        if (!wrong.isEmpty()) {
            throw failed(String.join("; ", wrong));
        }
    }

    /** Waits until exactly what is wanted runs, or until it should have; then the end will tell what is missing. */
    void awaitRunning(Wanted wanted) throws InterruptedException {
        await(() -> Judgement.counts(servers()).equals(wanted.counts()));
    }

    void apply(Shop shop) throws InterruptedException {
        var application = new Application("default", shop.manifest(), List.of(), Application.ANY, "alice", "");
        await(() -> admission.apply(application) instanceof Verdict.Admitted);
    }

    void scale(int webs) throws InterruptedException {
        await(() -> admission.scale("default", Shop.NAME, Map.of("web", webs)) instanceof Verdict.Admitted);
    }

    void remove() throws InterruptedException {
        await(() -> admission.remove("default", Shop.NAME) instanceof Verdict.Admitted);
    }

    void pause(Duration duration) throws InterruptedException {
        var ignored = user.signal().await(duration);
    }

    void killEngine() {
        engine.kill();
        agents.forEach(SimulatedAgent::followEngine);
    }

    void restartEngine() {
        engine.restart();
        agents.forEach(SimulatedAgent::followEngine);
    }

    @Override
    public void close() {
        simulation.close();
    }

    private void await(Supplier<Boolean> condition) throws InterruptedException {
        long until = user.time().nanos() + REST_MAX.toNanos();
        while (!condition.get() && user.time().nanos() < until) {
            pause(LOOK);
        }
    }

    private List<SimulatedServer> servers() {
        return agents.stream().map(SimulatedAgent::server).toList();
    }

    private AssertionError failed(String what) {
        return new AssertionError("seed " + simulation.seed() + ", after " + elapsed() + ": " + what);
    }

    private String enroll(String name) {
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        var ignored = truth.commit(
                Commit.of(new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance())))));
        return truth.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
    }
}
