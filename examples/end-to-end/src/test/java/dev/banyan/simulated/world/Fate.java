package dev.banyan.simulated.world;

import dev.banyan.agent.container.ContainerFaults;
import dev.banyan.agent.plane.PlaneFaults;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.disk.DiskFaults;
import dev.banyan.runtime.simulation.etcd.EtcdFaults;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.NetworkFaults;
import dev.banyan.runtime.simulation.weather.HostWeather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Strikes the world where the trial's plan says so: once a second each kind is asked for at each of its places. What it breaks it mends
 * after a while, unless that is left as it is.
 */
public final class Fate {
    static final FaultKind ENGINE_KILL = new FaultKind("engine-kill", 0.08);
    static final FaultKind ENGINE_PAUSE = new FaultKind("engine-pause", 0.08);
    static final FaultKind ENGINE_REBOOT = new FaultKind("engine-reboot", 0.03);
    static final FaultKind AGENT_KILL = new FaultKind("agent-kill", 0.08);
    static final FaultKind AGENT_PAUSE = new FaultKind("agent-pause", 0.08);
    static final FaultKind AGENT_CUT = new FaultKind("agent-cut", 0.05);
    static final FaultKind HOST_REBOOT = new FaultKind("host-reboot", 0.03);
    static final FaultKind DAEMON_DEATH = new FaultKind("daemon-death", 0.06);
    static final FaultKind CONTAINER_EXIT = new FaultKind("container-exit", 0.1);
    static final FaultKind SANDBOX_DEATH = new FaultKind("sandbox-death", 0.05);
    static final FaultKind ETCD_KILL = new FaultKind("etcd-kill", 0.05);
    static final FaultKind ETCD_LEADER_LOSS = new FaultKind("etcd-leader-loss", 0.06);
    static final FaultKind ETCD_LAG = new FaultKind("etcd-lag", 0.1);
    static final FaultKind ETCD_CUT = new FaultKind("etcd-cut", 0.05);
    static final FaultKind ETCD_COMPACTION = new FaultKind("etcd-compaction", 0.2);
    static final FaultKind STORE_OUTAGE = new FaultKind("store-outage", 0.03);
    static final FaultKind CRASH_BEFORE_WRITE = new FaultKind("crash-before-write", 0.02);
    static final FaultKind CRASH_AFTER_WRITE = new FaultKind("crash-after-write", 0.02);
    static final FaultKind CRASH_BEFORE_CALL = new FaultKind("crash-before-call", 0.05);
    static final FaultKind CRASH_AFTER_CALL = new FaultKind("crash-after-call", 0.05);

    static final FaultKind LEFT_BROKEN = new FaultKind("left-broken", 1);

    /** Everything that may go wrong here. */
    public static final List<FaultKind> ALL = Stream.of(
                    EtcdFaults.OF_MESSAGES,
                    NetworkFaults.ALL,
                    SimulatedWire.FAULTS,
                    HostWeather.ALL,
                    ContainerFaults.OF_SERVER,
                    DiskFaults.ALL,
                    List.of(PlaneFaults.COMMAND_FAILS, PlaneFaults.COMMAND_UNANSWERED, PlaneFaults.COMMAND_SLOW),
                    List.of(ContainerFaults.CALL_REFUSED, ContainerFaults.ANSWER_LOST),
                    List.of(
                            ENGINE_KILL,
                            ENGINE_PAUSE,
                            ENGINE_REBOOT,
                            AGENT_KILL,
                            AGENT_PAUSE,
                            AGENT_CUT,
                            HOST_REBOOT,
                            DAEMON_DEATH,
                            CONTAINER_EXIT,
                            SANDBOX_DEATH,
                            ETCD_KILL,
                            ETCD_LEADER_LOSS,
                            ETCD_LAG,
                            ETCD_CUT,
                            ETCD_COMPACTION,
                            STORE_OUTAGE,
                            CRASH_BEFORE_WRITE,
                            CRASH_AFTER_WRITE,
                            CRASH_BEFORE_CALL,
                            CRASH_AFTER_CALL,
                            LEFT_BROKEN))
            .flatMap(List::stream)
            .toList();

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final Duration SUPERVISOR = Duration.ofSeconds(2);

    private final World world;
    private final FaultPlan plan;
    private final Env env;
    private final Set<String> cut = new LinkedHashSet<>();
    private final Set<String> left = new LinkedHashSet<>();
    private final List<Integer> deadMembers = new ArrayList<>();

    Fate(World world) {
        this.world = world;
        this.plan = world.trial().faults();
        this.env = world.simulation().process("fate").env();
    }

    @FunctionalInterface
    private interface Harm {
        void strike(RandomSource details) throws InterruptedException;
    }

    void begin() {
        var hosts = Stream.concat(
                        world.engines().stream().map(EngineProcess::host),
                        world.agents().stream().map(AgentProcess::host))
                .toList();
        HostWeather.over(world.simulation(), hosts, plan, PERIOD);
        env.tasks().spawn("fate", () -> {
            while (true) {
                pause(PERIOD);
                world.engines().forEach(this::strikeEngine);
                world.agents().forEach(this::strikeAgent);
                strikeStore();
            }
        });
    }

    /** Whether an engine stands still that somebody or something will let go on. */
    boolean mayGoOn(EngineProcess engine) {
        return engine.standsStill() && !left.contains(engine.name());
    }

    /** Nothing gets through between {@code agent} and the engines until that is mended. */
    boolean isCut(String agent) {
        return cut.contains(agent);
    }

    /**
     * Nothing goes wrong any more. All that etcd has is mended, and all of {@code core}; the rest stays as it is.
     */
    public void calm(Set<String> core) {
        breakForGood(core);
        plan.calm();
        healStore();
        for (var engine : world.engines()) {
            if (core.contains(engine.name())) {
                revive(engine.host());
                engine.restart();
                engine.resume();
            } else {
                left.add(engine.name());
            }
        }
        for (var agent : world.agents()) {
            agent.machine().daemonReturns(); // its agent is its supervisor
            if (core.contains(agent.name())) {
                join(agent.name());
                revive(agent.host());
                agent.restart();
                agent.resume();
            } else {
                left.add(agent.name());
            }
        }
    }

    /** Some of what nobody mends breaks at the last moment. */
    private void breakForGood(Set<String> core) {
        for (var engine : world.engines()) {
            if (!core.contains(engine.name())) {
                plan.strike(LEFT_BROKEN, engine.name())
                        .ifPresent(details -> List.<Runnable>of(engine::kill, engine::pause)
                                .get(details.nextInt(2))
                                .run());
            }
        }
        for (var agent : world.agents()) {
            if (!core.contains(agent.name())) {
                plan.strike(LEFT_BROKEN, agent.name())
                        .ifPresent(details -> List.<Runnable>of(agent::kill, agent::pause, () -> cut(agent.name()))
                                .get(details.nextInt(3))
                                .run());
            }
        }
    }

    private static void revive(SimulatedHost host) {
        host.powerOn();
        host.thaw();
    }

    private void cut(String agent) {
        cut.add(agent);
        world.network().partition(List.of(agent), engineNames());
    }

    private void join(String agent) {
        if (cut.remove(agent)) {
            for (var engine : engineNames()) {
                world.network().heal(agent, engine);
                world.network().heal(engine, agent);
            }
        }
    }

    private List<String> engineNames() {
        return world.engines().stream().map(EngineProcess::name).toList();
    }

    /** A process ends by itself, and its supervisor starts another. */
    void fallsOver(String name, Runnable restart) {
        env.tasks().spawn("supervisor of " + name, () -> {
            pause(SUPERVISOR);
            mend(name, restart);
        });
    }

    /** What happens at the commits of an engine. */
    Deaths deathsOf(EngineProcess engine) {
        var process = engine.process();
        return new Struck(process, CRASH_BEFORE_WRITE, CRASH_AFTER_WRITE, engine::kill, engine::restart);
    }

    /** What happens at an agent's calls of its container runtime. */
    Deaths deathsOf(AgentProcess agent) {
        var process = agent.process();
        return new Struck(process, CRASH_BEFORE_CALL, CRASH_AFTER_CALL, agent::kill, agent::restart);
    }

    private void strikeEngine(EngineProcess engine) {
        var name = engine.name();
        befall(ENGINE_KILL, name, details -> {
            world.reached("an engine died");
            engine.kill();
            pause(details, LONG);
            mend(name, engine::restart);
        });
        befall(ENGINE_PAUSE, name, details -> {
            world.reached("an engine stood still");
            engine.pause();
            pause(details, LONG);
            mend(name, engine::resume);
        });
        befall(ENGINE_REBOOT, name, details -> {
            world.reached("an engine's host rebooted");
            engine.host().powerOff();
            pause(details, LONG);
            mend(name, () -> {
                engine.host().powerOn();
                engine.restart();
            });
        });
        befall(ETCD_CUT, name, details -> {
            int member = details.nextInt(world.members());
            var process = engine.process();
            world.etcd().cut(process, member);
            pause(details, LONG);
            world.etcd().heal(process, member);
        });
    }

    private void strikeAgent(AgentProcess agent) {
        var name = agent.name();
        befall(AGENT_KILL, name, details -> {
            agent.kill();
            pause(details, LONG);
            mend(name, agent::restart);
        });
        befall(AGENT_PAUSE, name, details -> {
            world.reached("an agent stood still");
            agent.pause();
            pause(details, LONG);
            mend(name, agent::resume);
        });
        befall(AGENT_CUT, name, details -> {
            world.reached("an agent was cut off");
            cut(name);
            pause(details, LONG);
            mend(name, () -> join(name));
        });
        befall(HOST_REBOOT, name, details -> {
            world.reached("a host rebooted");
            agent.host().powerOff();
            world.witness().contained(agent.machine());
            pause(details, LONG);
            mend(name, () -> {
                agent.host().powerOn();
                agent.restart();
            });
        });
        strikeContainers(agent);
    }

    private void strikeContainers(AgentProcess agent) {
        var name = agent.name();
        var machine = agent.machine();
        befall(DAEMON_DEATH, name, details -> {
            machine.daemonDies();
            pause(details, SHORT);
            machine.daemonReturns();
        });
        befall(CONTAINER_EXIT, name, details -> {
            if (!machine.living().isEmpty()) {
                world.reached("a container exited");
            }
            machine.containerDies(details.nextInt(1_000));
            world.witness().contained(machine);
        });
        befall(SANDBOX_DEATH, name, details -> {
            machine.sandboxDies(details.nextInt(1_000));
            world.witness().contained(machine);
        });
    }

    private void strikeStore() {
        var etcd = world.etcd();
        for (int member : IntStream.range(0, world.members()).toArray()) {
            befall(ETCD_KILL, "etcd-" + member, details -> {
                world.reached("a member of etcd died");
                killMember(member);
                pause(details, SHORT);
                startMember(member);
            });
            befall(ETCD_LAG, "etcd-" + member, details -> {
                etcd.lag(member, Duration.ofMillis(1 + details.nextInt(3_000)));
                pause(details, LONG);
                etcd.lag(member, Duration.ZERO);
            });
        }
        befall(ETCD_LEADER_LOSS, "etcd", details -> {
            world.reached("etcd had no leader");
            etcd.loseLeader(Duration.ofMillis(1 + details.nextInt(8_000)));
        });
        befall(ETCD_COMPACTION, "etcd", details -> {
            world.reached("history was compacted");
            etcd.compact(details.nextInt(20));
        });
        befall(STORE_OUTAGE, "etcd", details -> {
            world.reached("the store was away");
            IntStream.range(0, world.members()).forEach(this::killMember);
            pause(details, LONG);
            IntStream.range(0, world.members()).forEach(this::startMember);
        });
    }

    private void killMember(int member) {
        if (!deadMembers.contains(member)) {
            deadMembers.add(member);
            world.etcd().kill(member);
        }
    }

    private void startMember(int member) {
        if (deadMembers.remove((Integer) member)) {
            world.etcd().start(member);
        }
    }

    private void healStore() {
        IntStream.range(0, world.members()).forEach(member -> {
            startMember(member);
            world.etcd().lag(member, Duration.ZERO);
            world.engines().forEach(engine -> world.etcd().heal(engine.process(), member));
        });
    }

    private void befall(FaultKind kind, String place, Harm harm) {
        plan.strike(kind, place).ifPresent(details -> env.tasks().spawn(kind.name(), () -> {
            world.simulation().trace().note("fate", kind.name() + " at " + place);
            harm.strike(details);
        }));
    }

    /** What was left as it is stays so. */
    private void mend(String place, Runnable mending) {
        if (!left.contains(place)) {
            mending.run();
        }
    }

    private void pause(RandomSource details, Duration most) throws InterruptedException {
        pause(Duration.ofMillis(1 + details.nextInt((int) most.toMillis())));
    }

    private void pause(Duration duration) throws InterruptedException {
        var ignored = env.signal().await(duration);
    }

    /** Death right before or after a deed, and the return some time later. */
    private final class Struck implements Deaths {
        private final SimulatedProcess process;
        private final FaultKind before;
        private final FaultKind after;
        private final Runnable kill;
        private final Runnable restart;

        Struck(SimulatedProcess process, FaultKind before, FaultKind after, Runnable kill, Runnable restart) {
            this.process = process;
            this.before = before;
            this.after = after;
            this.kill = kill;
            this.restart = restart;
        }

        @Override
        public void before() {
            dieOf(before);
        }

        @Override
        public void after() {
            dieOf(after);
        }

        private void dieOf(FaultKind kind) {
            plan.strike(kind, process.name()).ifPresent(details -> {
                world.reached("a process died at a deed");
                env.tasks().spawn(kind.name(), () -> {
                    pause(details, LONG);
                    mend(process.name(), restart);
                });
                world.simulation().trace().note("fate", kind.name() + " at " + process.name());
                kill.run();
                process.away(Duration.ZERO); // does not come back
            });
        }
    }
}
