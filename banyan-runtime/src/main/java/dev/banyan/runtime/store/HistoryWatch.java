package dev.banyan.runtime.store;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.store.WatchBatch.Resync;
import java.time.Duration;
import java.util.Optional;

/** A cursor in a {@link ServedHistory}. All mutable fields are guarded by the history's lock. */
final class HistoryWatch implements Watch {
    private final ServedHistory served;
    private final Selection selection;
    private final Env env;
    private final ServedHistory.Limits limits;
    private final Signal signal;
    private final long openedNanos;
    private long cursor;
    private long told;
    private long toldNanos;
    private boolean bookmarkExpected;
    private boolean begun;
    private Optional<WatchBatch> end = Optional.empty();

    HistoryWatch(ServedHistory served, Selection selection, long after, Env env, ServedHistory.Limits limits) {
        this.served = served;
        this.selection = selection;
        this.env = env;
        this.limits = limits;
        this.signal = env.signal();
        this.openedNanos = env.time().nanos();
        this.cursor = after;
        this.told = after;
        this.toldNanos = openedNanos - limits.bookmarkDelay().toNanos();
    }

    /** What a reader gets now: a batch, or how long it may sleep before it has to look again without being woken. */
    private record Turn(Optional<WatchBatch> batch, Optional<Duration> sleep) {
        static Turn of(WatchBatch batch) {
            return new Turn(Optional.of(batch), Optional.empty());
        }

        static Turn sleep(Optional<Duration> atMost) {
            return new Turn(Optional.empty(), atMost);
        }
    }

    @Override
    public WatchBatch next() throws InterruptedException {
        while (true) {
            var turn = served.underLock(this::turn);
            if (turn.batch().isPresent()) {
                return turn.batch().get();
            }
            if (turn.sleep().isPresent()) {
                signal.await(turn.sleep().get());
            } else {
                signal.await();
            }
        }
    }

    @Override
    public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
        long start = env.time().nanos();
        while (true) {
            var turn = served.underLock(this::turn);
            var left = timeout.minus(env.time().since(start));
            if (turn.batch().isPresent() || left.isNegative() || left.isZero()) {
                return turn.batch();
            }
            signal.await(turn.sleep().filter(sleep -> sleep.compareTo(left) < 0).orElse(left));
        }
    }

    @Override
    public void close() {
        served.underLock(history -> {
            end(new WatchBatch.Closed());
            return true;
        });
        signal.raise();
    }

    Signal signal() {
        return signal;
    }

    /** Under the lock, at opening: a start that is not kept any more is told from one that was overtaken later. */
    void open(History history) {
        if (!ahead(history) && cursor < history.floor()) {
            end(new Resync(Resync.Reason.COMPACTED));
        } else if (!ahead(history)) {
            begun = true;
            stepOver(history);
        }
    }

    /** Under the lock: the reader has seen more than this history contains. */
    boolean ahead(History history) {
        return cursor > history.revision();
    }

    /** Under the lock: ends the watch for good; the first reason stays. */
    void end(WatchBatch last) {
        if (end.isEmpty()) {
            end = Optional.of(last);
            served.forget(this);
        }
    }

    /**
     * Under the lock, after a change: whether the reader must look at it. What does not concern the selection is stepped over, so that a
     * quiet watch never falls out of the ring.
     */
    boolean concerns(History history) {
        if (ahead(history)) {
            return false;
        }
        if (cursor < history.floor() || !stepOver(history)) {
            return true;
        }
        boolean first = !bookmarkExpected && told < cursor;
        bookmarkExpected = bookmarkExpected || first;
        return first;
    }

    /** Moves up to the next entry of the selection; true when there is none. */
    private boolean stepOver(History history) {
        for (var entry = history.after(cursor); entry.isPresent(); entry = history.after(cursor)) {
            if (entry.get().concerns(selection)) {
                return false;
            }
            cursor = entry.get().revision();
        }
        cursor = history.revision();
        return true;
    }

    private Turn turn(History history) {
        if (end.isPresent()) {
            return Turn.of(end.get());
        }
        if (ahead(history)) {
            return waitForHistory();
        }
        if (cursor < history.floor()) {
            end(new Resync(begun ? Resync.Reason.TOO_FAR_BEHIND : Resync.Reason.COMPACTED));
            return Turn.of(end.orElseThrow());
        }
        begun = true;
        return nextChanges(history).map(Turn::of).orElseGet(this::bookmark);
    }

    private Turn waitForHistory() {
        var left = limits.patience().minus(env.time().since(openedNanos));
        if (!left.isNegative() && !left.isZero()) {
            return Turn.sleep(Optional.of(left));
        }
        end(new Resync(Resync.Reason.TOO_FAR_BEHIND));
        return Turn.of(end.orElseThrow());
    }

    private Optional<WatchBatch> nextChanges(History history) {
        if (stepOver(history)) {
            return Optional.empty();
        }
        var entry = history.after(cursor).orElseThrow();
        cursor = entry.revision();
        tell();
        return Optional.of(new WatchBatch.Changes(cursor, entry.eventsFor(selection)));
    }

    private Turn bookmark() {
        if (told >= cursor) {
            return Turn.sleep(Optional.empty());
        }
        var left = limits.bookmarkDelay().minus(env.time().since(toldNanos));
        if (!left.isNegative() && !left.isZero()) {
            return Turn.sleep(Optional.of(left));
        }
        tell();
        return Turn.of(new WatchBatch.Bookmark(cursor));
    }

    private void tell() {
        told = cursor;
        toldNanos = env.time().nanos();
        bookmarkExpected = false;
    }
}
