package dev.banyan.simulated.world;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.simulated.world.EngineProcess.Serving;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A process's connection to one of the engines. A call is done by a task of that engine; requests and answers take time and get lost. When
 * an engine does not answer, the next one is tried.
 */
public final class EngineLink {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LATENCY_MAX = Duration.ofMillis(10);

    private final World world;
    private final SimulatedProcess caller;
    private final RandomSource random;
    private int engine;
    private int generation = 1;
    private long heardNanos;
    private int incarnation;

    EngineLink(World world, SimulatedProcess caller) {
        this.world = world;
        this.caller = caller;
        this.random = caller.env().random().fork("link");
        this.engine = random.nextInt(world.engines().size());
        this.incarnation = target().incarnation();
        this.heardNanos = caller.env().time().nanos();
    }

    /** What came of a call. */
    sealed interface Answer<T> {
        /** The engine's answer, or the exception it answers with. */
        record Given<T>(Supplier<T> value) implements Answer<T> {}

        /** Nothing was begun. */
        record Refused<T>() implements Answer<T> {}

        /** Nobody knows. */
        record Lost<T>() implements Answer<T> {}
    }

    SimulatedProcess caller() {
        return caller;
    }

    /** Another number whenever it is another connection. */
    int generation() {
        if (target().incarnation() != incarnation) {
            incarnation = target().incarnation();
            generation++;
        }
        return generation;
    }

    EngineProcess target() {
        return world.engines().get(engine);
    }

    boolean cut() {
        return world.fate().isCut(caller.name());
    }

    /** Has the engine do {@code work}; waits for the answer. */
    <T> Answer<T> ask(String what, Function<Serving, T> work) {
        travel();
        var asked = target();
        var serving = asked.serving();
        if (serving.isEmpty()) {
            next();
            return new Answer.Refused<>();
        }
        if (cut() || world.fate().strikes(Fate.RPC_LOST_REQUEST, caller.name() + ">" + asked.name())) {
            return lost();
        }
        var mailbox = caller.env().<Optional<Supplier<T>>>mailbox(1);
        Runnable broken = () -> mailbox.offer(Optional.empty());
        long deadline = caller.env().time().nanos() + PATIENCE.toNanos();
        var ignored = asked.serve(
                what,
                () -> {
                    // A call says until when it is wanted, and is not begun later.
                    if (caller.env().time().nanos() < deadline) {
                        mailbox.offer(Optional.of(done(work, serving.get())));
                    }
                },
                broken);
        Optional<Optional<Supplier<T>>> answer;
        try {
            answer = mailbox.poll(PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            answer = Optional.empty();
        } finally {
            asked.served(broken);
        }
        if (answer.isEmpty() || answer.get().isEmpty()) {
            next();
            return new Answer.Lost<>();
        }
        if (cut() || world.fate().strikes(Fate.RPC_LOST_REPLY, caller.name() + ">" + asked.name())) {
            return lost();
        }
        travel();
        return new Answer.Given<>(answer.get().get());
    }

    private static <T> Supplier<T> done(Function<Serving, T> work, Serving serving) {
        try {
            var value = work.apply(serving);
            return () -> value;
        } catch (StoreException refused) {
            return () -> {
                throw refused;
            };
        }
    }

    /** Shows the engine that the caller is there; an engine that stands still or is cut off is left after a while. */
    void heartbeat(String agent) {
        travel();
        long now = caller.env().time().nanos();
        boolean passes = !cut() && target().process().condition() == Condition.RUNNING;
        if (passes && target().serving().isPresent()) {
            heardNanos = now;
            target().serving().get().plane().judge().heard(agent);
        } else if (target().serving().isEmpty() || now - heardNanos > PATIENCE.toNanos()) {
            heardNanos = now;
            next();
        }
    }

    void travel() {
        caller.away(world.trial().faults().latency(random, LATENCY_MAX));
    }

    /** The way back, in the engine's time. */
    void engineTravels(EngineProcess from) {
        from.process().away(world.trial().faults().latency(random, LATENCY_MAX));
    }

    private <T> Answer<T> lost() {
        caller.away(PATIENCE);
        next();
        return new Answer.Lost<>();
    }

    private void next() {
        engine = (engine + 1) % world.engines().size();
        incarnation = target().incarnation();
        generation++;
    }
}
