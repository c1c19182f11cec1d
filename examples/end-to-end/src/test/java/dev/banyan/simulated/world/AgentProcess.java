package dev.banyan.simulated.world;

import dev.banyan.agent.Duties;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.SimulatedRuntime;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.plane.KernelWay;
import dev.banyan.agent.session.Session;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.kinds.settings.Features;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.simulated.wire.FrontDoor;
import java.io.UncheckedIOException;
import java.util.List;

/** An agent: session and duties as they are shipped, as a process that dies and comes back on a machine that stays. */
public final class AgentProcess {
    private static final List<String> PRIVILEGES = List.of("host:network");
    private static final ResourceAmounts CAPACITY = ResourceAmounts.newBuilder()
            .setCpuMilli(4_000)
            .setMemoryBytes(8L << 30)
            .build();

    private final World world;
    private final String name;
    private final String uid;
    private final Machine machine;
    private SimulatedProcess process;

    AgentProcess(World world, String name, String uid, Machine machine) {
        this.world = world;
        this.name = name;
        this.uid = uid;
        this.machine = machine;
        this.process = machine.host().process(name);
        begin();
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its object's uid. */
    public String uid() {
        return uid;
    }

    /** What it works on. */
    public Machine machine() {
        return machine;
    }

    /** Whether it does its work now: it runs, reaches engines, and its container runtime answers. */
    public boolean works() {
        return runs() && !world.fate().isCut(name) && machine.daemonUp();
    }

    /** Whether the process runs. */
    public boolean runs() {
        return process.condition() == Condition.RUNNING;
    }

    SimulatedHost host() {
        return machine.host();
    }

    SimulatedProcess process() {
        return process;
    }

    /** Ends it like {@code kill -9}. */
    public void kill() {
        process.kill();
    }

    /** Stands still as by a signal, and does not know. */
    public void pause() {
        process.pause();
    }

    /** Goes on. */
    public void resume() {
        process.resume();
    }

    /** Starts it unless it runs or its host has no power. */
    public void restart() {
        if (process.condition() != Condition.DEAD || !host().isUp()) {
            return;
        }
        if (!machine.living().isEmpty()) {
            world.reached("an agent came back to containers that run");
        }
        process = host().process(name);
        begin();
    }

    private void begin() {
        process.env().tasks().spawn("main", () -> {
            try {
                start();
            } catch (UncheckedIOException | HostException failed) {
                // As in production: the process ends, and its supervisor starts another.
                process.note("did not start: " + failed.getMessage());
                world.reached("an agent did not start and was started again");
                world.fate().fallsOver(name, this::restart);
                kill();
            }
        });
    }

    private void start() throws InterruptedException {
        var env = process.env();
        var memory = new CheckedFile(machine.disk().resolve("membership"));
        var control = client();
        var session = new Session(env, control, memory, machine.bootId(), "simulated");
        session.start();
        var member = session.membership();
        machine.joins(member.subnet());
        var way = new KernelWay(machine.kernel(), process, world.trial().faults());
        var tools = new Duties.Tools(
                runtime(),
                new Duties.Kernel(way, way, way),
                machine,
                machine.disk(),
                machine.disk().resolve("logs"),
                machine.disk().resolve("memory").resolve(machine.bootId()),
                PRIVILEGES);
        var duties = new Duties(env, new Duties.Post(session, member, control), tools);
        duties.report().change(status -> status.toBuilder()
                .setCapacity(CAPACITY)
                .addAllFeatures(Features.KNOWN)
                .addAllPrivileges(PRIVILEGES)
                .setHostAddress(machine.kernel().address().toString())
                .build());
        duties.components().forEach(Component::start);
    }

    private BanyanClient client() {
        var engines = world.engines().stream().map(EngineProcess::name).toArray(String[]::new);
        return FrontDoor.client(world.wire(), process, FrontDoor.credentials("agent", name), engines);
    }

    private ContainerRuntime runtime() {
        var watched = new WatchedRuntime(world, machine, world.fate().deathsOf(this));
        var way = new SimulatedRuntime(watched, process, world.trial().faults());
        return world.sabotage().ofAgents().apply(way);
    }
}
