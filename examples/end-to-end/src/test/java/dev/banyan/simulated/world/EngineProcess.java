package dev.banyan.simulated.world;

import dev.banyan.agent.container.ImageReference;
import dev.banyan.engine.ControlPlane;
import dev.banyan.engine.EtcdHistory;
import dev.banyan.engine.admission.Admission;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.engine.cluster.ClusterGuard;
import dev.banyan.engine.liveness.Thresholds;
import dev.banyan.runtime.audit.GateMemory;
import dev.banyan.runtime.audit.RestoreGate;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An engine without its API: the control plane as it is shipped, as a process that dies and comes back. */
public final class EngineProcess {
    /** Its supervisor starts it again after this. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final int LEVEL = 1;

    private final World world;
    private final String name;
    private final MemoryOfGate memory = new MemoryOfGate();
    private final Set<Runnable> open = new LinkedHashSet<>();
    private SimulatedProcess process;
    private Optional<Serving> serving = Optional.empty();
    private int incarnation;

    /** What an engine that has started offers to those who call it. */
    public record Serving(String engine, ControlPlane plane, Admission admission) {}

    EngineProcess(World world, String name) {
        this.world = world;
        this.name = name;
        this.process = world.simulation().process(name);
        begin();
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Whether it runs, whatever it has reached. */
    public boolean runs() {
        return process.condition() == Condition.RUNNING;
    }

    SimulatedProcess process() {
        return process;
    }

    /** Another number after each start. */
    int incarnation() {
        return incarnation;
    }

    /** Connections are taken, as long as it is not dead: one that stands still does not refuse them. */
    Optional<Serving> serving() {
        return process.condition() == Condition.DEAD ? Optional.empty() : serving;
    }

    /** Starts a task of the engine for a caller, who learns by {@code broken} that the engine died. */
    Task serve(String what, TaskSpawner.Body work, Runnable broken) {
        open.add(broken);
        return process.env().tasks().spawn(what, work);
    }

    void served(Runnable broken) {
        open.remove(broken);
    }

    /** Ends it like {@code kill -9}. */
    public void kill() {
        process.kill();
        serving = Optional.empty();
        var callers = List.copyOf(open);
        open.clear();
        callers.forEach(Runnable::run);
    }

    /** Stands still as by a signal. */
    public void pause() {
        process.pause();
    }

    /** Goes on. */
    public void resume() {
        process.resume();
    }

    /** Starts it unless it runs. */
    public void restart() {
        if (process.condition() != Condition.DEAD) {
            return;
        }
        process = world.simulation().process(name);
        begin();
    }

    private void begin() {
        incarnation++;
        process.env().tasks().spawn("main", this::main);
    }

    /** A start that fails is tried again, as a supervisor does it. */
    private void main() throws InterruptedException {
        while (true) {
            try {
                start();
                return;
            } catch (RuntimeException failed) {
                process.note("did not start: " + failed.getMessage());
                world.reached("an engine did not start and was started again");
                process.env().signal().await(AGAIN);
            }
        }
    }

    private void start() throws InterruptedException {
        var env = process.env();
        var etcd = world.etcd();
        var truth = EtcdStore.connect(etcd.config(), etcd.transport(process), env);
        var store = new CrashingStore(
                world.sabotage().ofEngine().apply(truth), world.fate().deathsOf(this));
        var gate = RestoreGate.remembering(name, memory, store, env);
        var identity = new ClusterGuard.Identity("c1", name, LEVEL);
        new ClusterGuard(store, env, identity).inspect();
        gate.verify();
        var guard = new ClusterGuard(gate, env, identity);
        guard.claim();
        var ground =
                new ControlPlane.Ground(gate, guard, name, Thresholds.DEFAULT, new EtcdHistory(truth.maintenance()));
        var plane = new ControlPlane(env, ground);
        ControllerManager.of(plane.components().toArray(Component[]::new)).start();
        var admission = new Admission(
                plane.store(), image -> new Resolution.Resolved(imageOf(image).toString()));
        serving = Optional.of(new Serving(name, plane, admission));
    }

    private static ImageReference imageOf(String image) {
        return App.image(image);
    }

    /** On the engine's disk, which does not fail. */
    private static final class MemoryOfGate implements GateMemory {
        private Optional<Seen> seen = Optional.empty();

        @Override
        public Optional<Seen> recall() {
            return seen;
        }

        @Override
        public void keep(Seen newSeen) {
            seen = Optional.of(newSeen);
        }
    }
}
