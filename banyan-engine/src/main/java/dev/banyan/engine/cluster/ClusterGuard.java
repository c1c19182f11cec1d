package dev.banyan.engine.cluster;

import dev.banyan.engine.cluster.StoreMark.Finding;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims the store for the cluster, or refuses it. To be called by one task: {@link #claim} before anything else is written, and as a
 * component once more after the engine has become a member.
 */
public final class ClusterGuard implements Component {
    /** An etcd of one's own may be started at the same time as the engine. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterGuard.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String MEMBERS = ".engines";

    private final Store store;
    private final Env env;
    private final Identity own;

    /**
     * Who the engine is.
     *
     * @param cluster id of its cluster
     * @param engine its name
     * @param level up to which it understands
     */
    public record Identity(String cluster, String engine, int level) {}

    public ClusterGuard(Store store, Env env, Identity own) {
        this.store = store;
        this.env = env;
        this.own = own;
    }

    /**
     * Returns once the store is marked as this cluster's.
     *
     * @throws IllegalStateException when it is another cluster's or newer, with what to do
     * @throws StoreException when it does not answer for a minute
     */
    public void claim() throws InterruptedException {
        patiently(this::attempt);
    }

    /**
     * Returns once the store has answered and is not another cluster's; writes nothing.
     *
     * @throws IllegalStateException when it is another cluster's or newer, with what to do
     * @throws StoreException when it does not answer for a minute
     */
    public void inspect() throws InterruptedException {
        patiently(() -> {
            refuseStrange(StoreMark.read(store, View.KEY));
            return true;
        });
    }

    private void patiently(BooleanSupplier attempt) throws InterruptedException {
        long begun = env.time().nanos();
        var pause = env.signal();
        while (true) {
            try {
                if (attempt.getAsBoolean()) {
                    return;
                }
            } catch (StoreException away) {
                boolean over = env.time().nanos() - begun >= PATIENCE.toNanos();
                if (over || away.reason() != StoreException.Reason.UNAVAILABLE) {
                    throw away;
                }
                LOG.atInfo().addKeyValue("reason", away.getMessage()).log("waiting for the store");
                var ignored = pause.await(PAUSE);
            }
        }
    }

    @Override
    public String name() {
        return "cluster";
    }

    /** Looks again: between claiming and becoming a member the level may have risen. */
    @Override
    public void start() {
        try {
            claim();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {}

    @Override
    public Health health() {
        return Health.ready(own.cluster() + ", level " + own.level());
    }

    /** False when somebody else wrote at the same time. */
    private boolean attempt() {
        var mark = StoreMark.read(store, View.KEY);
        return switch (refuseStrange(mark)) {
            case Finding.Ours ours -> !ours.raise() || raise(mark);
            case Finding.Unclaimed unclaimed -> landed(store.commit(new Commit(List.of(), missing(mark))));
            case Finding.Foreign refused -> false;
            case Finding.Newer refused -> false;
        };
    }

    private Finding refuseStrange(StoreMark mark) {
        return switch (mark.judge(own.cluster(), own.level())) {
            case Finding.Ours ours -> ours;
            case Finding.Unclaimed unclaimed -> unclaimed;
            case Finding.Foreign foreign ->
                throw new IllegalStateException("the etcd in use belongs to cluster " + foreign.cluster()
                        + ", and this engine to cluster " + own.cluster()
                        + ". Nothing was changed. Give this engine an etcd of its own (--etcd-endpoints, or none to have"
                        + " one started here), or run it with the data directory of that cluster (--data).");
            case Finding.Newer newer ->
                throw new IllegalStateException("the cluster is at level " + newer.level()
                        + ", and this engine understands up to level " + own.level()
                        + ". Nothing was changed. Start an engine of the version that the other engines have.");
        };
    }

    private List<Write> missing(StoreMark mark) {
        var writes = new ArrayList<Write>();
        if (mark.id().isEmpty()) {
            writes.add(new Write.Create(StoreMark.draft(StoreMark.ID, own.cluster())));
        }
        if (mark.level().isEmpty()) {
            writes.add(new Write.Create(StoreMark.draft(StoreMark.LEVEL, Integer.toString(own.level()))));
        }
        return writes;
    }

    /** The level stays while others may be there that do not understand more; they would have to be asked. */
    private boolean raise(StoreMark mark) {
        var members = store.list(Selection.of(MEMBERS), ReadAt.LATEST).objects();
        boolean alone = members.stream().allMatch(member -> member.key().name().equals(own.engine()));
        if (!alone) {
            return true;
        }
        var raised = new Write.Update(
                mark.level().orElseThrow(), StoreMark.draft(StoreMark.LEVEL, Integer.toString(own.level())));
        var nobodyJoined = unchanged(mark);
        boolean landed = landed(store.commit(Commit.of(raised).under(nobodyJoined)));
        if (landed) {
            LOG.atInfo().addKeyValue("level", own.level()).log("level of the cluster raised");
        }
        return landed;
    }

    private static Precondition unchanged(StoreMark mark) {
        Optional<Precondition> same = mark.view()
                .map(view -> new Precondition.Unchanged(view.key(), view.meta().revision()));
        return same.orElse(new Precondition.Absent(View.KEY));
    }

    private static boolean landed(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Written written -> true;
            case WriteOutcome.AlreadyExists other -> false;
            case WriteOutcome.Conflict other -> false;
            case WriteOutcome.NotFound gone -> false;
            case WriteOutcome.Unavailable away -> throw unavailable(away.reason());
            case WriteOutcome.Unknown unknown -> throw unavailable(unknown.reason());
            case WriteOutcome.Rejected rejected -> throw refused(rejected);
            case WriteOutcome.Denied denied -> throw refused(denied);
            case WriteOutcome.Fenced fenced -> throw refused(fenced);
            case WriteOutcome.TooLarge large -> throw refused(large);
        };
    }

    private static StoreException unavailable(String reason) {
        return new StoreException(
                StoreException.Reason.UNAVAILABLE, "the cluster's mark could not be written: " + reason);
    }

    private static IllegalStateException refused(WriteOutcome outcome) {
        return new IllegalStateException("the store refuses the cluster's mark: " + outcome);
    }
}
