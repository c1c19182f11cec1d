package dev.banyan.runtime.jfr;

import dev.banyan.runtime.cache.CacheMetrics;
import dev.banyan.runtime.controller.ControllerMetrics;
import dev.banyan.runtime.election.LeaderElector;
import dev.banyan.runtime.election.Leadership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.observe.StoreObserver;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;

/** Writes events of the JDK's flight recorder. Thread-safe, without state. */
public final class FlightRecorder implements ControllerMetrics, CacheMetrics, StoreObserver {
    @Override
    public Running began(Run run) {
        var event = new Events.Reconcile();
        if (!event.isEnabled()) {
            return Running.UNSEEN;
        }
        event.begin();
        return (ending, failure) -> {
            event.controller = run.controller();
            event.key = run.key().path();
            event.failures = run.failures();
            event.lane = run.lane().name();
            event.cause = run.cause().toString();
            event.waited = run.waited().toNanos();
            event.ending = ending.name();
            event.commit();
        };
    }

    @Override
    public Committing began(Commit commit) {
        var event = new Events.Committed();
        if (!event.isEnabled()) {
            return Committing.UNSEEN;
        }
        event.begin();
        return (outcome, took) -> {
            event.key = commit.writes().getFirst().key().path();
            event.writes = commit.writes().size();
            event.outcome =
                    outcome.map(known -> known.getClass().getSimpleName()).orElse("Exception");
            event.revision = outcome.filter(WriteOutcome.Written.class::isInstance)
                    .map(known -> ((WriteOutcome.Written) known).revision())
                    .orElse(0L);
            event.commit();
        };
    }

    @Override
    public void listed(String informer, Cause cause, int objects, Duration took) {
        var event = new Events.Relist();
        if (event.isEnabled()) {
            event.informer = informer;
            event.cause = cause.name();
            event.objects = objects;
            event.took = took.toNanos();
            event.commit();
        }
    }

    @Override
    public void resynced(Selection selection, WatchBatch.Resync.Reason reason) {
        var event = new Events.WatchBreak();
        if (event.isEnabled()) {
            event.selection = selection.toString();
            event.reason = reason.name();
            event.commit();
        }
    }

    /** Records the views that {@code shards} acts under from now on. */
    public void watch(Shards shards) {
        shards.addListener(view -> handedOver(shards.name(), view.isPresent(), view.map(View::revision)));
    }

    /** Records the leads that {@code elector} takes and loses from now on. */
    public void watch(LeaderElector elector) {
        elector.addListener(standing -> {
            switch (standing) {
                case Leadership.Leading(var token) -> handedOver(elector.name(), true, Optional.of(token));
                case Leadership.Suspect(var token) -> handedOver(elector.name(), false, Optional.of(token));
                case Leadership.Standby standby -> handedOver(elector.name(), false, Optional.empty());
            }
        });
    }

    private static void handedOver(String group, boolean acting, Optional<Long> token) {
        var event = new Events.HandOver();
        if (event.isEnabled()) {
            event.group = group;
            event.acting = acting;
            event.token = token.orElse(0L);
            event.commit();
        }
    }
}
