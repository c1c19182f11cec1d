package dev.banyan.engine.image;

import dev.banyan.api.registry.ImageCopy;
import dev.banyan.engine.image.ImageDesk.State;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One image on its way, and all who wait for it. Thread-safe. */
final class Transfer implements ImageCopy.Progress {
    /** A registry that sends nothing for so long is given up. */
    static final Duration STALLED = Duration.ofMinutes(2);

    private static final State CANCELLED = new State.Failed("the transfer was cancelled");
    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private final Env env;
    private final Consumer<Transfer> left;
    private final List<Signal> waiting = new ArrayList<>();
    private boolean begun;
    private long moved;
    private long total;
    private long lastMoved;
    private Optional<State> end = Optional.empty();
    private @Nullable Task task; // written once, by run

    /** {@code left} is told when it has ended or nobody waits any more, perhaps twice. */
    Transfer(Env env, Consumer<Transfer> left) {
        this.env = env;
        this.left = left;
    }

    /** What is to be done; its failures are states. */
    interface Work {
        State run(Transfer transfer) throws InterruptedException;
    }

    synchronized void run(String name, Work work) {
        task = env.tasks().spawn(name, () -> {
            var state = CANCELLED;
            try {
                state = work.run(this);
            } catch (RuntimeException defect) {
                LOG.atError().addKeyValue("transfer", name).setCause(defect).log("transfer failed");
                state = new State.Failed("the engine has a defect; its log says more");
            } finally {
                ended(state);
            }
        });
    }

    /** One more who waits; empty when it is over. */
    synchronized Optional<ImageDesk.Waiting> join() {
        if (end.isPresent()) {
            return Optional.empty();
        }
        var signal = env.signal();
        waiting.add(signal);
        return Optional.of(new One(signal));
    }

    /** How much was to be moved. */
    synchronized long total() {
        return total;
    }

    /** From now on something must come. */
    synchronized void begin() {
        begun = true;
        lastMoved = env.time().nanos();
    }

    @Override
    public synchronized void expect(long bytes) {
        total = bytes;
        lastMoved = env.time().nanos();
        wake();
    }

    @Override
    public synchronized void moved(long bytes) {
        moved += bytes;
        lastMoved = env.time().nanos();
    }

    private void ended(State state) {
        synchronized (this) {
            if (end.isEmpty()) {
                end = Optional.of(state);
            }
            wake();
        }
        left.accept(this);
    }

    private State state() {
        synchronized (this) {
            boolean stalled = begun && env.time().since(lastMoved).compareTo(STALLED) > 0;
            if (end.isPresent() || !stalled) {
                return end.orElseGet(() -> new State.Moving(moved, total));
            }
            cancel();
        }
        var stalled = new State.Failed("nothing has come for " + STALLED.toMinutes()
                + " minutes; what has come is kept, so that the next attempt goes on from there");
        ended(stalled);
        return stalled;
    }

    private void leave(Signal signal) {
        synchronized (this) {
            waiting.remove(signal);
            if (!waiting.isEmpty() || end.isPresent()) {
                return;
            }
            cancel();
        }
        ended(CANCELLED);
    }

    private void cancel() {
        var running = task;
        if (running != null) {
            running.cancel();
        }
    }

    private void wake() {
        waiting.forEach(Signal::raise);
    }

    private final class One implements ImageDesk.Waiting {
        private final Signal signal;

        One(Signal signal) {
            this.signal = signal;
        }

        @Override
        public State next(Duration atMost) throws InterruptedException {
            var now = state();
            if (now instanceof State.Moving) {
                var ignored = signal.await(atMost);
                now = state();
            }
            return now;
        }

        @Override
        public void close() {
            leave(signal);
        }
    }
}
