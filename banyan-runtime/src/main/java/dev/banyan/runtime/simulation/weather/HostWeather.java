package dev.banyan.runtime.simulation.weather;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Lets a fault plan befall hosts. Places are the hosts' names. */
public final class HostWeather {
    /** A host's clocks go at another rate from now on, up to 200 parts per million off, as bad quartz does. */
    public static final FaultKind DRIFT = new FaultKind("clock-drift", 0.2);

    /** A host's wall clock jumps by up to an hour, forward or back. */
    public static final FaultKind JUMP = new FaultKind("clock-jump", 0.05);

    /** A host stands still for up to two minutes. */
    public static final FaultKind FREEZE = new FaultKind("host-freeze", 0.05);

    /** All of them. */
    public static final List<FaultKind> ALL = List.of(DRIFT, JUMP, FREEZE);

    private static final int DRIFT_MAX_PPM = 200;
    private static final Duration JUMP_MAX = Duration.ofHours(1);
    private static final Duration FREEZE_MIN = Duration.ofMillis(100);
    private static final Duration FREEZE_MAX = Duration.ofMinutes(2);

    private final Simulation simulation;
    private final FaultPlan faults;
    private final Duration every;

    private HostWeather(Simulation simulation, FaultPlan faults, Duration every) {
        this.simulation = simulation;
        this.faults = faults;
        this.every = every;
    }

    /** Asks {@code faults} for each of {@code hosts} after every {@code every}, until the simulation ends. */
    public static void over(Simulation simulation, Collection<SimulatedHost> hosts, FaultPlan faults, Duration every) {
        var weather = new HostWeather(simulation, faults, every);
        hosts.forEach(weather::again);
    }

    private void again(SimulatedHost host) {
        simulation.after(every, () -> {
            befall(host);
            again(host);
        });
    }

    private void befall(SimulatedHost host) {
        faults.strike(DRIFT, host.name())
                .ifPresent(drawn -> host.drift(drawn.nextInt(2 * DRIFT_MAX_PPM + 1) - DRIFT_MAX_PPM));
        faults.strike(JUMP, host.name())
                .ifPresent(drawn -> host.jumpWallClock(
                        drawn(drawn, JUMP_MAX.multipliedBy(2)).minus(JUMP_MAX)));
        faults.strike(FREEZE, host.name()).ifPresent(drawn -> {
            host.freeze();
            simulation.after(FREEZE_MIN.plus(drawn(drawn, FREEZE_MAX.minus(FREEZE_MIN))), host::thaw);
        });
    }

    private static Duration drawn(RandomSource random, Duration below) {
        return Duration.ofNanos(random.nextLong(below.toNanos()));
    }
}
