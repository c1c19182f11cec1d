package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A group of tasks that live and die together. What its tasks know is lost with it: start another process of the same name to bring it back.
 */
public final class SimulatedProcess {
    /** How a process is. */
    public enum Condition {
        /** Its tasks run when it is their turn. */
        RUNNING,
        /** Stopped as by a signal or a long collection; time passes and it does not know. */
        PAUSED,
        /** Killed: its tasks never run again. */
        DEAD
    }

    final Set<SimulatedTask> frozen = new LinkedHashSet<>(); // runnable tasks of a paused process

    private final SimulatedHost host;
    private final Baton baton;
    private final String name;
    private final SimulatedEnv env;
    private final List<Runnable> endListeners = new ArrayList<>();
    private boolean dead;
    private boolean paused;

    SimulatedProcess(SimulatedHost host, Baton baton, String name, RandomSource random) {
        this.host = host;
        this.baton = baton;
        this.name = name;
        this.env = new SimulatedEnv(this, baton, random);
    }

    /** The name it was made with; its incarnations share it. */
    public String name() {
        return name;
    }

    /** Where it runs. */
    public SimulatedHost host() {
        return host;
    }

    /** What its components are built with. */
    public Env env() {
        return env;
    }

    /** How it is now; one on a host that stands still is paused. */
    public Condition condition() {
        if (dead) {
            return Condition.DEAD;
        }
        return paused || host.isFrozen() ? Condition.PAUSED : Condition.RUNNING;
    }

    /** Ends the process like {@code kill -9}: no task of it goes beyond its next blocking point, nothing is cleaned up. */
    public void kill() {
        baton.guard();
        if (!dead) {
            note("killed");
            dead = true;
            baton.abandon(this);
            host.ended(this);
            List.copyOf(endListeners).forEach(Runnable::run);
            endListeners.clear();
        }
    }

    /** Tells {@code listener} when the process is killed, at once when it was: for what a kernel keeps for a process. */
    public void onEnd(Runnable listener) {
        if (dead) {
            listener.run();
        } else {
            endListeners.add(listener);
        }
    }

    /** Forgets a listener of {@link #onEnd}. */
    public void forget(Runnable listener) {
        endListeners.remove(listener);
    }

    /** Stops the process like {@code SIGSTOP}: a task that runs stops at its next blocking point. */
    public void pause() {
        baton.guard();
        if (!dead && !paused) {
            note("paused");
            paused = true;
            baton.freeze(this);
        }
    }

    /** Lets a paused process go on. */
    public void resume() {
        baton.guard();
        if (!dead && paused) {
            note("goes on");
            paused = false;
            if (condition() == Condition.RUNNING) {
                baton.thaw(this);
            }
        }
    }

    /** Notes in the trace that this process did something. */
    public void note(String action) {
        baton.trace().note(name, action);
    }

    /** Lets the calling task be away for a while, as in a call over the network; outside tasks nothing happens. */
    public void away(Duration duration) {
        baton.away(duration);
    }

    void taskFailed(SimulatedTask task, Throwable failure) {
        host.simulation().taskFailed(task, failure);
    }
}
