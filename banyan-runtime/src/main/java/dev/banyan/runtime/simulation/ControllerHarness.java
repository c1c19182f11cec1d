package dev.banyan.runtime.simulation;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One reconciler, one call at a time: given objects, when reconciled, then writes. Needs no test framework; not thread-safe.
 *
 * <pre>{@code
 * try (var harness = new ControllerHarness(1)) {
 *     var pods = harness.lister(PODS);
 *     harness.given(SETS, SETS.key("default", "web"), "2");
 *     var run = harness.when(new SetReconciler(harness.lister(SETS), pods, harness.store()), SETS.key("default", "web"));
 *     assertThat(run.ended()).isEqualTo(Result.done());
 *     assertThat(pods.list()).hasSize(2);
 * }
 * }</pre>
 *
 * <p><b>Guarantees.</b> Each reconcile sees caches that show everything written before, unless {@link #cutCaches} was called. One that
 * changes a value it got from a cache, which all readers share, fails its test. Time is simulated; the same seed gives the same run. A {@link Simulation} with a whole controller tests the rest: order, retries, crashes.
 */
public final class ControllerHarness implements AutoCloseable {
    /** Simulated time that caches may take. They need milliseconds; one that does not come is quarantined or broken. */
    private static final Duration CATCH_UP = Duration.ofMinutes(1);

    /** Simulated time that one reconcile may take. */
    private static final Duration RECONCILE_MAX = Duration.ofMinutes(10);

    /** Runs of {@link #settle}. A reconciler that makes one step each time has as many. */
    private static final int SETTLE_RUNS = 100;

    private final Simulation simulation;
    private final MemoryStore truth;
    private final SimulatedProcess process;
    private final FaultyStore cached;
    private final List<Informer<?, ?>> informers = new ArrayList<>();
    private final List<Supplier<List<Shared<?, ?>>>> shared = new ArrayList<>(); // what reconcilers read, by informer
    private final List<Commit> commits = new ArrayList<>();
    private final ArrayDeque<WriteOutcome> answers = new ArrayDeque<>();
    private final Store store = new Recorder();
    private boolean behind;
    private Optional<Death> death = Optional.empty();
    private int tried;

    /** An empty world. */
    public ControllerHarness(long seed) {
        this.simulation = new Simulation(seed);
        this.truth = new MemoryStore(simulation.process("store").env());
        this.process = simulation.process("subject");
        this.cached = new FaultyStore(truth, process, new Faults(Duration.ZERO, 0, 0));
    }

    /**
     * What one reconcile did.
     *
     * @param result what it asked for; empty when it failed
     * @param failure what it threw; empty when it did not
     * @param commits what it sent to {@link ControllerHarness#store}, whether it landed or not, in order
     */
    public record Run(Optional<Result> result, Optional<Throwable> failure, List<Commit> commits) {
        public Run {
            commits = List.copyOf(commits);
        }

        /**
         * What it asked for.
         *
         * @throws AssertionError when it failed instead
         */
        public Result ended() {
            return result.orElseThrow(
                    () -> new AssertionError("the reconcile failed: " + failure.orElse(null), failure.orElse(null)));
        }

        /** The writes of all commits, in order. */
        public List<Write> writes() {
            return commits.stream().flatMap(commit -> commit.writes().stream()).toList();
        }
    }

    /** The surroundings for the reconciler. */
    public Env env() {
        return process.env();
    }

    /** The store for the reconciler. What the test itself writes to it counts as its. */
    public Store store() {
        return store;
    }

    /** A cached copy of a kind. */
    public <S, T> Lister<S, T> lister(Kind<S, T> kind) {
        return lister(kind, builder -> builder);
    }

    /** A cached copy of a kind with indexes or a selection. */
    public <S, T> Lister<S, T> lister(Kind<S, T> kind, UnaryOperator<Informer.Builder<S, T>> options) {
        var informer = options.apply(Informer.of(kind, cached, process.env())).build();
        informers.add(informer);
        shared.add(() -> informer.lister().list().stream()
                .<Shared<?, ?>>map(resource -> new Shared<>(kind, resource))
                .toList());
        informer.start();
        return informer.lister();
    }

    /** Creates an object, or changes its spec. */
    public <S, T> Resource<S, T> given(Kind<S, T> kind, ObjectKey key, S spec) {
        return given(kind, Draft.of(key, kind.spec().encode(spec)));
    }

    /** Creates an object with labels, owners or finalizers, or changes it to be so. */
    public <S, T> Resource<S, T> given(Kind<S, T> kind, Draft draft) {
        var known = truth.get(draft.key(), ReadAt.LATEST);
        land(known.<Write>map(base -> new Write.Update(base, draft)).orElseGet(() -> new Write.Create(draft)));
        return kind.decode(stored(draft.key()));
    }

    /** Gives an existing object a status. */
    public <S, T> Resource<S, T> givenStatus(Kind<S, T> kind, ObjectKey key, T status) {
        land(new Write.UpdateStatus(key, stored(key).meta().uid(), kind.status().encode(status)));
        return kind.decode(stored(key));
    }

    /** Asks for the deletion of an existing object: it goes, or is marked while it has finalizers. */
    public void givenDeletion(ObjectKey key) {
        land(new Write.Delete(key, stored(key).meta().uid()));
    }

    /** The reconciler's next commit does not land and is answered so; several calls make several answers. */
    public void answer(WriteOutcome outcome) {
        answers.add(outcome);
    }

    /** Caches stay as they are: what is written from now on is not seen. */
    public void cutCaches() {
        catchUp();
        behind = true;
        cached.cut();
    }

    /** Caches catch up again. */
    public void healCaches() {
        behind = false;
        cached.heal();
    }

    /** An object as the store has it. */
    public <S, T> Optional<Resource<S, T>> find(Kind<S, T> kind, ObjectKey key) {
        return truth.get(key, ReadAt.LATEST).map(kind::decode);
    }

    /**
     * Reconciles once.
     *
     * @throws AssertionError when it changed what it read: caches share their values
     */
    public Run when(Reconciler reconciler, ObjectKey key) {
        catchUp();
        commits.clear();
        var before = seen();
        var ended = new ArrayList<Result>();
        var failed = new ArrayList<Throwable>();
        simulation.runIn(process, RECONCILE_MAX, () -> {
            try {
                ended.add(reconciler.reconcile(new Request(key)));
            } catch (Exception | AssertionError | Died failure) {
                failed.add(failure);
            }
        });
        before.forEach(Shared::check);
        var run = new Run(ended.stream().findFirst(), failed.stream().findFirst(), commits);
        catchUp();
        return run;
    }

    /** Reconciles once, over {@link #store}. */
    public Run when(Reconciler.Writing reconciler, ObjectKey key) {
        return when(overStore(reconciler), key);
    }

    /**
     * Reconciles until a run writes nothing, as any reconciler must come to: answers that run.
     *
     * @throws AssertionError when a run fails, or it still writes after many
     */
    public Run settle(Reconciler reconciler, ObjectKey key) {
        for (int attempt = 0; attempt < SETTLE_RUNS; attempt++) {
            var run = when(reconciler, key);
            var ignored = run.ended();
            if (run.commits().isEmpty()) {
                return run;
            }
        }
        throw new AssertionError(key + " is still written after " + SETTLE_RUNS + " reconciles");
    }

    /** The same for a reconciler that is given its store. */
    public Run settle(Reconciler.Writing reconciler, ObjectKey key) {
        return settle(overStore(reconciler), key);
    }

    /** Ends all tasks. */
    @Override
    public void close() {
        simulation.close();
    }

    private Reconciler overStore(Reconciler.Writing reconciler) {
        return request -> reconciler.reconcile(request, store);
    }

    /** The reconciler dies at its {@code commit}-th commit from now on, counted from 1: {@link #when} then tells of {@link Died}. */
    void dieAt(int commit, CrashPoint point) {
        death = Optional.of(new Death(commit, point));
        tried = 0;
    }

    /** Lets time pass for a reconciler that asked to come again later. */
    void pass(Duration time) {
        simulation.runFor(time);
    }

    /** What the store has, without what differs from run to run. */
    List<StoredObject> objects() {
        return truth.list(Selection.EVERYTHING, ReadAt.LATEST).objects();
    }

    private List<Shared<?, ?>> seen() {
        return shared.stream().flatMap(values -> values.get().stream()).toList();
    }

    private void dieAt(CrashPoint point) {
        if (death.equals(Optional.of(new Death(tried, point)))) {
            death = Optional.empty();
            throw new Died(tried, point);
        }
    }

    private void catchUp() {
        long revision =
                truth.list(Selection.of("none").in("none"), ReadAt.LATEST).revision();
        boolean there = behind
                || simulation.runUntil(
                        () -> informers.stream().allMatch(informer -> informer.appliedRevision() >= revision),
                        CATCH_UP);
        if (!there) {
            throw new AssertionError("caches do not show revision " + revision + " after " + CATCH_UP);
        }
    }

    private void land(Write write) {
        var outcome = truth.commit(Commit.of(write));
        if (!outcome.written()) {
            throw new AssertionError("what is given for " + write.key() + " cannot be: " + outcome);
        }
    }

    private StoredObject stored(ObjectKey key) {
        return truth.get(key, ReadAt.LATEST)
                .orElseThrow(() -> new AssertionError(key + " does not exist: call given(...) before"));
    }

    /** The truth, with the reconciler's commits noted and answered as the test wants. */
    private final class Recorder implements Store {
        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return truth.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return truth.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            return truth.watch(selection, afterRevision);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            commits.add(commit);
            tried++;
            dieAt(CrashPoint.BEFORE);
            var outcome = answers.isEmpty() ? truth.commit(commit) : answers.remove();
            dieAt(CrashPoint.AFTER);
            return outcome;
        }
    }

    private record Death(int commit, CrashPoint point) {}

    /** The process of a reconciler is gone; no reconciler catches this. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1;

        Died(int commit, CrashPoint point) {
            super("died " + point + " commit " + commit);
        }
    }

    /** A value that a cache shares, and how it was encoded before anybody could change it. */
    private static final class Shared<S, T> {
        private final Kind<S, T> kind;
        private final Resource<S, T> resource;
        private final Optional<StoredObject> before;

        Shared(Kind<S, T> kind, Resource<S, T> resource) {
            this.kind = kind;
            this.resource = resource;
            this.before = encoded();
        }

        void check() {
            if (before.isPresent() && !before.equals(encoded())) {
                throw new AssertionError(
                        "the reconciler changed the value of " + resource.key() + " in its cache, which"
                                + " all readers share: make it immutable, or change a copy and write that to the store");
            }
        }

        /** Empty for what was read without its halves, or projected: a codec need not write that. */
        private Optional<StoredObject> encoded() {
            try {
                return Optional.of(kind.encode(resource));
            } catch (RuntimeException notWhole) {
                return Optional.empty();
            }
        }
    }
}
