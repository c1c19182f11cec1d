package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.Invariant;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.ProcessFaults;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The usual world of a controller's test: one store, and processes that come to it over ways on which the trial's faults happen, stand still
 * for a while, die, and are started again.
 *
 * <pre>{@code
 * var world = new ControllerWorld(trial);
 * world.start("greeter", (env, store) -> ...);
 * world.truth().commit(...);
 * world.settles(() -> difference(world.truth()));
 * }</pre>
 *
 * <p>Used by the thread that plays the trial.
 */
public final class ControllerWorld {
    /** Starts the components of a process over its store; again, with nothing of what they knew, after the process has died. */
    @FunctionalInterface
    public interface Start {
        /** Runs as a task of the process. */
        void start(Env env, Store store) throws InterruptedException;
    }

    /** A network between machines that are near. */
    private static final Duration LATENCY_MAX = Duration.ofMillis(20);

    /** How long things go wrong: enough for a few deaths, and for what comes between them. */
    private static final Duration TROUBLED = Duration.ofSeconds(20);

    /** Between two looks at a process. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Longer than most deadlines, shorter than the trouble. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

    private final Trial trial;
    private final SimulatedProcess home;
    private final MemoryStore truth;
    private final List<Place> places = new ArrayList<>();

    /** A world with an empty store. */
    public ControllerWorld(Trial trial) {
        this.trial = trial;
        this.home = trial.simulation().process("home");
        this.truth = new MemoryStore(home.env());
    }

    /** The store as it is; what is written here is what users do. */
    public MemoryStore truth() {
        return truth;
    }

    /** The trial that it was made for. */
    public Trial trial() {
        return trial;
    }

    /** Starts a process, and again whenever it has died. Names of processes differ. */
    public void start(String name, Start start) {
        var place = new Place(name, start);
        places.add(place);
        place.begin();
        home.env().tasks().spawn("watcher of " + name, place::watch);
    }

    /** What must hold in every state of the store. */
    public void always(String name, Invariant invariant) {
        trial.simulation().always(name, truth, invariant);
    }

    /** See {@link #settles(Supplier, Predicate)}; nothing may be written at rest. */
    public void settles(Supplier<Optional<String>> difference) {
        settles(difference, key -> false);
    }

    /**
     * Lets things go wrong for a while; then, but in {@link Mode#SAFETY}, everything is well and the world must settle, see {@link
     * Settling}.
     *
     * @param difference what is not as wanted; empty when all is
     * @param restless what may be written at rest
     * @throws AssertionError when it does not settle
     */
    public void settles(Supplier<Optional<String>> difference, Predicate<ObjectKey> restless) {
        Simulation simulation = trial.simulation();
        if (trial.mode() != Mode.CALM) {
            simulation.runFor(TROUBLED);
        }
        if (trial.mode() != Mode.SAFETY) {
            trial.faults().calm();
            trial.settled(Settling.DEFAULT.check(simulation, truth, difference, restless));
        }
    }

    /** A process and those that come after it. */
    private final class Place {
        private final String name;
        private final Start start;
        private SimulatedProcess process;

        Place(String name, Start start) {
            this.name = name;
            this.start = start;
            this.process = trial.simulation().process(name);
        }

        void begin() {
            var env = process.env();
            var store = new FaultyStore(truth, process, trial.faults(), LATENCY_MAX);
            env.tasks().spawn("start", () -> start.start(env, store));
        }

        void watch() throws InterruptedException {
            var never = home.env().signal();
            while (!never.await(LOOK)) {
                if (process.condition() == SimulatedProcess.Condition.DEAD) {
                    process = trial.simulation().process(name);
                    begin();
                } else if (happens(ProcessFaults.KILLED)) {
                    process.kill();
                } else {
                    pause();
                }
            }
        }

        private void pause() throws InterruptedException {
            var details = trial.faults().strike(ProcessFaults.PAUSED, name);
            if (details.isPresent()) {
                process.pause();
                var never = home.env().signal();
                never.await(Duration.ofNanos(details.get().nextLong(PAUSE_MAX.toNanos())));
                process.resume();
            }
        }

        private boolean happens(FaultKind kind) {
            return trial.faults().strikes(kind, name);
        }
    }
}
