package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cached, indexed copy of one kind, or a selection of it, with handlers that learn of each change. Thread-safe.
 *
 * <p><b>Expected flow.</b> Build, add handlers, {@link #start}, wait for {@link #awaitReady}, read {@link #lister()}. After an own write at
 * revision r, {@link #awaitRevision} says when the copy contains it.
 *
 * <p><b>Guarantees.</b> See the package. The lister shows a change before its handlers are called; {@link #awaitRevision} and progress
 * listeners come after the handlers of that revision.
 */
public final class Informer<S, T> implements Component {
    /** Batches between reflector and informer. Enough to keep both busy; what does not fit waits in the watch, which is bounded too. */
    private static final int INPUTS_MAX = 64;

    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Informer.class);

    private final Env env;
    private final String name;
    private final SnapshotStep.Shape<S, T> shape;
    private final Mailbox<Reflector.Input> inputs;
    private final Reflector reflector;
    private final RevisionGate gate;
    private final RevisionGate answered; // passed by what the store itself said
    private final Lister<S, T> lister = new LiveLister();
    private final List<ResourceHandler<S, T>> newcomers = new CopyOnWriteArrayList<>();
    private final List<LongConsumer> progress = new CopyOnWriteArrayList<>();
    private final List<ResourceHandler<S, T>> handlers = new ArrayList<>(); // the informer's task

    private volatile Snapshot<S, T> snapshot; // written by the informer's task
    private volatile boolean synced; // written by the informer's task
    private volatile boolean stale; // written by the informer's task
    private volatile List<Task> tasks = List.of(); // written by whoever starts and stops

    private Informer(Builder<S, T> builder) {
        this.env = builder.env;
        this.name = builder.name;
        this.shape = new SnapshotStep.Shape<>(builder.kind, builder.indexes);
        this.snapshot = Snapshot.empty(builder.indexes.keySet());
        this.inputs = env.mailbox(INPUTS_MAX);
        this.gate = new RevisionGate(env);
        this.answered = new RevisionGate(env);
        this.reflector = new Reflector(name, builder.store, builder.selection, builder.kept, env, inputs);
    }

    /** Starts to describe an informer of all objects of {@code kind}. */
    public static <S, T> Builder<S, T> of(Kind<S, T> kind, Store store, Env env) {
        return new Builder<>(kind, store, env);
    }

    /** The copy as it is at each call. */
    public Lister<S, T> lister() {
        return lister;
    }

    /** The copy as it is now, for several reads at one revision. */
    public Lister<S, T> snapshot() {
        return snapshot;
    }

    /** Adds a handler, at any time; it is told {@code Added} for each object that is there. */
    public void addHandler(ResourceHandler<S, T> handler) {
        newcomers.add(Objects.requireNonNull(handler, "handler"));
        inputs.offer(new Reflector.Input.Nudge()); // a full mailbox makes the task look as well
    }

    /** Calls {@code listener} on the informer's task with each applied revision, after the handlers. It must be quick and not fail. */
    public void addProgressListener(LongConsumer listener) {
        progress.add(Objects.requireNonNull(listener, "listener"));
    }

    /** True once the first listing, or what was kept instead of it, is in the lister and was told to the handlers. */
    public boolean synced() {
        return synced;
    }

    /**
     * True while the lister shows what was kept from an earlier life, because the store has not answered yet. Once false it stays false.
     * Whoever decides by it asks before it reads the lister: then what it reads is at least as new as the answer.
     */
    public boolean stale() {
        return stale;
    }

    /** Waits at most {@code atMost} until the store itself has answered; true when it has. Waits for nothing that was kept. */
    public boolean awaitAnswer(Duration atMost) throws InterruptedException {
        return answered.await(0, atMost);
    }

    /** The newest revision that the lister shows and the handlers know of; 0 before it shows anything. */
    public long appliedRevision() {
        return gate.passed();
    }

    /** Waits at most {@code timeout} until {@code revision} is applied; true when it is. */
    public boolean awaitRevision(long revision, Duration timeout) throws InterruptedException {
        return gate.await(revision, timeout);
    }

    /** Objects left out because they cannot be decoded or indexed, by key. */
    public List<Quarantined> quarantined() {
        return snapshot.quarantined();
    }

    @Override
    public String name() {
        return "informer/" + name;
    }

    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    @Override
    public void start() {
        if (!tasks.isEmpty()) {
            throw new IllegalStateException(name() + " is started already");
        }
        tasks = List.of(env.tasks().spawn(name(), this::run), env.tasks().spawn("reflector/" + name, reflector::run));
    }

    @Override
    public void stop() {
        tasks.forEach(Task::cancel);
        try {
            for (var task : tasks) {
                if (!task.join(STOP_WAIT)) {
                    LOG.atWarn().addKeyValue("task", task.name()).log("task does not end");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ready while the copy is filled and the store can be read. */
    @Override
    public Health health() {
        var trouble = reflector.trouble();
        if (trouble.isPresent()) {
            return Health.notReady("cannot read the store: " + trouble.get());
        }
        if (tasks.stream().anyMatch(Task::done)) {
            return Health.notReady("stopped");
        }
        if (stale) {
            return Health.notReady("shows what was kept, the store has not answered yet");
        }
        var now = snapshot;
        var held = now.held().isEmpty() ? "" : ", " + now.held().size() + " quarantined";
        return synced
                ? Health.ready(now.objects().size() + " objects at revision " + now.revision() + held)
                : Health.notReady("waiting for the first listing");
    }

    /** Waits for the first listing, or for what was kept instead of it. */
    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return gate.await(0, atMost);
    }

    private void run() throws InterruptedException {
        while (true) {
            var input = inputs.take();
            adopt();
            switch (input) {
                case Reflector.Input.Listed listed -> {
                    publish(SnapshotStep.replace(shape, snapshot, listed.listing()));
                    synced = true;
                    stale = false;
                    passed();
                }
                case Reflector.Input.Recalled recalled -> {
                    // Before anybody can read it.
                    stale = true;
                    publish(SnapshotStep.replace(shape, snapshot, recalled.listing()));
                    synced = true;
                    passed();
                }
                case Reflector.Input.Changed changed -> {
                    publish(SnapshotStep.apply(shape, snapshot, changed.changes()));
                    passed();
                }
                case Reflector.Input.Progressed progressed -> {
                    snapshot = snapshot.at(Math.max(snapshot.revision(), progressed.revision()));
                    passed();
                }
                case Reflector.Input.Nudge nudge -> {}
            }
        }
    }

    private void publish(SnapshotStep.Outcome<S, T> step) {
        var known = snapshot.held();
        snapshot = step.next();
        for (var held : step.next().held().values()) {
            if (!held.equals(known.get(held.reason().key()))) {
                LOG.atError()
                        .addKeyValue("object", held.reason().key())
                        .addKeyValue("revision", held.reason().revision())
                        .addKeyValue("reason", held.reason().reason())
                        .log("object cannot be decoded and is left out");
            }
        }
        step.events().forEach(event -> handlers.forEach(handler -> tell(handler, event)));
    }

    private void passed() {
        long revision = snapshot.revision();
        gate.pass(revision);
        if (!stale) {
            answered.pass(revision);
        }
        progress.forEach(listener -> listener.accept(revision));
    }

    private void adopt() {
        for (var handler : newcomers) {
            newcomers.remove(handler);
            handlers.add(handler);
            snapshot.list().forEach(resource -> tell(handler, new ResourceEvent.Added<>(resource)));
        }
    }

    private void tell(ResourceHandler<S, T> handler, ResourceEvent<S, T> event) {
        try {
            handler.on(event);
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("informer", name)
                    .addKeyValue("object", event.key())
                    .setCause(failed)
                    .log("handler failed");
        }
    }

    /** Reads whatever snapshot is current at the call. */
    private final class LiveLister implements Lister<S, T> {
        @Override
        public Optional<Resource<S, T>> get(ObjectKey key) {
            return snapshot.get(key);
        }

        @Override
        public List<Resource<S, T>> list() {
            return snapshot.list();
        }

        @Override
        public List<Resource<S, T>> byIndex(String index, String value) {
            return snapshot.byIndex(index, value);
        }

        @Override
        public long revision() {
            return snapshot.revision();
        }
    }

    /** Describes an informer. Not thread-safe. */
    public static final class Builder<S, T> {
        private final Kind<S, T> kind;
        private final Store store;
        private final Env env;
        private final Map<String, Function<Resource<S, T>, ? extends Collection<String>>> indexes = new TreeMap<>();
        private Selection selection;
        private String name;
        private Supplier<Optional<Listing>> kept = Optional::empty;

        private Builder(Kind<S, T> kind, Store store, Env env) {
            this.kind = Objects.requireNonNull(kind, "kind");
            this.store = Objects.requireNonNull(store, "store");
            this.env = Objects.requireNonNull(env, "env");
            this.selection = Selection.of(kind.name());
            this.name = kind.name();
        }

        /** A name for logs and health, when one process has several informers of a kind. The default is the kind's. */
        public Builder<S, T> named(String newName) {
            this.name = Objects.requireNonNull(newName, "newName");
            return this;
        }

        /** Only these objects of the kind; with metadata only, spec and status decode from empty bytes. */
        public Builder<S, T> selection(Selection newSelection) {
            this.selection = Objects.requireNonNull(newSelection, "newSelection");
            return this;
        }

        /**
         * What to show, marked as {@link Informer#stale}, when the store cannot be reached at the start: a listing of the same selection,
         * kept from an earlier life. Asked once at most, on the informer's reflector; must not fail. The store's first answer replaces it:
         * handlers are told the difference.
         */
        public Builder<S, T> kept(Supplier<Optional<Listing>> listing) {
            this.kept = Objects.requireNonNull(listing, "listing");
            return this;
        }

        /** Files each object under any number of values; {@code values} depends on nothing but the object. */
        public Builder<S, T> index(String index, Function<Resource<S, T>, ? extends Collection<String>> values) {
            if (indexes.put(index, Objects.requireNonNull(values, "values")) != null) {
                throw new IllegalArgumentException("two indexes are named " + index);
            }
            return this;
        }

        public Informer<S, T> build() {
            return new Informer<>(this);
        }
    }
}
