package dev.banyan.runtime.election;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one process a member and knows the current view. Thread-safe.
 *
 * <p><b>Caveats.</b> {@link #view()} is what this member believes; a commit under it is checked by the store. A process that finds that another
 * run under its name has taken over stays out for good and reports it: two runs taking turns would fence each other for ever.
 */
public final class Membership implements Component {
    /** The usual time to live: a dead process is out after at most 6 s, and a pause of a collector does not cost the membership. */
    public static final Duration TTL = Duration.ofSeconds(5);

    /** A shorter time to live would make ordinary pauses look like deaths. */
    private static final Duration TTL_MIN = Duration.ofSeconds(2);

    /** A store that fails is asked again this often at most, also when {@link #refresh} is called in a loop. */
    private static final Duration RETRY = Duration.ofMillis(200);

    /** Actions of one turn: joining, one beat, and the removal of as many dead members as a cluster has processes. */
    private static final int ACTIONS_MAX = 16;

    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final Store store;
    private final Env env;
    private final String id;
    private final Signal wake;
    private final List<Signal> turns = new CopyOnWriteArrayList<>(); // of those who want to see each view
    private final ReentrantLock lock = new ReentrantLock();
    private final String incarnation;
    private final MembershipCore core; // guarded by lock
    private final Lookout lookout;

    private volatile Optional<String> trouble = Optional.empty(); // written by the member's task
    private volatile boolean leaving; // written by whoever stops
    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    /**
     * A member that has not joined yet.
     *
     * @param id unique name of the process within the cluster, lower case as in an object's name
     * @param ttl how long it may be silent, from 2 s; the same for all members
     */
    public Membership(Store store, Env env, String id, Duration ttl) {
        if (ttl.compareTo(TTL_MIN) < 0) {
            throw new IllegalArgumentException("the time to live is at least " + TTL_MIN + ", not " + ttl);
        }
        this.store = Objects.requireNonNull(store, "store");
        this.env = Objects.requireNonNull(env, "env");
        this.id = ObjectKey.cluster(MembershipCore.MEMBERS, id).name();
        this.wake = env.signal();
        this.incarnation = env.entropy().uid();
        this.core = new MembershipCore(id, incarnation, ttl);
        this.lookout =
                new Lookout(name() + "/watch", store, Selection.of(MembershipCore.MEMBERS), env, new Neighbours());
    }

    /** The name of this member. */
    public String id() {
        return id;
    }

    /** The view this member may act under; empty while it is not a member or cannot show that it lives. */
    public Optional<View> view() {
        return locked(now -> now.view(env.time().nanos()));
    }

    /** Makes the member look at the store soon, because something says that the view has changed. */
    public void refresh() {
        wake.raise();
    }

    /** {@code store} with this member's view under every commit; a refusal makes the member look for the new view. */
    public FencedStore fenced(Store behind) {
        return new FencedStore(behind, () -> view().map(View::fence), this::refresh);
    }

    /** Which run of the process this is. */
    String incarnation() {
        return incarnation;
    }

    /** The view and who is in it, as of one look. */
    Optional<Roster> roster() {
        return locked(now -> now.roster(env.time().nanos()));
    }

    /** Raises {@code signal} whenever {@link #view} may answer something else. */
    void signalTurns(Signal signal) {
        turns.add(signal);
    }

    @Override
    public String name() {
        return "membership/" + id;
    }

    /** A source: controllers wait until the member has joined. */
    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    @Override
    public void start() {
        if (task.isPresent()) {
            throw new IllegalStateException(name() + " is started already");
        }
        task = Optional.of(env.tasks().spawn(name(), this::run));
        lookout.start();
    }

    /** Leaves, so that nobody has to wait for the time to live, and ends. */
    @Override
    public void stop() {
        leaving = true;
        lookout.stop();
        wake.raise();
        try {
            if (task.isPresent() && !task.get().join(STOP_WAIT)) {
                task.get().cancel();
                LOG.atWarn().addKeyValue("member", id).log("could not leave in time, others will remove this member");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Health health() {
        if (locked(MembershipCore::replaced)) {
            return Health.notReady("another process has taken the name " + id);
        }
        return view().map(view -> Health.ready("view " + view.revision() + " of " + view.members()))
                .orElseGet(() -> Health.notReady(trouble.orElse("not a member")));
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        var turned = env.signal();
        turns.add(turned);
        try {
            long until = env.time().nanos() + atMost.toNanos();
            while (view().isEmpty() && until - env.time().nanos() > 0) {
                turned.await(Duration.ofNanos(until - env.time().nanos()));
            }
            return view().isPresent();
        } finally {
            turns.remove(turned);
        }
    }

    private void run() throws InterruptedException {
        while (!leaving) {
            boolean well = turn();
            turns.forEach(Signal::raise);
            long lookAt = locked(now -> now.lookAt(env.time().nanos()));
            var pause = well ? Duration.ofNanos(lookAt - env.time().nanos()) : RETRY;
            wake.await(pause);
        }
        leave();
    }

    /** Looks and acts until there is nothing to do. False when the store failed. */
    private boolean turn() {
        try {
            for (int acted = 0; acted < ACTIONS_MAX && !leaving; acted++) {
                look();
                var action = locked(now -> now.next(env.time().nanos()));
                if (action.isEmpty()) {
                    break;
                }
                act(action.get());
            }
            trouble = Optional.empty();
            return true;
        } catch (StoreException failed) {
            if (trouble.isEmpty()) {
                LOG.atWarn().addKeyValue("member", id).setCause(failed).log("membership cannot read the store");
            }
            trouble = Optional.of("the store cannot be read: " + failed.getMessage());
            return false;
        }
    }

    private void look() {
        long lookedAt = env.time().nanos();
        var view = store.get(View.KEY, ReadAt.LATEST);
        var members =
                store.list(Selection.of(MembershipCore.MEMBERS), ReadAt.LATEST).objects();
        locked(now -> {
            now.observe(new MembershipCore.Observation(view, members, lookedAt));
            return true;
        });
    }

    /** What did not land is not repeated blindly: the next look decides again. */
    private void act(MembershipCore.Action action) {
        long sentAt = env.time().nanos();
        var outcome = store.commit(action.commit());
        if (!outcome.written()) {
            LOG.atDebug()
                    .addKeyValue("member", id)
                    .addKeyValue("outcome", outcome)
                    .log("membership commit did not land");
            return;
        }
        locked(now -> {
            now.landed(action, sentAt);
            return true;
        });
        switch (action) {
            case MembershipCore.Action.Join join ->
                LOG.atInfo().addKeyValue("member", id).log("joined");
            case MembershipCore.Action.Remove removed ->
                LOG.atWarn()
                        .addKeyValue("member", removed.member())
                        .addKeyValue("by", id)
                        .log("removed a silent member");
            case MembershipCore.Action.Beat beat -> {}
        }
    }

    private void leave() {
        try {
            for (int attempt = 0; attempt < ACTIONS_MAX; attempt++) {
                look();
                var commit = locked(MembershipCore::leave);
                if (commit.isEmpty() || store.commit(commit.get()).written()) {
                    return;
                }
            }
        } catch (StoreException failed) {
            LOG.atWarn()
                    .addKeyValue("member", id)
                    .setCause(failed)
                    .log("could not leave, others will remove this member");
        }
    }

    /** Others' beats are news of their lives; who comes or goes has rewritten the view in the same commit. */
    private final class Neighbours implements Lookout.Listener {
        @Override
        public void changed(WatchBatch.Changes changes) {
            long now = env.time().nanos();
            for (var event : changes.events()) {
                if (event instanceof WatchEvent.Put(var object)
                        && !MemberRecord.decode(object.spec()).first()) {
                    locked(core -> {
                        core.heard(object.key(), object.meta().revision(), now);
                        return true;
                    });
                } else {
                    wake.raise();
                }
            }
        }

        @Override
        public void missed() {
            wake.raise();
        }
    }

    private <R> R locked(Function<MembershipCore, R> step) {
        lock.lock();
        try {
            return step.apply(core);
        } finally {
            lock.unlock();
        }
    }
}
