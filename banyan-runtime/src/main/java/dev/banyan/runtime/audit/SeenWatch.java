package dev.banyan.runtime.audit;

import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import java.time.Duration;
import java.util.Optional;

/** A watch through a gate, which notes what comes by and ends it when the gate closes. */
final class SeenWatch implements Watch {
    private final RestoreGate gate;
    private final Watch watch;
    private final Watermark.Mark mark;
    private final long after;

    SeenWatch(RestoreGate gate, Watch watch, Watermark.Mark mark, long after) {
        this.gate = gate;
        this.watch = watch;
        this.mark = mark;
        this.after = after;
    }

    @Override
    public WatchBatch next() throws InterruptedException {
        return gate.passed(mark, after, watch.next());
    }

    @Override
    public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
        return watch.next(timeout).map(batch -> gate.passed(mark, after, batch));
    }

    @Override
    public void close() {
        gate.forget(this);
        watch.close();
    }

    /** Makes whoever waits for the next batch look at the gate. */
    void end() {
        watch.close();
    }
}
