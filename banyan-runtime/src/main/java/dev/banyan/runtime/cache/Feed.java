package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reflector and the copies that it fills. All copies move together: their snapshots of one revision become visible by one write.
 *
 * <p>The feed's task decides the next snapshots under the lock, publishes them, and leaves the lock before it calls handlers. Copies are
 * added before the start.
 */
final class Feed {
    /** Batches between reflector and copies. Enough to keep both busy; what does not fit waits in the watch, which is bounded too. */
    private static final int INPUTS_MAX = 64;

    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    /** Behind for longer than this, a copy is too old to decide from. Bookmarks and retries take a fraction of it. */
    private static final Duration LAG_MAX = Duration.ofSeconds(10);

    /** At one batch for longer than this, a handler is worth a word. */
    private static final Duration HANDLER_SLOW = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    private final Env env;
    private final String name;
    private final Mailbox<Reflector.Input> inputs;
    private final Reflector reflector;
    private final RevisionGate gate;
    private final RevisionGate answered; // passed by what the store itself said
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Copy<?, ?>> copies = new CopyOnWriteArrayList<>();
    private final List<LongConsumer> progress = new CopyOnWriteArrayList<>();
    private final Lag.Meter freshness = new Lag.Meter(); // guarded by lock
    private boolean stopped; // guarded by lock

    private volatile Published published = new Published(0, List.of()); // written under lock
    private volatile boolean synced; // written by the feed's task
    private volatile boolean stale; // written by the feed's task
    private volatile List<Task> tasks = List.of(); // written by whoever starts

    Feed(Reflector.Source source, Env env) {
        this.env = env;
        this.name = source.name();
        this.inputs = env.mailbox(INPUTS_MAX);
        this.gate = new RevisionGate(env);
        this.answered = new RevisionGate(env);
        this.reflector = new Reflector(source, env, inputs);
    }

    /** What all copies show at one revision, by slot. */
    record Published(long revision, List<Snapshot<?, ?>> snapshots) {
        Published {
            snapshots = List.copyOf(snapshots);
        }

        Published with(int slot, Snapshot<?, ?> snapshot) {
            var changed = new ArrayList<>(snapshots);
            changed.set(slot, snapshot);
            return new Published(revision, changed);
        }
    }

    Published published() {
        return published;
    }

    RevisionGate gate() {
        return gate;
    }

    /** Passes nothing that was only kept. */
    RevisionGate answered() {
        return answered;
    }

    boolean synced() {
        return synced;
    }

    boolean stale() {
        return stale;
    }

    boolean started() {
        return !tasks.isEmpty();
    }

    /** The slot that the next copy gets. */
    int nextSlot() {
        return copies.size();
    }

    <S, T> void add(Copy<S, T> copy, Snapshot<S, T> empty) {
        lock.lock();
        try {
            if (started()) {
                throw new IllegalStateException(name + " is started already: informers are added before");
            }
            copies.add(copy);
            var more = new ArrayList<>(published.snapshots());
            more.add(empty);
            published = new Published(0, more);
        } finally {
            lock.unlock();
        }
    }

    <S, T> void addDirect(Copy<S, T> copy, String handlerName, ResourceHandler<S, T> handler) {
        copy.add(handlerName, handler);
        inputs.offer(new Reflector.Input.Nudge()); // a full mailbox makes the task look as well
    }

    <S, T> ResourceHandler.Registration addLoop(
            Copy<S, T> copy, String handlerName, ResourceHandler.OfBatches<S, T> handler) {
        var loops = new ArrayList<HandlerLoop<S, T>>(1); // so that the loop can name itself when it is closed
        var loop = new HandlerLoop<>(env, handlerName, handler, () -> remove(copy, loops.getFirst()));
        loops.add(loop);
        lock.lock();
        try {
            copy.add(loop, copy.in(published.snapshots()));
            if (started() && !stopped) {
                loop.start();
            }
        } finally {
            lock.unlock();
        }
        return loop;
    }

    void addProgressListener(LongConsumer listener) {
        progress.add(listener);
    }

    /** Changes one copy's snapshot apart from what the store says, for a new index. */
    <S, T> void reshape(Copy<S, T> copy, UnaryOperator<Snapshot<S, T>> change) {
        lock.lock();
        try {
            published = published.with(copy.slot, change.apply(copy.in(published.snapshots())));
        } finally {
            lock.unlock();
        }
    }

    void relist() {
        reflector.relist();
    }

    void storeReached(long revision) {
        lock.lock();
        try {
            freshness.known(revision, env.time().nanos());
        } finally {
            lock.unlock();
        }
    }

    Lag lag() {
        lock.lock();
        try {
            return freshness.lag(env.time().nanos());
        } finally {
            lock.unlock();
        }
    }

    Optional<Informer.Trouble> trouble() {
        return reflector.trouble();
    }

    List<ResourceHandler.Registration> registrations(Copy<?, ?> copy) {
        lock.lock();
        try {
            return copy.registrations();
        } finally {
            lock.unlock();
        }
    }

    void start() {
        lock.lock();
        try {
            if (started()) {
                throw new IllegalStateException(name + " is started already");
            }
            tasks = List.of(
                    env.tasks().spawn("informer/" + name, this::run),
                    env.tasks().spawn("reflector/" + name, reflector::run));
            copies.forEach(Copy::start);
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        var all = new ArrayList<>(tasks);
        lock.lock();
        try {
            stopped = true;
            copies.forEach(copy -> all.addAll(copy.tasks()));
        } finally {
            lock.unlock();
        }
        all.forEach(Task::cancel);
        try {
            for (var task : all) {
                if (!task.join(STOP_WAIT)) {
                    LOG.atWarn().addKeyValue("task", task.name()).log("task does not end");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The state of the whole, with {@code detail} for when it is well. */
    Health health(String detail) {
        var trouble = trouble();
        if (trouble.isPresent()) {
            return Health.notReady("cannot read the store: " + trouble.get().describe());
        }
        if (tasks.stream().anyMatch(Task::done)) {
            return Health.notReady("stopped");
        }
        if (!synced) {
            return Health.notReady("waiting for the first listing");
        }
        if (stale) {
            return Health.notReady("shows what was kept, the store has not answered yet");
        }
        var lag = lag();
        if (lag.duration().compareTo(LAG_MAX) > 0) {
            return Health.notReady("behind the store by " + lag.revisions() + " revisions for "
                    + lag.duration().toSeconds() + " s");
        }
        return Health.ready(detail);
    }

    /** Handlers of a copy that take long, for its health. */
    String slowHandlers(Copy<?, ?> copy) {
        var slow = new StringBuilder();
        for (var handler : registrations(copy)) {
            if (handler.busy().compareTo(HANDLER_SLOW) > 0) {
                slow.append(", handler ")
                        .append(handler.name())
                        .append(" busy for ")
                        .append(handler.busy().toSeconds())
                        .append(" s with ")
                        .append(handler.pending())
                        .append(" keys waiting");
            }
        }
        return slow.toString();
    }

    private void run() throws InterruptedException {
        while (true) {
            var input = inputs.take();
            copies.forEach(copy -> copy.adopt(published.snapshots()));
            if (input instanceof Reflector.Input.Nudge) {
                continue;
            }
            stale = stale || input instanceof Reflector.Input.Recalled; // before anybody can read it
            var steps = publish(input);
            steps.forEach(Copy.Prepared::announce);
            synced = true; // the first inputs are listings, or what was kept instead
            stale = stale && !(input instanceof Reflector.Input.Listed);
            long revision = published.revision();
            gate.pass(revision);
            if (!stale) {
                answered.pass(revision);
            }
            progress.forEach(listener -> listener.accept(revision));
        }
    }

    private List<Copy.Prepared<?, ?>> publish(Reflector.Input input) {
        lock.lock();
        try {
            var steps = new ArrayList<Copy.Prepared<?, ?>>(copies.size());
            var next = new ArrayList<Snapshot<?, ?>>(copies.size());
            for (var copy : copies) {
                var step = copy.prepare(published.snapshots(), input);
                steps.add(step);
                next.add(step.outcome().next());
            }
            long revision = revisionAfter(input);
            if (revision < published.revision()) {
                freshness.forget();
            }
            published = new Published(revision, next);
            freshness.applied(revision);
            steps.forEach(Copy.Prepared::offer);
            return steps;
        } finally {
            lock.unlock();
        }
    }

    private long revisionAfter(Reflector.Input input) {
        return switch (input) {
            case Reflector.Input.Listed listed -> listed.listing().revision();
            case Reflector.Input.Recalled recalled -> recalled.listing().revision();
            case Reflector.Input.Changed changed ->
                Math.max(published.revision(), changed.changes().revision());
            case Reflector.Input.Progressed progressed -> Math.max(published.revision(), progressed.revision());
            case Reflector.Input.Nudge nudge -> published.revision();
        };
    }

    private <S, T> void remove(Copy<S, T> copy, HandlerLoop<S, T> loop) {
        lock.lock();
        try {
            copy.remove(loop);
        } finally {
            lock.unlock();
        }
    }
}
