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
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
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
 * One candidate of an election among the members: at any time one of them leads, and keeps the lead until it leaves or dies. Thread-safe.
 *
 * <p><b>Expected flow.</b> Make it beside the {@link Membership}, build controllers with {@link #controller}, start it after the membership.
 * All candidates keep their caches and queues warm; the next leader acts at once. A leader that stops hands over in milliseconds; one that
 * dies is succeeded when the members have removed it. A leader that was out of touch goes on under its token if nobody succeeded it, and
 * stands by if somebody did. Nothing here ever ends the process.
 *
 * <p><b>Guarantees.</b> Tokens rise from leader to leader; a commit under a token that is not the newest is refused by the store. <b>Caveats.</b>
 * Between two looks a former leader may believe that it leads. Whoever wants all processes to work uses {@link Shards}.
 */
public final class LeaderElector implements Component {
    /** A store that fails is asked again this often. */
    private static final Duration RETRY = Duration.ofMillis(200);

    /** Looks of one turn; more means that the candidates race each other, and somebody has won. */
    private static final int LOOKS_MAX = 4;

    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElector.class);

    private final Membership membership;
    private final Store store;
    private final Env env;
    private final String election;
    private final Signal wake;
    private final Turnover turnover = new Turnover();
    private final List<Consumer<Leadership>> listeners = new CopyOnWriteArrayList<>();
    private final LeaderCore core; // the elector's task
    private final Lookout lookout;

    private volatile Leadership standing = new Leadership.Standby(Optional.empty()); // written by the elector's task
    private volatile Optional<String> trouble = Optional.empty(); // written by the elector's task
    private volatile boolean stopping; // written by whoever stops
    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    /**
     * A candidate that does not lead yet.
     *
     * @param store where the leader is named, and controllers write
     * @param election what is led; lower case as in an object's name, the same for all candidates
     */
    public LeaderElector(Membership membership, Store store, Env env, String election) {
        this.membership = Objects.requireNonNull(membership, "membership");
        this.store = Objects.requireNonNull(store, "store");
        this.env = Objects.requireNonNull(env, "env");
        this.election = Objects.requireNonNull(election, "election");
        this.wake = env.signal();
        this.core = new LeaderCore(election, membership.id(), membership.incarnation());
        this.lookout = new Lookout(name() + "/watch", store, Selection.of(core.key()), env, new Waker());
    }

    /** How this candidate stands, as far as it knows. */
    public Leadership leadership() {
        return standing;
    }

    /** What makes a commit land only while the leader of this {@code token} is the newest. */
    public Precondition.Fence fence(long token) {
        return new Precondition.Fence(core.key(), token);
    }

    /** Calls {@code listener} with every change from now on, on the elector's task: it must be quick. */
    public void addListener(Consumer<Leadership> listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Builds a controller that acts while this candidate leads, under its token. While it stands by its queue takes nothing and its informers
     * stay warm; it acts when they show the revision at which the lead was taken, and so all that former leaders have written.
     *
     * @param description a controller without a reconciler and without {@link ControllerBuilder#only}
     * @param reconcilers makes a reconciler that writes to the given store and nowhere else; called for each token
     */
    public Controller controller(ControllerBuilder description, Function<Store, Reconciler> reconcilers) {
        return OwnedReconciler.controller(
                description,
                turnover,
                fence -> FencedStore.under(store, fence, wake::raise),
                ObjectKey::path,
                reconcilers);
    }

    @Override
    public String name() {
        return "election/" + election + "/" + membership.id();
    }

    @Override
    public void start() {
        if (task.isPresent()) {
            throw new IllegalStateException(name() + " is started already");
        }
        membership.signalTurns(wake);
        task = Optional.of(env.tasks().spawn(name(), this::run));
        lookout.start();
    }

    /** Gives the lead up, so that nobody has to wait for a death, and ends. */
    @Override
    public void stop() {
        stopping = true;
        lookout.stop();
        wake.raise();
        try {
            if (task.isPresent() && !task.get().join(STOP_WAIT)) {
                task.get().cancel();
                LOG.atWarn().addKeyValue("election", election).log("could not give the lead up in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ready while it leads or stands by, that is while the election works for this candidate. */
    @Override
    public Health health() {
        if (trouble.isPresent()) {
            return Health.notReady("the store cannot be read: " + trouble.get());
        }
        return switch (standing) {
            case Leadership.Leading(var token) -> Health.ready("leads with token " + token);
            case Leadership.Standby(var leader) -> Health.ready("stands by, leader is " + leader.orElse("nobody yet"));
            case Leadership.Suspect(var token) ->
                Health.notReady("led with token " + token + " and cannot show that it lives");
        };
    }

    private void run() throws InterruptedException {
        while (!stopping) {
            if (turn()) {
                wake.await();
            } else {
                wake.await(RETRY);
            }
        }
        release();
    }

    /** Looks, takes the lead if it is free, and says how it stands. False when the store failed. */
    private boolean turn() {
        membership.roster().ifPresentOrElse(core::observe, core::doubt);
        try {
            boolean settled = false;
            for (int looks = 0; looks < LOOKS_MAX && !settled; looks++) {
                core.observe(store.get(core.key(), ReadAt.LATEST));
                var take = core.take().filter(commit -> !stopping);
                take.ifPresent(store::commit); // whether it landed is for the next look to say
                settled = take.isEmpty();
            }
            trouble = Optional.empty();
            return settled;
        } catch (StoreException failed) {
            trouble = Optional.of(String.valueOf(failed.getMessage()));
            return false;
        } finally {
            stand(core.standing());
        }
    }

    private void stand(Leadership now) {
        if (now.equals(standing)) {
            return;
        }
        standing = now;
        LOG.atInfo()
                .addKeyValue("election", election)
                .addKeyValue("member", membership.id())
                .addKeyValue("leadership", now)
                .log("leadership changed");
        turnover.become(
                switch (now) {
                    case Leadership.Leading(var token) -> Holding.of(fence(token), shard -> true);
                    case Leadership.Suspect(var token) ->
                        Holding.of(fence(token), shard -> true).suspended();
                    case Leadership.Standby standby -> Holding.NONE;
                });
        listeners.forEach(listener -> tell(listener, now));
    }

    private void tell(Consumer<Leadership> listener, Leadership now) {
        try {
            listener.accept(now);
        } catch (RuntimeException failed) {
            LOG.atError().addKeyValue("election", election).setCause(failed).log("listener of an election failed");
        }
    }

    private void release() {
        try {
            for (int looks = 0; looks < LOOKS_MAX; looks++) {
                core.observe(store.get(core.key(), ReadAt.LATEST));
                var commit = core.release();
                if (commit.isEmpty() || store.commit(commit.get()).written()) {
                    break;
                }
            }
        } catch (StoreException failed) {
            LOG.atWarn().addKeyValue("election", election).setCause(failed).log("could not give the lead up");
        }
        stand(new Leadership.Standby(Optional.empty()));
    }

    /** Whatever happens to the leader's object is a reason to look. */
    private final class Waker implements Lookout.Listener {
        @Override
        public void changed(WatchBatch.Changes changes) {
            wake.raise();
        }

        @Override
        public void missed() {
            wake.raise();
        }
    }
}
