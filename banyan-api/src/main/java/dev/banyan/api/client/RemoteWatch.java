package dev.banyan.api.client;

import dev.banyan.api.v1.ResourcesGrpc;
import dev.banyan.api.v1.Selection;
import dev.banyan.api.v1.WatchRequest;
import dev.banyan.api.wire.WireCommits;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that goes on at the next engine where this one left off. The reader's task does all the work: it opens, receives, and opens
 * again; another task only closes.
 */
final class RemoteWatch implements Watch {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteWatch.class);

    /** Batches that may wait to be read before the engine is held back. */
    private static final int WINDOW = 64;

    /** The engine sends at least a bookmark each second; five missing ones mean that nobody is there. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Calls calls;
    private final Env env;
    private final Selection selection;
    private final Signal closing;

    /** The open stream; replaced by the reader, closed by anyone. */
    private final AtomicReference<@Nullable Stream> current = new AtomicReference<>();

    private volatile boolean closed;

    // The rest belongs to the reader.
    private long reached;
    private Duration pause = Duration.ZERO;
    private long reopenNanos;
    private long heardNanos;
    private @Nullable WatchBatch last;

    RemoteWatch(Calls calls, Selection selection, long afterRevision) {
        this.calls = calls;
        this.env = calls.env();
        this.selection = selection;
        this.reached = afterRevision;
        this.closing = env.signal();
    }

    private record Stream(int endpoint, Duplex<WatchRequest, dev.banyan.api.v1.WatchBatch> duplex) {}

    @Override
    public WatchBatch next() throws InterruptedException {
        while (true) {
            var batch = next(SILENCE_MAX);
            if (batch.isPresent()) {
                return batch.get();
            }
        }
    }

    @Override
    public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
        long begun = env.time().nanos();
        while (true) {
            if (closed) {
                return Optional.of(new WatchBatch.Closed());
            }
            if (last != null) {
                return Optional.of(last);
            }
            var left = timeout.minus(env.time().since(begun));
            var batch = step(left.isNegative() ? Duration.ZERO : left);
            if (batch.isPresent() && !closed) {
                return batch;
            }
            if (!closed && (left.isNegative() || left.isZero())) {
                return Optional.empty();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        closing.raise();
        var stream = current.get();
        if (stream != null) {
            stream.duplex().close();
        }
    }

    private Optional<WatchBatch> step(Duration left) throws InterruptedException {
        var stream = current.get();
        if (stream == null) {
            return open(left);
        }
        var patience = left.compareTo(SILENCE_MAX) < 0 ? left : SILENCE_MAX;
        return switch (stream.duplex().receive(patience).orElse(null)) {
            case Duplex.Item.Message<dev.banyan.api.v1.WatchBatch> message -> received(message.content());
            case Duplex.Item.Ended<dev.banyan.api.v1.WatchBatch> end -> ended(stream, end);
            case null -> silent(stream, patience);
        };
    }

    private Optional<WatchBatch> open(Duration left) throws InterruptedException {
        var due = pause.isZero()
                ? Duration.ZERO
                : Duration.ofNanos(reopenNanos - env.time().nanos());
        if (due.isPositive() && (closing.await(due.compareTo(left) < 0 ? due : left) || due.compareTo(left) > 0)) {
            return Optional.empty();
        }
        int endpoint = calls.channels().current();
        var stream = new Stream(endpoint, calls.stream(endpoint, ResourcesGrpc.getWatchMethod(), WINDOW));
        stream.duplex()
                .sendOnly(WatchRequest.newBuilder()
                        .setSelection(selection)
                        .setAfterRevision(reached)
                        .build());
        heardNanos = env.time().nanos();
        current.set(stream);
        if (closed) {
            stream.duplex().close();
        }
        return Optional.empty();
    }

    private Optional<WatchBatch> received(dev.banyan.api.v1.WatchBatch message) {
        pause = Duration.ZERO;
        heardNanos = env.time().nanos();
        var batch = WireCommits.batch(message);
        switch (batch) {
            case WatchBatch.Changes changes -> reached = changes.revision();
            case WatchBatch.Bookmark bookmark -> {
                if (bookmark.revision() <= reached) {
                    return Optional.empty(); // a sign of life only
                }
                reached = bookmark.revision();
            }
            case WatchBatch.Resync resync -> end(resync);
            case WatchBatch.Closed never -> throw new IllegalStateException("an engine sends no closed watch");
        }
        return Optional.of(batch);
    }

    private void end(WatchBatch batch) {
        last = batch;
        var stream = current.get();
        if (stream != null) {
            stream.duplex().close();
        }
    }

    private Optional<WatchBatch> silent(Stream stream, Duration waited) {
        if (waited.compareTo(SILENCE_MAX) >= 0 || env.time().since(heardNanos).compareTo(SILENCE_MAX) >= 0) {
            stream.duplex().close();
            moveOn(stream, "silent for " + SILENCE_MAX);
        }
        return Optional.empty();
    }

    private Optional<WatchBatch> ended(Stream stream, Duplex.Item.Ended<dev.banyan.api.v1.WatchBatch> end) {
        if (closed) {
            return Optional.empty();
        }
        if (end.status().isOk()) {
            moveOn(stream, "the engine ended the watch");
            return Optional.empty();
        }
        var failure = Calls.failure(end);
        return switch (failure.reason()) {
            case COMPACTED -> {
                end(new WatchBatch.Resync(WatchBatch.Resync.Reason.COMPACTED));
                yield Optional.ofNullable(last);
            }
            // No engine will answer otherwise: the reader has a defect or lost its rights.
            case DENIED, UNAUTHENTICATED, REJECTED, TOO_LARGE -> throw WireErrors.storeFailure(failure);
            case CONFLICT,
                    ALREADY_EXISTS,
                    NOT_FOUND,
                    FENCED,
                    OUTCOME_UNKNOWN,
                    UNAVAILABLE,
                    OVERLOADED,
                    CORRUPT,
                    INTERNAL -> {
                moveOn(stream, String.valueOf(failure.getMessage()));
                yield Optional.empty();
            }
        };
    }

    private void moveOn(Stream stream, String why) {
        LOG.atDebug()
                .addKeyValue("endpoint", calls.channels().endpoints().get(stream.endpoint()))
                .addKeyValue("revision", reached)
                .addKeyValue("reason", why)
                .log("watch moves on");
        calls.channels().failed(stream.endpoint());
        current.set(null);
        var doubled = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        reopenNanos = env.time().nanos() + pause.toNanos();
    }
}
