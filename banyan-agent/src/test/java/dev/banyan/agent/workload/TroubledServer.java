package dev.banyan.agent.workload;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.SimulatedRuntime;
import dev.banyan.agent.material.Materials;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server on which things go wrong by a plan of faults, a store behind a slow way, and an agent with its workload controller that is
 * started again whenever it died. {@link #broken} says what must never be, {@link #difference} what is not as wanted.
 */
final class TroubledServer {
    static final String CLUSTER = "c1";

    private static final String FOREIGN = "foreign";
    private static final Duration AWAY = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Simulation simulation;
    private final Path disk;
    private final FaultPlan faults;
    private final Besides besides;
    private final MemoryStore store;
    private final FakeServer server;
    private SimulatedProcess agent;
    private SimulatedRuntime runtime;
    private FaultyStore way;
    private Optional<Precondition> fence = Optional.empty();
    private int boots = 1;
    private int agents;

    /** What an agent has besides its workload controller. */
    @FunctionalInterface
    interface Besides {
        void start(SimulatedProcess agent, Store store);
    }

    TroubledServer(Simulation simulation, Path disk, FaultPlan faults) {
        this(simulation, disk, faults, (agent, store) -> {});
    }

    /** {@code besides} is started with each agent process. */
    TroubledServer(Simulation simulation, Path disk, FaultPlan faults, Besides besides) {
        this.besides = besides;
        this.simulation = simulation;
        this.disk = disk;
        this.faults = faults;
        this.store = new MemoryStore(simulation.process("store").env());
        this.server = FakeServer.on(simulation.process("machine"), faults);
        server.offer(
                OneServer.IMAGE,
                new ImageConfig(
                        List.of(), List.of("/web"), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()),
                Map.of("base", 5_000_000L, "web", 1_000_000L));
        server.pullsTake(Duration.ofSeconds(2));
        beginSession();
        startAgent();
        var keeper = simulation.process("keeper").env();
        var ignored = keeper.tasks().spawn("keeper", () -> {
            while (true) {
                keeper.signal().await(LOOK);
                if (agent.condition() == SimulatedProcess.Condition.DEAD) {
                    keeper.signal().await(AWAY);
                    startAgent();
                }
            }
        });
        simulation.process("stranger").env().tasks().spawn("stranger", this::runForeign);
    }

    FakeServer server() {
        return server;
    }

    MemoryStore store() {
        return store;
    }

    /** How many agent processes there were. */
    int agents() {
        return agents;
    }

    /** Calls of the present agent process to its runtime. */
    long calls() {
        return runtime.calls();
    }

    long writes() {
        return way.writes();
    }

    void dieAtCall(long call, CrashPoint point) {
        var ignored = runtime.crashAt(call, point);
    }

    void dieAtWrite(long write, CrashPoint point) {
        var ignored = way.crashAt(write, point);
    }

    void killAgent() {
        agent.kill();
    }

    void reboot() {
        agent.kill();
        boots++;
        server.reboot();
    }

    /** Ids of this cluster's containers that run. */
    List<String> running() {
        return inventory().containers().stream()
                .map(ObservedContainer::id)
                .filter(server.running()::contains)
                .toList();
    }

    ObjectKey want(String name, TaskSpec.Builder spec) {
        var key = Kinds.TASKS.key("default", name);
        written(new Write.Create(Draft.of(key, Kinds.TASKS.spec().encode(spec.build()))));
        return key;
    }

    void stop(ObjectKey key) {
        store.get(key, ReadAt.LATEST).ifPresent(base -> {
            var spec = Kinds.TASKS.decode(base).spec().toBuilder()
                    .setDesired(TaskSpec.Desired.STOP)
                    .build();
            written(new Write.Update(
                    base, Draft.from(base).withSpec(Kinds.TASKS.spec().encode(spec))));
        });
    }

    void delete(ObjectKey key) {
        store.get(key, ReadAt.LATEST)
                .ifPresent(base -> written(new Write.Delete(key, base.meta().uid())));
    }

    List<Resource<TaskSpec, TaskStatus>> tasks() {
        return store.list(Selection.of(Kinds.TASKS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .toList();
    }

    /** What must not be at any moment. */
    Optional<String> broken() {
        var alive = new HashMap<String, Integer>();
        server.alive(CLUSTER).forEach(spec -> alive.merge(uid(spec), 1, Integer::sum));
        var doubled = alive.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .findFirst()
                .map(entry -> "two containers of task " + entry.getKey() + " run");
        return doubled.or(() -> told(alive)).or(this::sharedAddress).or(this::startedAgain);
    }

    /** S27: what was told to have ended does not run. */
    private Optional<String> told(Map<String, Integer> alive) {
        return tasks().stream()
                .filter(task -> over(task) && alive.containsKey(task.uid()))
                .findFirst()
                .map(task -> task.name() + " runs and was told to be "
                        + task.status().getState());
    }

    private Optional<String> sharedAddress() {
        var seen = new HashSet<String>();
        return server.heldAddresses().stream()
                .filter(address -> !seen.add(address))
                .findFirst()
                .map(address -> "two sandboxes have address " + address);
    }

    /** Each attempt is started once, and a task that is never to be restarted once altogether. */
    private Optional<String> startedAgain() {
        var seen = new HashSet<String>();
        for (var spec : server.started()) {
            if (uid(spec).equals("somebody-elses")) {
                continue;
            }
            boolean never = spec.labels().getOrDefault("dev.banyan/task", "").endsWith("-never");
            if (!seen.add(uid(spec) + (never ? "" : "/" + spec.attempt()))) {
                return Optional.of(spec.labels() + " was started again as attempt " + spec.attempt());
            }
        }
        return Optional.empty();
    }

    /** What truly is and is not as wanted. */
    Optional<String> difference() {
        var inventory = inventory();
        var wrong = new ArrayList<String>();
        var known = new HashSet<String>();
        for (var task : tasks()) {
            known.add(task.uid());
            differenceOf(task, inventory).ifPresent(wrong::add);
        }
        inventory.sandboxes().stream()
                .filter(sandbox -> !known.contains(sandbox.labels().getOrDefault(TaskRuntime.TASK_UID_LABEL, "")))
                .forEach(sandbox -> wrong.add("a sandbox of " + sandbox.name() + " is left, which nobody wants"));
        if (server.inventory(FOREIGN).containers().isEmpty()) {
            wrong.add("the stranger's container is gone");
        }
        return wrong.stream().findFirst();
    }

    private Optional<String> differenceOf(Resource<TaskSpec, TaskStatus> task, ContainerRuntime.Inventory inventory) {
        var running = inventory.containers().stream()
                .filter(container -> task.uid().equals(container.labels().get(TaskRuntime.TASK_UID_LABEL)))
                .filter(container -> server.running().contains(container.id()))
                .toList();
        boolean wanted = task.spec().getDesired() == TaskSpec.Desired.RUN;
        boolean restarts = task.spec().getContainer().getRestart().getMode() == RestartPolicy.Mode.UNLESS_STOPPED;
        if (over(task)) {
            boolean may = !wanted || !restarts || task.status().getState() == TaskStatus.State.FAILED;
            return may
                    ? Optional.empty()
                    : Optional.of(task.name() + " ended: " + task.status().getReason());
        }
        if (!wanted) {
            return Optional.of(
                    task.name() + " is not stopped but " + task.status().getState());
        }
        var told = task.status();
        boolean honest = running.size() == 1
                && told.getState() == TaskStatus.State.RUNNING
                && told.getContainerId().equals(running.getFirst().id());
        return honest
                ? Optional.empty()
                : Optional.of(task.name() + " is " + told.getState() + ", and runs as " + running);
    }

    static boolean over(Resource<TaskSpec, TaskStatus> task) {
        return task.status().getState() == TaskStatus.State.EXITED
                || task.status().getState() == TaskStatus.State.FAILED;
    }

    private static String uid(ContainerSpec spec) {
        return spec.labels().getOrDefault(TaskRuntime.TASK_UID_LABEL, "");
    }

    private ContainerRuntime.Inventory inventory() {
        return server.inventory(CLUSTER);
    }

    private void startAgent() {
        agents++;
        agent = simulation.process("agent");
        var env = agent.env();
        way = new FaultyStore(store, agent, Faults.NONE);
        runtime = new SimulatedRuntime(server.runtime(CLUSTER), agent, faults);
        var tasks = Informer.of(Kinds.TASKS, way, env).build();
        var config = new WorkloadConfig(OneServer.AGENT_UID, disk, disk.resolve("logs"), "/banyan/a1");
        tasks.start();
        new WorkloadController(
                        env,
                        tasks,
                        way,
                        runtime,
                        new Materials(disk.resolve("memory"), task -> List.of()),
                        config,
                        new Clock(),
                        new EventRecorder(env, list -> {}),
                        () -> fence)
                .start();
        besides.start(agent, way);
    }

    /** Another cluster's container, with the labels of a task that this cluster does not have. */
    private void runForeign() throws InterruptedException {
        while (!foreignRuns()) {
            simulation.process("stranger").env().signal().await(LOOK);
        }
    }

    private boolean foreignRuns() throws InterruptedException {
        var foreign = server.runtime(FOREIGN);
        var labels = Map.of(TaskRuntime.TASK_UID_LABEL, "somebody-elses", TaskRuntime.TASK_LABEL, "default/t1");
        try {
            var ignored = foreign.pull(OneServer.IMAGE);
            var sandbox = foreign.runSandbox(new SandboxSpec(
                    "t1",
                    "other",
                    1,
                    "t1",
                    Path.of("/logs"),
                    "/foreign",
                    SandboxSpec.Dns.OF_THE_SERVER,
                    labels,
                    Map.of()));
            foreign.start(foreign.createContainer(
                    sandbox.id(),
                    ContainerSpec.of("web", 1, OneServer.IMAGE, "1.log").withLabels(labels)));
            return true;
        } catch (ContainerException refused) {
            return false;
        }
    }

    private void beginSession() {
        var key = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, OneServer.AGENT_UID);
        var spec = Kinds.SESSIONS
                .spec()
                .encode(AgentSessionSpec.newBuilder().setAgent("a1").build());
        written(new Write.Create(Draft.of(key, spec)));
        long revision = store.get(key, ReadAt.LATEST).orElseThrow().meta().revision();
        fence = Optional.of(new Precondition.Fence(key, revision));
    }

    private void written(Write write) {
        var outcome = store.commit(Commit.of(write));
        if (!outcome.written()) {
            throw new AssertionError("not written: " + outcome);
        }
    }

    private final class Clock implements BootClock {
        @Override
        public long millis() {
            return simulation.time().elapsed().toMillis();
        }

        @Override
        public String bootId() {
            return "boot-" + boots;
        }
    }
}
