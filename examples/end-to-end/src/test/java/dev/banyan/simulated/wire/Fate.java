package dev.banyan.simulated.wire;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.simulation.etcd.EtcdFaults;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.NetworkFaults;
import java.time.Duration;
import java.util.List;

/** What befalls the world between and inside its steps. */
final class Fate {
    static final FaultKind PAUSE_IN_CALL = new FaultKind("pause-in-call", 0.05);
    static final FaultKind PAUSE = new FaultKind("pause", 0.3);
    static final FaultKind KILL = new FaultKind("kill", 0.2);
    static final FaultKind CUT_STORE = new FaultKind("cut-store", 0.2);
    static final FaultKind CUT_WAY = new FaultKind("cut-way", 0.2);
    static final FaultKind CLOCK_JUMP = new FaultKind("clock-jump", 0.2);
    static final FaultKind DRIFT = new FaultKind("drift", 0.2);
    static final FaultKind CLONE = new FaultKind("clone", 0.1);

    static final FaultKind ETCD_KILL = new FaultKind("etcd-kill", 0.1);
    static final FaultKind ETCD_LAG = new FaultKind("etcd-lag", 0.2);
    static final FaultKind ETCD_LEADER_LOSS = new FaultKind("etcd-leader-loss", 0.1);
    static final FaultKind ETCD_COMPACTION = new FaultKind("etcd-compaction", 0.2);

    static final List<FaultKind> ALL = List.of(
            ETCD_KILL,
            ETCD_LAG,
            ETCD_LEADER_LOSS,
            ETCD_COMPACTION,
            EtcdFaults.LOST_REQUEST,
            EtcdFaults.LOST_REPLY,
            EtcdFaults.BROKEN_STREAM,
            PAUSE_IN_CALL,
            PAUSE,
            KILL,
            CUT_STORE,
            CUT_WAY,
            CLOCK_JUMP,
            DRIFT,
            CLONE,
            SimulatedWire.BROKEN,
            SimulatedWire.LATE,
            NetworkFaults.SLOW,
            NetworkFaults.CUT,
            NetworkFaults.ISOLATED);

    /** Beyond the time to live of a member, an agent's end as lost, and every patience of the wire. */
    static final int PAUSE_MAX_MS = 25_000;

    private static final int LAG_MAX_MS = 3_000;
    private static final int LEADERLESS_MAX_MS = 8_000;
    private static final int DRIFT_MAX_PPM = 100_000;
    private static final Duration JUMP_MAX = Duration.ofDays(2);

    private final SessionWorld world;

    Fate(SessionWorld world) {
        this.world = world;
    }

    /** What befalls etcd itself. */
    private void strikeEtcd() {
        var etcd = world.etcd();
        for (int member = 0; member < world.members(); member++) {
            int struck = member;
            strike(ETCD_KILL, "etcd-" + member, drawn -> {
                world.trial().reached("a member of etcd died");
                world.killMember(struck);
                world.simulation().after(within(drawn), () -> world.startMember(struck));
            });
            strike(ETCD_LAG, "etcd-" + member, drawn -> {
                world.trial().reached("a member of etcd was behind");
                etcd.lag(struck, Duration.ofMillis(1 + drawn.nextInt(LAG_MAX_MS)));
                world.simulation().after(within(drawn), () -> etcd.lag(struck, Duration.ZERO));
            });
        }
        strike(ETCD_LEADER_LOSS, "etcd", drawn -> {
            world.trial().reached("etcd had no leader");
            etcd.loseLeader(Duration.ofMillis(1 + drawn.nextInt(LEADERLESS_MAX_MS)));
        });
        strike(ETCD_COMPACTION, "etcd", drawn -> {
            world.trial().reached("history was compacted");
            etcd.compact(drawn.nextInt(20));
        });
    }

    /** One turn: each kind has its chance at each place. */
    void turn() {
        var simulation = world.simulation();
        for (var engine : world.engines()) {
            strike(PAUSE, engine.name(), drawn -> world.pause(engine.process(), within(drawn)));
            strike(KILL, engine.name(), drawn -> {
                engine.process().kill();
                world.trial().reached("an engine killed");
                simulation.after(within(drawn), () -> {
                    if (engine.process().condition() == Condition.DEAD) {
                        engine.restart();
                    }
                });
            });
            strike(CUT_STORE, engine.name(), drawn -> {
                world.store(engine.name(), false);
                simulation.after(within(drawn), () -> world.store(engine.name(), true));
            });
        }
        for (var agent : world.agents()) {
            strike(PAUSE, agent.name(), drawn -> world.pause(agent.process(), within(drawn)));
            strike(KILL, agent.name(), drawn -> agent.restart());
            strike(CLONE, agent.name(), drawn -> world.clone(agent, within(drawn)));
            for (var engine : world.engineNames()) {
                cutWay(agent.name(), engine);
                cutWay(engine, agent.name());
            }
        }
        strikeEtcd();
        for (var host : world.hosts()) {
            strike(CLOCK_JUMP, host, drawn -> simulation
                    .host(host)
                    .jumpWallClock(
                            Duration.ofSeconds(drawn.nextLong(2 * JUMP_MAX.toSeconds()) - JUMP_MAX.toSeconds())));
            strike(DRIFT, host, drawn -> simulation.host(host).drift(drawn.nextInt(2 * DRIFT_MAX_PPM) - DRIFT_MAX_PPM));
        }
    }

    private void cutWay(String from, String to) {
        strike(CUT_WAY, from + ">" + to, drawn -> {
            world.network().cut(from, to);
            world.trial().reached("one way cut");
            world.simulation().after(within(drawn), () -> world.network().heal(from, to));
        });
    }

    private void strike(FaultKind kind, String place, java.util.function.Consumer<RandomSource> deed) {
        world.trial().faults().strike(kind, place).ifPresent(deed);
    }

    private static Duration within(RandomSource drawn) {
        return Duration.ofMillis(1 + drawn.nextInt(PAUSE_MAX_MS));
    }
}
