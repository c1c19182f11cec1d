package dev.banyan.simulated.world;

import dev.banyan.api.identity.SealKey;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.engine.ControlPlane;
import dev.banyan.engine.EtcdHistory;
import dev.banyan.engine.Reception;
import dev.banyan.engine.SeenFile;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.engine.cluster.ClusterGuard;
import dev.banyan.engine.liveness.Thresholds;
import dev.banyan.engine.secrets.Keyring;
import dev.banyan.engine.secrets.Vault;
import dev.banyan.engine.server.session.SessionSettings;
import dev.banyan.engine.server.session.SubnetRange;
import dev.banyan.runtime.audit.RestoreGate;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.simulation.disk.SimulatedDisk;
import dev.banyan.runtime.simulation.grpc.ServedCalls;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.EtcdStore;
import dev.banyan.simulated.wire.FrontDoor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An engine: control plane and API as they are shipped, as a process that dies and comes back on a host that stays. */
public final class EngineProcess {
    /** Its supervisor starts it again after this. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final int LEVEL = 1;

    private final World world;
    private final String name;
    private final SimulatedHost host;
    private final Path memory;
    private SimulatedProcess process;

    EngineProcess(World world, String name) {
        this.world = world;
        this.name = name;
        this.host = world.simulation().host(name);
        var disk = SimulatedDisk.of(host, world.trial().faults());
        disk.latency(Duration.ZERO);
        this.memory = disk.root().resolve("seen");
        this.process = host.process(name);
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

    /** Whether it stands still: it may go on any time with what it was at. */
    public boolean standsStill() {
        return process.condition() == Condition.PAUSED;
    }

    SimulatedHost host() {
        return host;
    }

    SimulatedProcess process() {
        return process;
    }

    /** Ends it like {@code kill -9}. */
    public void kill() {
        process.kill();
    }

    /** Stands still as by a signal. */
    public void pause() {
        process.pause();
    }

    /** Goes on. */
    public void resume() {
        process.resume();
    }

    /** Starts it unless it runs or its host has no power. */
    public void restart() {
        if (process.condition() == Condition.DEAD && host.isUp()) {
            process = host.process(name);
            begin();
        }
    }

    private void begin() {
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
        var store = new WatchedStore(
                world.sabotage().ofEngine().apply(truth), world.fate().deathsOf(this), this::committed);
        var gate = RestoreGate.remembering(name, new SeenFile(memory), store, env);
        var identity = new ClusterGuard.Identity(FrontDoor.CLUSTER, name, LEVEL);
        new ClusterGuard(store, env, identity).inspect();
        gate.verify();
        var guard = new ClusterGuard(gate, env, identity);
        guard.claim();
        var ground =
                new ControlPlane.Ground(gate, guard, name, Thresholds.DEFAULT, new EtcdHistory(truth.maintenance()));
        var plane = new ControlPlane(env, ground);
        var reception = new Reception(env, plane, desk());
        ControllerManager.of(plane.components().toArray(Component[]::new)).start();
        world.wire().serve(process, FrontDoor.endpoint(name), served(reception));
    }

    private Reception.Desk desk() {
        var sessions = new SessionSettings(
                name,
                FrontDoor.endpoint(name),
                "registry.simulated:7444",
                SessionSettings.HEARTBEAT,
                SubnetRange.DEFAULT);
        return new Reception.Desk(
                sessions,
                image -> new Resolution.Resolved(App.image(image).toString()),
                FrontDoor.noImages(),
                FrontDoor.nobody(),
                new Vault(Keyring.of(new byte[SealKey.BYTES]), process.env().entropy()),
                StatusResponse::newBuilder);
    }

    private ServedCalls served(Reception reception) {
        var services = reception.services();
        return new ServedCalls(
                services.guarded(), List.of(services.connections()), () -> FrontDoor.credentials("engine", name)
                        .chain());
    }

    private void committed(Commit commit, WriteOutcome outcome) {
        switch (outcome) {
            case WriteOutcome.Written written -> world.witness().landed(commit, written.revision());
            case WriteOutcome.Fenced fenced -> {
                boolean ofAgent = commit.preconditions().stream()
                        .anyMatch(condition -> condition instanceof Precondition.Fence fence
                                && fence.key().kind().equals(Kinds.SESSIONS.name()));
                world.reached(ofAgent ? "an agent's write was fenced" : "an engine's write was fenced");
            }
            default -> {}
        }
    }
}
