package dev.banyan.runtime.controller.ownership;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.ControllerBuilder;
import dev.banyan.runtime.controller.ControllerMetrics;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Deletes what nobody owns any more, and carries out the {@link DeletionPolicy} of what is deleted. One component with caches of its own, of
 * metadata alone. Thread-safe.
 *
 * <p><b>Guarantees.</b> See the package. Several processes may run it at once; each deletion is one of an incarnation as it was read.
 *
 * <p><b>Assumptions.</b> It is given the kinds of all owners and all dependents. An owner of another kind is looked up in the store at every
 * resync of each of its dependents.
 */
public final class GarbageCollector implements Component {
    /** Dependents that one look at an owner deletes or releases; the rest follow at the next, so none takes longer than its deadline. */
    static final int STEPS_MAX = 256;

    /** How long one look waits for caches that are behind the store. */
    private static final Duration CATCH_UP = Duration.ofSeconds(3);

    private final Store store;
    private final OwnerGraph graph;
    private final Controller controller;

    /** A collector that looks at all objects of {@code kinds}. */
    public GarbageCollector(Collection<? extends Kind<?, ?>> kinds, Store store, Env env) {
        this(kinds, store, env, key -> true, ControllerMetrics.NONE);
    }

    /**
     * A collector that looks at some keys only.
     *
     * @param mine see {@link ControllerBuilder#only}
     */
    public GarbageCollector(
            Collection<? extends Kind<?, ?>> kinds,
            Store store,
            Env env,
            Predicate<ObjectKey> mine,
            ControllerMetrics metrics) {
        this.store = store;
        this.graph = new OwnerGraph(kinds, store, env);
        var builder = Controller.named("garbage-collector", env).only(mine).metrics(metrics);
        graph.informers().forEach(informer -> builder.watches(informer, this::concerned));
        this.controller = builder.reconciler(this::reconcile).build();
    }

    @Override
    public String name() {
        return "garbage-collector";
    }

    @Override
    public void start() {
        graph.informers().forEach(Informer::start);
        controller.start();
    }

    @Override
    public void stop() {
        controller.stop();
        graph.informers().forEach(Informer::stop);
    }

    @Override
    public Health health() {
        return controller.health();
    }

    /** Looks at everything again soon; see {@link Controller#refresh}. */
    public void refresh() {
        controller.refresh();
    }

    /** The object if it may be without owners, those that wait for it to go, and what it leaves behind. */
    private Collection<ObjectKey> concerned(ResourceEvent<Bytes, Bytes> event) {
        var keys = new TreeSet<ObjectKey>();
        if (event instanceof ResourceEvent.Deleted<Bytes, Bytes> deleted) {
            graph.dependents(deleted.last().uid()).forEach(dependent -> keys.add(dependent.key()));
        } else if (orphaned(event.latest().meta())
                || policy(event.latest().meta()).isPresent()) {
            keys.add(event.key());
        }
        if (event instanceof ResourceEvent.Updated<Bytes, Bytes> updated) {
            keys.addAll(waitingOwners(updated.before()));
        }
        keys.addAll(waitingOwners(event.latest()));
        return keys;
    }

    private List<ObjectKey> waitingOwners(Resource<Bytes, Bytes> dependent) {
        return dependent.meta().owners().stream()
                .flatMap(owner -> graph.find(owner.key()).stream())
                .filter(owner -> policy(owner.meta()).isPresent())
                .map(Resource::key)
                .toList();
    }

    private boolean orphaned(ObjectMeta meta) {
        return !meta.deleting()
                && !meta.owners().isEmpty()
                && meta.owners().stream().noneMatch(graph::shows);
    }

    private Result reconcile(Request request) throws InterruptedException {
        var cached = graph.find(request.key());
        if (cached.isEmpty()) {
            return Result.done();
        }
        var meta = cached.get().meta();
        var policy = policy(meta);
        if (policy.isPresent()) {
            return carryOut(policy.get(), request.key(), meta.uid());
        }
        return orphaned(meta) ? collect(request.key(), meta.uid()) : Result.done();
    }

    /** Nothing is deleted for what a cache says, or does not say. */
    private Result collect(ObjectKey key, String uid) {
        var live = store.get(key, ReadAt.LATEST)
                .filter(object -> object.meta().uid().equals(uid));
        if (live.isEmpty()
                || live.get().meta().deleting()
                || live.get().meta().owners().isEmpty()) {
            return Result.done();
        }
        if (live.get().meta().owners().stream().anyMatch(this::exists)) {
            return Result.done();
        }
        var asRead = new Precondition.Unchanged(key, live.get().meta().revision());
        return Result.after(store.commit(Commit.of(new Write.Delete(key, uid)).under(asRead)));
    }

    private boolean exists(OwnerReference owner) {
        return live(owner).isPresent();
    }

    private Optional<ObjectMeta> live(OwnerReference owner) {
        return store.get(owner.key(), ReadAt.LATEST).map(StoredObject::meta).filter(found -> found.uid()
                .equals(owner.uid()));
    }

    private Result carryOut(DeletionPolicy policy, ObjectKey key, String uid) throws InterruptedException {
        var now = store.list(Selection.of(key), ReadAt.LATEST);
        var owner = now.objects().stream()
                .filter(object -> object.meta().uid().equals(uid))
                .filter(object -> policy(object.meta()).equals(Optional.of(policy)))
                .findFirst();
        if (owner.isEmpty()) {
            return Result.done();
        }
        if (!graph.reach(now.revision(), CATCH_UP)) {
            return Result.requeueAfter(CATCH_UP);
        }
        return switch (policy) {
            case FOREGROUND -> deleteDependents(owner.get());
            case ORPHAN -> forEach(graph.dependents(uid), owner.get(), dependent -> orphan(uid, dependent.key()));
            case BACKGROUND -> Result.done();
        };
    }

    private Result deleteDependents(StoredObject owner) {
        var uid = owner.meta().uid();
        var left = graph.dependents(uid).stream()
                .filter(dependent -> !dependent.uid().equals(uid) && !graph.waitsFor(dependent, uid))
                .toList();
        var wanted =
                left.stream().filter(dependent -> !dependent.meta().deleting()).toList();
        if (!left.isEmpty() && wanted.isEmpty()) {
            return Result.done(); // each tells when it is gone
        }
        return forEach(wanted, owner, dependent -> deleteOrRelease(uid, dependent.key()));
    }

    /** As the store has it and only if it stays so: somebody may adopt it at this moment. */
    private WriteOutcome deleteOrRelease(String ownerUid, ObjectKey key) {
        var found = store.get(key, ReadAt.LATEST).filter(dependent -> dependent.meta().owners().stream()
                .anyMatch(owner -> owner.uid().equals(ownerUid)));
        if (found.isEmpty()) {
            return new WriteOutcome.NotFound(key);
        }
        var meta = found.get().meta();
        return store.commit(
                sharedByOther(meta, ownerUid)
                        ? Ownership.release(ownerUid, found.get())
                        : Commit.of(new Write.Delete(key, meta.uid()))
                                .under(new Precondition.Unchanged(key, meta.revision())));
    }

    /** Whether somebody else owns the dependent as well and is to stay, or to leave it behind. */
    private boolean sharedByOther(ObjectMeta dependent, String uid) {
        return dependent.owners().stream()
                .filter(owner -> !owner.uid().equals(uid))
                .flatMap(owner -> live(owner).stream())
                .anyMatch(owner -> !owner.deleting() || policy(owner).equals(Optional.of(DeletionPolicy.ORPHAN)));
    }

    private WriteOutcome orphan(String ownerUid, ObjectKey key) {
        return store.get(key, ReadAt.LATEST)
                .map(dependent -> store.commit(Ownership.release(ownerUid, dependent)))
                .orElseGet(() -> new WriteOutcome.NotFound(key));
    }

    /** Lets go of the owner when nothing is left to do. */
    private Result forEach(
            List<Resource<Bytes, Bytes>> dependents,
            StoredObject owner,
            Function<Resource<Bytes, Bytes>, WriteOutcome> step) {
        if (dependents.isEmpty()) {
            var hold = policy(owner.meta()).flatMap(DeletionPolicy::finalizer).orElseThrow();
            return Result.after(store.commit(hold.releasing(owner)));
        }
        for (var dependent : dependents.subList(0, Math.min(STEPS_MAX, dependents.size()))) {
            var outcome = step.apply(dependent);
            if (!outcome.written() && !(outcome instanceof WriteOutcome.NotFound)) {
                return Result.after(outcome);
            }
        }
        return Result.requeueAfter(Result.CACHE_CATCHES_UP);
    }

    /** What is to be carried out for an object; of two, dependents that may stay do. */
    private static Optional<DeletionPolicy> policy(ObjectMeta meta) {
        if (!meta.deleting()) {
            return Optional.empty();
        }
        return List.of(DeletionPolicy.ORPHAN, DeletionPolicy.FOREGROUND).stream()
                .filter(policy -> policy.finalizer().orElseThrow().holds(meta))
                .findFirst();
    }
}
