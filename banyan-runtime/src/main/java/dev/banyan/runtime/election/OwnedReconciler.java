package dev.banyan.runtime.election;

import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.ControllerBuilder;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Lets a reconciler act on what is held and on nothing else. Thread-safe.
 *
 * <p>A reconcile is bound to the fence it started under: a commit that it makes after the shard was handed over is refused, however long the
 * reconcile took and whatever this process has learned meanwhile. What was interrupted by that runs again as soon as it is clear who holds
 * the key.
 */
final class OwnedReconciler implements Reconciler, Turnover.Listener {
    /** The reconciler made for one fence. */
    private record Bound(Precondition.Fence fence, FencedStore store, Reconciler reconciler) {}

    private final Turnover turnover;
    private final Function<Precondition.Fence, FencedStore> stores;
    private final Function<ObjectKey, String> shardOf;
    private final Function<Store, Reconciler> reconcilers;
    private final Set<ObjectKey> unfinished = ConcurrentHashMap.newKeySet(); // to be run when the holding changes

    private volatile Optional<Controller> controller = Optional.empty(); // written once, before the controller starts
    private volatile Optional<Bound> bound = Optional.empty();

    private OwnedReconciler(
            Turnover turnover,
            Function<Precondition.Fence, FencedStore> stores,
            Function<ObjectKey, String> shardOf,
            Function<Store, Reconciler> reconcilers) {
        this.turnover = turnover;
        this.stores = stores;
        this.shardOf = shardOf;
        this.reconcilers = reconcilers;
    }

    /** Builds the controller that runs {@code reconcilers} on what is held. */
    static Controller controller(
            ControllerBuilder description,
            Turnover turnover,
            Function<Precondition.Fence, FencedStore> stores,
            Function<ObjectKey, String> shardOf,
            Function<Store, Reconciler> reconcilers) {
        var owned = new OwnedReconciler(turnover, stores, shardOf, reconcilers);
        var controller = description
                .only(key -> owned.holds(turnover.holding(), key))
                .reconciler(owned)
                .build();
        owned.controller = Optional.of(controller);
        turnover.addListener(owned);
        return controller;
    }

    @Override
    public Result reconcile(Request request) throws Exception {
        var holding = turnover.holding();
        if (!holds(holding, request.key())) {
            return Result.done();
        }
        var acting = bound(holding.fence().orElseThrow());
        if (!holding.active() || acting.store().refused()) {
            return later(holding, request.key());
        }
        if (controller.orElseThrow().appliedRevision() < acting.fence().revision()) {
            return Result.await(acting.fence().revision());
        }
        var result = acting.reconciler().reconcile(request);
        boolean bindingHeld =
                turnover.holding().equals(holding) && !acting.store().refused();
        return bindingHeld ? result : later(holding, request.key());
    }

    /** Runs what was interrupted, and what is held now and was not before. */
    @Override
    public void turnedOver(Holding before, Holding now) {
        var again = List.copyOf(unfinished);
        again.forEach(unfinished::remove);
        controller.orElseThrow().enqueue(again);
        if (!before.fence().equals(now.fence())) {
            controller.orElseThrow().enqueueAll(key -> holds(now, key) && !holds(before, key));
        }
    }

    private boolean holds(Holding holding, ObjectKey key) {
        return holding.holds(shardOf.apply(key));
    }

    /** Comes again when the holding changes; at once if it has, since its listeners may have been told already. */
    private Result later(Holding seen, ObjectKey key) {
        unfinished.add(key);
        return turnover.holding().equals(seen) ? Result.done() : Result.requeueAfter(Duration.ZERO);
    }

    /** A reconciler of its own for each fence; two made at once for the same one do no harm. */
    private Bound bound(Precondition.Fence fence) {
        var known = bound.filter(former -> former.fence().equals(fence));
        if (known.isPresent()) {
            return known.get();
        }
        var store = stores.apply(fence);
        var fresh = new Bound(fence, store, reconcilers.apply(store));
        bound = Optional.of(fresh);
        return fresh;
    }
}
