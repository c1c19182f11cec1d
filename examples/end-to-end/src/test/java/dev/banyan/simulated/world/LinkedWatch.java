package dev.banyan.simulated.world;

import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.simulated.world.EngineProcess.Serving;
import java.time.Duration;
import java.util.Optional;

/** A watch at whichever engine answers: a task of that engine sends the batches, and another engine goes on where it ended. */
final class LinkedWatch implements Watch {
    private static final int BUFFER = 64;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(300);

    private final EngineLink link;
    private final Selection selection;
    private long reached;
    private Optional<Stream> stream = Optional.empty();
    private Optional<WatchBatch> last = Optional.empty();

    LinkedWatch(EngineLink link, Selection selection, long afterRevision) {
        this.link = link;
        this.selection = selection;
        this.reached = afterRevision;
    }

    @Override
    public WatchBatch next() throws InterruptedException {
        while (true) {
            var batch = next(LOOK);
            if (batch.isPresent()) {
                return batch.get();
            }
        }
    }

    @Override
    public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
        var env = link.caller().env();
        long until = env.time().nanos() + timeout.toNanos();
        while (true) {
            if (last.isPresent()) {
                return last;
            }
            if (stream.filter(Stream::works).isEmpty()) {
                reconnect();
            }
            long left = Math.max(0, until - env.time().nanos());
            var wait = stream.isPresent() ? LOOK : RETRY;
            var patience = Duration.ofNanos(Math.min(left, wait.toNanos()));
            Optional<WatchBatch> batch = Optional.empty();
            if (stream.isPresent()) {
                batch = stream.get().batches.poll(patience);
            } else {
                var ignored = env.signal().await(patience);
            }
            if (batch.isPresent()) {
                take(batch.get());
                return batch;
            }
            if (env.time().nanos() >= until) {
                return Optional.empty();
            }
        }
    }

    @Override
    public void close() {
        last = Optional.of(new WatchBatch.Closed());
        stream.ifPresent(Stream::end);
    }

    private void take(WatchBatch batch) {
        switch (batch) {
            case WatchBatch.Changes changes -> reached = changes.revision();
            case WatchBatch.Bookmark bookmark -> reached = bookmark.revision();
            case WatchBatch.Resync resync -> last = Optional.of(resync);
            case WatchBatch.Closed closed -> last = Optional.of(closed);
        }
    }

    private void reconnect() {
        stream.ifPresent(Stream::end);
        stream = link.cut() ? Optional.empty() : link.target().serving().map(Stream::new);
    }

    /** One engine's part of it. */
    private final class Stream {
        private final Mailbox<WatchBatch> batches = link.caller().env().mailbox(BUFFER);
        private final EngineProcess engine = link.target();
        private final int generation = link.generation();
        private final Task task;
        private boolean broken;

        Stream(Serving serving) {
            this.task = engine.serve("watch", () -> send(serving), this::breaks);
        }

        boolean works() {
            return (!broken && link.generation() == generation) || batches.size() > 0;
        }

        void end() {
            engine.served(this::breaks);
            broken = true;
            if (!task.done()) {
                task.cancel();
            }
        }

        private void breaks() {
            broken = true;
        }

        private void send(Serving serving) throws InterruptedException {
            var hold = engine.process().env().signal();
            try (var watch = serving.plane().store().watch(selection, reached)) {
                while (!broken) {
                    var batch = watch.next();
                    link.engineTravels(engine);
                    while (link.cut()) {
                        var ignored = hold.await(RETRY);
                    }
                    batches.put(batch);
                }
            } catch (StoreException refused) {
                broken = true;
            }
        }
    }
}
