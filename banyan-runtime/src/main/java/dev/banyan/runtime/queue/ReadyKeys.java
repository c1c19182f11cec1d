package dev.banyan.runtime.queue;

import dev.banyan.runtime.queue.Owner.Backlog;
import dev.banyan.runtime.queue.Owner.Line;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The due keys, and which of them is next: lanes by their shares, owners in turns, and every second take for whatever has been due too long.
 * Stepped; not thread-safe.
 */
final class ReadyKeys<K> {
    static final List<Lane> LANES = List.of(Lane.values());

    /** Retries have a rate of their own, so there are two budgets: retries, and everything else. */
    private static final int RETRIES = 1;

    private final Shares shares;
    private final long maxWait;
    private final int runningMax;
    private final List<Pacer> pacers;
    private final List<TimeHeap<Backlog<K>>> oldest = List.of(new TimeHeap<>(), new TimeHeap<>()); // by budget
    private final List<ArrayDeque<Line<K>>> turns = new ArrayList<>(); // by lane
    private final int[] credits = new int[LANES.size()]; // what is left of the round
    private final int[] depths = new int[LANES.size()];
    private int size;
    private boolean agedLast;
    private boolean paced; // at the last take, a rate held keys back
    private long opensAt; // until then, if paced

    ReadyKeys(QueueOptions<K> options) {
        this.shares = options.shares();
        this.maxWait = options.maxWait().toNanos();
        this.runningMax = options.fairness().runningMax();
        this.pacers = List.of(new Pacer(options.rate()), new Pacer(options.retryRate()));
        for (int lane = 0; lane < LANES.size(); lane++) {
            turns.add(new ArrayDeque<>());
        }
    }

    int size() {
        return size;
    }

    int depth(Lane lane) {
        return depths[lane.ordinal()];
    }

    boolean paced() {
        return paced;
    }

    /** When a rate lets keys through again; only while {@link #paced}. */
    long opensAt() {
        return opensAt;
    }

    /** Takes in a key whose lane and time are set. */
    void add(Entry<K> entry) {
        entry.budget = budgetOf(entry.lane);
        size++;
        enterLane(entry);
        var backlog = entry.owner.backlogs.get(entry.budget);
        backlog.entries.add(entry.byAge);
        if (backlog.entries.size() == 1) {
            appear(entry.owner, entry.budget);
        }
    }

    /** Moves a due key to a higher lane; its age stays. */
    void raise(Entry<K> entry, Lane lane) {
        leaveLane(entry);
        entry.lane = lane;
        enterLane(entry);
    }

    /** Takes out the next key, or null when none may be taken at {@code now}. */
    @Nullable
    Entry<K> poll(long now) {
        paced = false;
        var aged = agedLast ? null : aged(now);
        agedLast = aged != null;
        var next = aged != null ? aged : byShare(now);
        if (next == null) {
            next = aged(now);
        }
        if (next != null) {
            remove(next);
        }
        return next;
    }

    /** A key of this owner began to run. */
    void started(Owner<K> owner) {
        owner.running++;
        if (owner.running == runningMax) {
            for (int budget = 0; budget < oldest.size(); budget++) {
                var backlog = owner.backlogs.get(budget);
                if (backlog.slot >= 0) {
                    oldest.get(budget).remove(backlog);
                }
            }
        }
    }

    /** A key of this owner ended. */
    void ended(Owner<K> owner) {
        owner.running--;
        if (owner.running == runningMax - 1) {
            for (int lane = 0; lane < LANES.size(); lane++) {
                enqueue(owner.lines.get(lane), lane);
            }
            for (int budget = 0; budget < oldest.size(); budget++) {
                appear(owner, budget);
            }
        }
    }

    private void remove(Entry<K> entry) {
        size--;
        leaveLane(entry);
        var backlog = entry.owner.backlogs.get(entry.budget);
        backlog.entries.remove(entry.byAge);
        if (backlog.slot >= 0) {
            if (backlog.entries.isEmpty()) {
                oldest.get(entry.budget).remove(backlog);
            } else {
                backlog.look();
                oldest.get(entry.budget).moved(backlog);
            }
        }
    }

    private @Nullable Entry<K> aged(long now) {
        Backlog<K> first = null;
        for (int budget = 0; budget < oldest.size(); budget++) {
            var heap = oldest.get(budget);
            if (!heap.isEmpty() && now - heap.first().at >= maxWait && open(budget, now)) {
                first = first == null || heap.first().at - first.at < 0 ? heap.first() : first;
            }
        }
        if (first == null) {
            return null;
        }
        var entry = first.entries.first();
        pacers.get(entry.budget).taken(now);
        return entry;
    }

    /** A lane with due keys and no credit ends the round only when no other lane with due keys has credit. */
    private @Nullable Entry<K> byShare(long now) {
        boolean exhausted = false;
        for (int round = 0; round < 2; round++) {
            for (int lane = 0; lane < credits.length; lane++) {
                var line = servable(lane, now);
                if (line != null && credits[lane] > 0) {
                    return take(line, lane, now);
                }
                exhausted |= line != null;
            }
            if (!exhausted) {
                return null;
            }
            for (int lane = 0; lane < credits.length; lane++) {
                credits[lane] = shares.of(LANES.get(lane));
            }
        }
        return null;
    }

    private Entry<K> take(Line<K> line, int lane, long now) {
        credits[lane]--;
        pacers.get(budgetOf(LANES.get(lane))).taken(now);
        var entry = line.entries.first();
        line.left--;
        if (line.left <= 0) {
            turns.get(lane).add(turns.get(lane).remove());
            line.left = line.owner.turn;
        }
        return entry;
    }

    /** The line whose turn it is in a lane, or null. Lines that became empty or whose owner runs enough leave here. */
    private @Nullable Line<K> servable(int lane, long now) {
        if (depths[lane] == 0 || !open(budgetOf(LANES.get(lane)), now)) {
            return null;
        }
        var waiting = turns.get(lane);
        while (!waiting.isEmpty()) {
            var line = waiting.element();
            if (!line.entries.isEmpty() && line.owner.running < runningMax) {
                return line;
            }
            line.queued = false;
            waiting.remove();
        }
        return null;
    }

    private boolean open(int budget, long now) {
        var pacer = pacers.get(budget);
        if (pacer.open(now)) {
            return true;
        }
        opensAt = paced && opensAt - pacer.opensAt() < 0 ? opensAt : pacer.opensAt();
        paced = true;
        return false;
    }

    private void enterLane(Entry<K> entry) {
        int lane = entry.lane.ordinal();
        var line = entry.owner.lines.get(lane);
        line.entries.add(entry.inLane);
        depths[lane]++;
        enqueue(line, lane);
    }

    private void leaveLane(Entry<K> entry) {
        int lane = entry.lane.ordinal();
        entry.owner.lines.get(lane).entries.remove(entry.inLane);
        depths[lane]--;
    }

    private void enqueue(Line<K> line, int lane) {
        if (!line.queued && !line.entries.isEmpty() && line.owner.running < runningMax) {
            line.queued = true;
            line.left = line.owner.turn;
            turns.get(lane).add(line);
        }
    }

    private void appear(Owner<K> owner, int budget) {
        var backlog = owner.backlogs.get(budget);
        if (backlog.slot < 0 && !backlog.entries.isEmpty() && owner.running < runningMax) {
            backlog.look();
            oldest.get(budget).add(backlog);
        }
    }

    private static int budgetOf(Lane lane) {
        return lane == Lane.RETRY ? RETRIES : 0;
    }
}
