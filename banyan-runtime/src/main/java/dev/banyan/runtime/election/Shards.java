package dev.banyan.runtime.election;

import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.ControllerBuilder;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides work among the members of the present view: every shard has one owner, the same in the eyes of all who know the view. A shard is any
 * text; nobody lists shards anywhere. Thread-safe.
 *
 * <p><b>Expected flow.</b> Make it beside the {@link Membership}, build controllers with {@link #controller}, start it after the membership
 * and before them. When a member comes or goes, only the shards that it wins or had change hands.
 *
 * <p><b>Guarantees.</b> What a controller built here commits, it commits under the view in which its process owned the key when the reconcile
 * began; the store refuses it under any other. A new owner acts on a key when all informers of its controller show at least the revision of
 * the view that made it the owner, and so all that former owners have written. What was refused is run again by whoever owns it then.
 *
 * <p><b>Caveats.</b> A reconcile that is running when its key is handed over is not interrupted: its commits fail, and what it does outside the
 * store is its own care, such as a token that the other side compares.
 */
public final class Shards implements Component {
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Shards.class);

    private final Membership membership;
    private final Store store;
    private final Env env;
    private final Signal turned;
    private final Turnover turnover = new Turnover();

    private final List<Consumer<Optional<View>>> listeners = new CopyOnWriteArrayList<>();

    private volatile Optional<View> acting = Optional.empty(); // written by the task
    private volatile boolean stopping; // written by whoever stops
    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    /** Shards of {@code membership}'s members, whose controllers write to {@code store}. */
    public Shards(Membership membership, Store store, Env env) {
        this.membership = Objects.requireNonNull(membership, "membership");
        this.store = Objects.requireNonNull(store, "store");
        this.env = Objects.requireNonNull(env, "env");
        this.turned = env.signal();
    }

    /** Who owns {@code shard} under the view that this process acts under; empty without a view. */
    public Optional<String> owner(String shard) {
        return acting.flatMap(view -> Rendezvous.owner(view.members(), shard));
    }

    /** True while this process owns {@code shard}, as far as it knows. */
    public boolean owns(String shard) {
        var holding = turnover.holding();
        return holding.active() && holding.holds(shard);
    }

    /** A controller whose keys are shards of their own. See {@link #controller(ControllerBuilder, Function, Function)}. */
    public Controller controller(ControllerBuilder description, Function<Store, Reconciler> reconcilers) {
        return controller(description, ObjectKey::path, reconcilers);
    }

    /**
     * Builds a controller that acts on the keys whose shard this process owns.
     *
     * @param description a controller without a reconciler and without {@link ControllerBuilder#only}
     * @param shardOf the shard of a key: equal for keys that are to be reconciled by the same process; depends on nothing but the key
     * @param reconcilers makes a reconciler that writes to the given store and nowhere else; called for each view, so it is cheap and what
     *     a reconciler remembers is forgotten with the view
     */
    public Controller controller(
            ControllerBuilder description,
            Function<ObjectKey, String> shardOf,
            Function<Store, Reconciler> reconcilers) {
        return OwnedReconciler.controller(
                description,
                turnover,
                fence -> FencedStore.under(store, fence, membership::refresh),
                shardOf,
                reconcilers);
    }

    /** Calls {@code listener} with each view that this process begins to act under, on its task, and with none when it stops to. */
    public void addListener(Consumer<Optional<View>> listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public String name() {
        return "shards/" + membership.id();
    }

    /** A source: controllers wait until it is known what they may act on. */
    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    @Override
    public void start() {
        if (task.isPresent()) {
            throw new IllegalStateException(name() + " is started already");
        }
        membership.signalTurns(turned);
        task = Optional.of(env.tasks().spawn(name(), this::run));
    }

    /** Takes no more notice of views. The share itself is given up by leaving: stop controllers first, then this, then the membership. */
    @Override
    public void stop() {
        stopping = true;
        turned.raise();
        try {
            if (task.isPresent() && !task.get().join(STOP_WAIT)) {
                task.get().cancel();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ready while this process has a share. */
    @Override
    public Health health() {
        var view = acting.filter(known -> turnover.holding().active());
        return view.map(known ->
                        Health.ready("one of " + known.members().size() + " owners since revision " + known.revision()))
                .orElseGet(() -> Health.notReady("not a member, so it owns nothing"));
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return turnover.awaitActive(env, atMost);
    }

    private void run() throws InterruptedException {
        while (!stopping) {
            membership.view().ifPresentOrElse(this::actUnder, this::suspend);
            turned.await();
        }
    }

    private void actUnder(View view) {
        var self = Optional.of(membership.id());
        acting = Optional.of(view);
        var share = Holding.of(
                view.fence(), shard -> Rendezvous.owner(view.members(), shard).equals(self));
        if (turnover.become(share)) {
            LOG.atInfo()
                    .addKeyValue("member", membership.id())
                    .addKeyValue("view", view.revision())
                    .addKeyValue("members", view.members())
                    .log("owns a share");
            listeners.forEach(listener -> listener.accept(Optional.of(view)));
        }
    }

    private void suspend() {
        if (turnover.become(turnover.holding().suspended())) {
            LOG.atWarn().addKeyValue("member", membership.id()).log("owns nothing until it is known to be a member");
            listeners.forEach(listener -> listener.accept(Optional.empty()));
        }
    }
}
