package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchBatch.Changes;
import dev.banyan.runtime.store.WatchBatch.Resync;
import dev.banyan.runtime.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Delivers what the truth says, later. A batch that is on its way when the way is cut arrives when it is healed. A batch that hides a change
 * waits for the next one of that object; what came meanwhile is shown together with it, each object as it is by then, as a new listing would.
 */
final class FaultyWatch implements Watch {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int VERY_LATE_LEGS = 20;

    /** As long as a reader may be behind that is not taken for dead. */
    private static final Duration HIDDEN_MAX = Duration.ofSeconds(20);

    private final Watch watch;
    private final FaultyStore way;
    private final Luck luck;
    private final Env env;
    private final ArrayDeque<WatchBatch> ready = new ArrayDeque<>(); // to be delivered before anything else
    private Optional<WatchBatch> last = Optional.empty(); // ends the watch
    private boolean broken;

    FaultyWatch(Watch watch, FaultyStore way, Luck luck, Env env) {
        this.watch = watch;
        this.way = way;
        this.luck = luck;
        this.env = env;
    }

    @Override
    public WatchBatch next() throws InterruptedException {
        var waiting = waiting();
        return waiting.isPresent() ? waiting.get() : delivered(watch.next());
    }

    @Override
    public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
        var waiting = waiting();
        if (waiting.isPresent()) {
            return waiting;
        }
        var batch = watch.next(timeout);
        return batch.isPresent() ? Optional.of(delivered(batch.get())) : batch;
    }

    @Override
    public void close() {
        watch.close();
    }

    /** What is there without asking the truth. */
    private Optional<WatchBatch> waiting() {
        if (broken) {
            throw cut();
        }
        return Optional.<WatchBatch>ofNullable(ready.poll()).or(() -> last);
    }

    private WatchBatch delivered(WatchBatch batch) throws InterruptedException {
        arrive();
        if (!(batch instanceof Changes changes)) {
            return batch;
        }
        if (luck.strikes(StoreFaults.WATCH_CUT)) {
            broken = true;
            throw cut();
        }
        if (luck.strikes(StoreFaults.FORCED_RELIST)) {
            last = Optional.of(new Resync(Resync.Reason.COMPACTED));
            watch.close();
            return last.get();
        }
        var shown = shown(changes);
        if (luck.strikes(StoreFaults.REPEATED_BATCH)) {
            ready.addFirst(shown);
        }
        return shown;
    }

    private static StoreException cut() {
        return new StoreException(StoreException.Reason.UNAVAILABLE, "simulated: watch broken");
    }

    private Changes shown(Changes changes) throws InterruptedException {
        for (var event : changes.events()) {
            var hidden = luck.strike(StoreFaults.HIDDEN_EVENT);
            if (hidden.isPresent()) {
                long most = hidden.get().nextLong(HIDDEN_MAX.toNanos());
                return merged(changes, event.key(), env.time().nanos() + most);
            }
        }
        return changes;
    }

    /** Everything up to the next change of {@code hidden}, or to what there is until {@code untilNanos}. */
    private Changes merged(Changes first, ObjectKey hidden, long untilNanos) throws InterruptedException {
        var events = new TreeMap<ObjectKey, WatchEvent>();
        first.events().forEach(event -> events.put(event.key(), event));
        long revision = first.revision();
        Optional<WatchBatch> progress = Optional.empty();
        boolean superseded = false;
        while (!superseded && last.isEmpty() && env.time().nanos() < untilNanos) {
            var next = watch.next(Duration.ofNanos(untilNanos - env.time().nanos()));
            if (next.isPresent() && next.get() instanceof Changes more) {
                more.events().forEach(event -> events.put(event.key(), event));
                revision = more.revision();
                superseded = keys(more).contains(hidden);
                progress = Optional.empty();
            } else if (next.isPresent() && next.get() instanceof WatchBatch.Bookmark) {
                progress = next;
            } else {
                last = next;
            }
        }
        progress.ifPresent(ready::add);
        return new Changes(revision, List.copyOf(events.values()));
    }

    private static List<ObjectKey> keys(Changes changes) {
        var keys = new ArrayList<ObjectKey>();
        changes.events().forEach(event -> keys.add(event.key()));
        return keys;
    }

    /** Some batches are very late, so that their reader acts on what it knew before its own writes. */
    private void arrive() throws InterruptedException {
        int legs = luck.strikes(StoreFaults.LATE_BATCH) ? VERY_LATE_LEGS : 1;
        for (int leg = 0; leg < legs; leg++) {
            way.travel();
        }
        var never = env.signal();
        while (way.isCut()) {
            never.await(LOOK_AGAIN);
        }
    }
}
