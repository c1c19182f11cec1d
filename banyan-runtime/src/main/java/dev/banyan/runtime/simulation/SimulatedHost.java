package dev.banyan.runtime.simulation;

import dev.banyan.runtime.simulation.clock.HostClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A machine: its processes share its clocks, its disk and its place in the network, and stand still or die with it. Used by the driver of the
 * simulation and by its tasks.
 */
public final class SimulatedHost {
    private final Simulation simulation;
    private final Baton baton;
    private final String name;
    private final HostClock clock;
    private final Set<SimulatedProcess> processes = new LinkedHashSet<>();
    private final List<Runnable> powerListeners = new ArrayList<>();
    private final List<Runnable> awakeListeners = new ArrayList<>();
    private boolean up = true;
    private boolean frozen;
    private int boots = 1;

    SimulatedHost(Simulation simulation, Baton baton, String name) {
        this.simulation = simulation;
        this.baton = baton;
        this.name = name;
        this.clock = new HostClock(baton.time());
    }

    /** The name it was made with. */
    public String name() {
        return name;
    }

    /** The world it is in. */
    public Simulation simulation() {
        return simulation;
    }

    /** Its clocks. Change them by the host's methods, so that those who wait learn of it. */
    public HostClock clock() {
        return clock;
    }

    /** Another text after each reboot. */
    public String bootId() {
        return name + "-boot-" + boots;
    }

    /** How often it was started, from 1. */
    public int boots() {
        return boots;
    }

    /** False while it has no power. */
    public boolean isUp() {
        return up;
    }

    /** True while it stands still. */
    public boolean isFrozen() {
        return frozen;
    }

    /** Whether it would answer the network now. */
    public boolean isAwake() {
        return up && !frozen;
    }

    /**
     * A new process on it. The same name again is another incarnation, with other randomness.
     *
     * @throws IllegalStateException while it has no power
     */
    public SimulatedProcess process(String processName) {
        if (!up) {
            throw new IllegalStateException("host " + name + " has no power");
        }
        var process = simulation.incarnation(this, processName);
        processes.add(process);
        return process;
    }

    /** Lets it stand still as a suspended machine does: its wall clock and its boot clock go on, and nobody on it knows. */
    public void freeze() {
        baton.guard();
        if (isAwake()) {
            note("stands still");
            frozen = true;
            clock.freeze();
            processes.forEach(baton::freeze);
            baton.clockChanged(this);
        }
    }

    /** Lets it go on after {@link #freeze}. */
    public void thaw() {
        baton.guard();
        if (frozen) {
            note("goes on");
            frozen = false;
            clock.thaw();
            baton.clockChanged(this);
            processes.stream()
                    .filter(process -> process.condition() == SimulatedProcess.Condition.RUNNING)
                    .forEach(baton::thaw);
            awakeListeners.forEach(Runnable::run);
        }
    }

    /** Takes its power: all its processes die, and its disk keeps what was forced and whatever else it likes. */
    public void powerOff() {
        baton.guard();
        if (up) {
            note("loses power");
            up = false;
            frozen = false;
            List.copyOf(processes).forEach(SimulatedProcess::kill);
            powerListeners.forEach(Runnable::run);
        }
    }

    /** Starts it again, without processes. */
    public void powerOn() {
        baton.guard();
        if (!up) {
            up = true;
            boots++;
            clock.reboot();
            note("starts");
            awakeListeners.forEach(Runnable::run);
        }
    }

    /** Takes its power and gives it back. */
    public void reboot() {
        powerOff();
        powerOn();
    }

    /** Lets its clocks go faster by {@code ppm} parts per million, or slower by a negative number. */
    public void drift(int ppm) {
        baton.guard();
        note("clocks drift by " + ppm + " ppm");
        clock.drift(ppm);
        baton.clockChanged(this);
    }

    /** Sets its wall clock forward, or back by a negative jump. */
    public void jumpWallClock(Duration jump) {
        baton.guard();
        note("wall clock jumps by " + jump);
        clock.jump(jump);
    }

    /** Lets the calling task wait for something of this machine, such as its disk; outside tasks nothing happens. */
    public void away(Duration duration) {
        baton.away(duration);
    }

    /** Tells {@code listener} of each loss of power, after the processes died. */
    public void onPowerLoss(Runnable listener) {
        powerListeners.add(listener);
    }

    /** Tells {@code listener} whenever the host goes on or starts. */
    public void onAwake(Runnable listener) {
        awakeListeners.add(listener);
    }

    /** Notes in the trace that this host did something. */
    public void note(String action) {
        baton.trace().note("host " + name, action);
    }

    void ended(SimulatedProcess process) {
        processes.remove(process);
    }
}
