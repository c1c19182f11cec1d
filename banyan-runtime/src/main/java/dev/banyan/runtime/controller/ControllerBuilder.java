package dev.banyan.runtime.controller;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.RecordingStore.Call;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.queue.QueueOptions;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Describes a {@link Controller}, made by {@link Controller#named}. Not thread-safe. */
public final class ControllerBuilder {
    private static final Duration TIME_MAX = Duration.ofDays(365); // longer is never, and does not fit nanoseconds

    final String name;
    final Env env;
    final List<Source<?, ?>> sources = new ArrayList<>();
    int concurrency = 8;
    Duration resync = Duration.ofSeconds(10);
    Duration deadline = Duration.ofSeconds(30);
    Optional<Backoff> backoff = Optional.empty();
    Function<Backoff, QueueOptions<ObjectKey>> queue = QueueOptions::of;
    Predicate<ObjectKey> mine = key -> true;
    boolean ignoreOwnWrites;
    private boolean writing;
    private Optional<Function<Consumer<WriteOutcome>, Call>> reconciler = Optional.empty();
    ControllerMetrics metrics = ControllerMetrics.NONE;

    ControllerBuilder(String name, Env env) {
        this.name = Objects.requireNonNull(name, "name");
        this.env = Objects.requireNonNull(env, "env");
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "a controller needs a name that is not blank: logs, health and metrics tell it by it");
        }
    }

    /** Looks at each object of {@code informer} whenever it changes, and at every resync. */
    public <S, T> ControllerBuilder watches(Informer<S, T> informer) {
        return watches(informer, EventMapper.self());
    }

    /** Looks at what {@code mapper} names whenever an object of {@code informer} changes, and at every resync. */
    public <S, T> ControllerBuilder watches(Informer<S, T> informer, EventMapper<S, T> mapper) {
        return watches(informer, mapper, EventFilter.all());
    }

    /**
     * Looks at what {@code mapper} names whenever an object of {@code informer} changes in a way that {@code filter} lets pass, and at
     * every resync.
     *
     * @throws IllegalArgumentException when this informer is watched already
     */
    public <S, T> ControllerBuilder watches(
            Informer<S, T> informer, EventMapper<S, T> mapper, EventFilter<S, T> filter) {
        Objects.requireNonNull(informer, "informer");
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(filter, "filter");
        if (sources.stream().anyMatch(source -> source.watches(informer))) {
            throw new IllegalArgumentException("controller '" + name + "' watches " + informer.name()
                    + " twice: let one mapper name the keys for both, or name one of the informers differently");
        }
        sources.add(new Source<>(informer, mapper, filter));
        return this;
    }

    /** Looks at an object of {@code owner} whenever one that it owns changes. */
    public <S, T> ControllerBuilder owns(Informer<S, T> informer, Kind<?, ?> owner) {
        return watches(informer, EventMapper.owner(owner));
    }

    /** Most reconciles at a time, 1 to 1,024; 8 unless told. */
    public ControllerBuilder concurrency(int newConcurrency) {
        if (newConcurrency < 1 || newConcurrency > 1024) {
            throw new IllegalArgumentException("controller '" + name + "' is to reconcile " + newConcurrency
                    + " keys at a time: concurrency(...) is 1 to 1024");
        }
        this.concurrency = newConcurrency;
        return this;
    }

    /** How often every key is looked at though nothing happened; 10 s unless told. */
    public ControllerBuilder resync(Duration newResync) {
        this.resync = positive(newResync, "resync");
        return this;
    }

    /** How failing keys wait; 5 ms to 1 minute unless told. */
    public ControllerBuilder backoff(Backoff newBackoff) {
        this.backoff = Optional.of(Objects.requireNonNull(newBackoff, "newBackoff"));
        return this;
    }

    /** How keys share the service: {@code options} is given the standard ones and answers those to use. */
    public ControllerBuilder queue(Function<QueueOptions<ObjectKey>, QueueOptions<ObjectKey>> options) {
        Objects.requireNonNull(options, "options");
        this.queue = failing -> options.apply(QueueOptions.of(failing));
        return this;
    }

    /**
     * Runs of one key start at least {@code window} apart: the first of many changes is served at once, those that follow it together. Short
     * for {@link #queue} with {@link QueueOptions#debounce}, and after it if both are called.
     *
     * @throws IllegalArgumentException when {@code window} is out of range
     */
    public ControllerBuilder debounce(Duration window) {
        if (window.isNegative() || window.compareTo(QueueOptions.DEBOUNCE_MAX) > 0) {
            throw new IllegalArgumentException("controller '" + name + "' has a debounce of " + window
                    + ": debounce(...) is zero to " + QueueOptions.DEBOUNCE_MAX);
        }
        var others = queue;
        this.queue = failing -> others.apply(failing).debounce(window);
        return this;
    }

    /** How long one reconcile may take before it is interrupted; 30 s unless told. */
    public ControllerBuilder deadline(Duration newDeadline) {
        this.deadline = positive(newDeadline, "deadline");
        return this;
    }

    /**
     * Runs only the keys that {@code newMine} names when they come up; the others are dropped until something asks for them again. Quick,
     * thread-safe, and without waiting. Whoever changes its mind calls {@link Controller#refresh}.
     */
    public ControllerBuilder only(Predicate<ObjectKey> newMine) {
        this.mine = Objects.requireNonNull(newMine, "newMine");
        return this;
    }

    /** An event that shows nothing but the key's own write does not make it run; needs a {@link Reconciler.Writing}. */
    public ControllerBuilder ignoreOwnWrites() {
        this.ignoreOwnWrites = true;
        return this;
    }

    /** Tells {@code newMetrics} of queueing and reconciles; nobody unless told. */
    public ControllerBuilder metrics(ControllerMetrics newMetrics) {
        this.metrics = Objects.requireNonNull(newMetrics, "newMetrics");
        return this;
    }

    /**
     * A reconciler whose writes the controller does not see.
     *
     * @throws IllegalStateException when there is a reconciler already
     */
    public ControllerBuilder reconciler(Reconciler newReconciler) {
        Objects.requireNonNull(newReconciler, "newReconciler");
        return set(outcomes -> Call.of(newReconciler));
    }

    /**
     * A reconciler that writes to {@code newStore} by way of the controller.
     *
     * @throws IllegalStateException when there is a reconciler already
     */
    public ControllerBuilder reconciler(Store newStore, Reconciler.Writing newReconciler) {
        Objects.requireNonNull(newStore, "newStore");
        Objects.requireNonNull(newReconciler, "newReconciler");
        this.writing = true;
        return set(outcomes -> Call.of(newReconciler, newStore, outcomes));
    }

    /**
     * The controller, with its handlers added to the informers.
     *
     * @throws IllegalStateException without a reconciler or without anything watched
     */
    public Controller build() {
        if (sources.isEmpty()) {
            throw new IllegalStateException("controller '" + name
                    + "' watches nothing, so no key would ever be reconciled: call watches(...) before build()");
        }
        var needed = reconciler.orElseThrow(() -> new IllegalStateException(
                "controller '" + name + "' has no reconciler: call reconciler(...) before build()"));
        if (ignoreOwnWrites && !writing) {
            throw new IllegalStateException("controller '" + name + "' is to ignore its own writes and does not know "
                    + "them: pass its store by reconciler(store, (request, store) -> ...)");
        }
        var controller = new Controller(this, needed);
        sources.forEach(source -> source.attach(controller.sink()));
        return controller;
    }

    private ControllerBuilder set(Function<Consumer<WriteOutcome>, Call> newReconciler) {
        if (reconciler.isPresent()) {
            throw new IllegalStateException("controller '" + name
                    + "' has a reconciler already: build a second controller, or do both in one reconciler");
        }
        this.reconciler = Optional.of(newReconciler);
        return this;
    }

    private Duration positive(Duration duration, String what) {
        if (!duration.isPositive() || duration.compareTo(TIME_MAX) > 0) {
            throw new IllegalArgumentException("controller '" + name + "' has a " + what + " of " + duration + ": "
                    + what + "(...) is more than zero and at most " + TIME_MAX.toDays() + " days");
        }
        return duration;
    }
}
