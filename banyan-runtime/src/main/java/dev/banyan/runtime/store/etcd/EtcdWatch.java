package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchBatch.Resync;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that survives its streams. It runs in the task that reads it: nothing is buffered but what one stream may have on its way, and
 * a slow reader slows its own stream alone. All fields but {@code closed} belong to that task.
 */
final class EtcdWatch implements Watch {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

    /** Behind by more than this after a break, listing again is cheaper than etcd's replay of history. */
    static final long BEHIND_MAX = 10_000;

    private static final Duration BOOKMARK_DELAY = Duration.ofMillis(20);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration CREATE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    private final Env env;
    private final RandomSource jitter;
    private final EtcdCalls calls;
    private final EtcdChannels channels;
    private final KeyLayout layout;
    private final WatchProtocol protocol;
    private final Heartbeat heartbeat;
    private final long epoch;

    private @Nullable WatchStream stream;
    private int endpoint;
    private boolean created;
    private boolean everCreated;
    private long openedNanos;
    private long retryNanos;
    private Duration pause = PAUSE_FIRST;
    private long told;
    private long toldNanos;
    private Optional<WatchBatch> end = Optional.empty();
    private volatile boolean closed;

    /** Watches through {@code channels}, which carry nothing but watches, and asks questions through {@code calls}. */
    EtcdWatch(EtcdCalls calls, EtcdChannels channels, KeyLayout layout, Selection selection, long after, Env env) {
        this.env = env;
        this.jitter = env.random().fork("etcd watch");
        this.calls = calls;
        this.channels = channels;
        this.layout = layout;
        this.protocol = new WatchProtocol(layout, selection, after);
        this.heartbeat = new Heartbeat(calls, layout, env);
        this.epoch = calls.epoch();
        this.told = after;
        this.toldNanos = env.time().nanos() - BOOKMARK_DELAY.toNanos();
        this.retryNanos = env.time().nanos();
    }

    @Override
    public WatchBatch next() throws InterruptedException {
        while (true) {
            var batch = next(TICK);
            if (batch.isPresent()) {
                return batch.get();
            }
        }
    }

    @Override
    public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
        long start = env.time().nanos();
        while (true) {
            var batch = ready();
            if (batch.isPresent()) {
                return batch;
            }
            var left = timeout.minus(env.time().since(start));
            advance(left.isNegative() ? Duration.ZERO : shorter(left, untilBookmark()));
            if (left.isNegative() || left.isZero()) {
                return ready();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private Optional<WatchBatch> ready() {
        if (closed && end.isEmpty()) {
            finish(new WatchBatch.Closed());
        }
        if (end.isPresent()) {
            return end;
        }
        var batch = protocol.poll();
        if (batch.isPresent()) {
            told = batch.get() instanceof WatchBatch.Changes(var revision, var events) ? revision : told;
            toldNanos = env.time().nanos();
            return batch;
        }
        return bookmark();
    }

    private Optional<WatchBatch> bookmark() {
        if (told >= protocol.applied() || env.time().since(toldNanos).compareTo(BOOKMARK_DELAY) < 0) {
            return Optional.empty();
        }
        told = protocol.applied();
        toldNanos = env.time().nanos();
        return Optional.of(new WatchBatch.Bookmark(told));
    }

    private Duration untilBookmark() {
        return told < protocol.applied() ? BOOKMARK_DELAY : TICK;
    }

    /** Moves the watch on by one response, one connection or one pause, waiting at most {@code wait}. */
    private void advance(Duration wait) throws InterruptedException {
        if (calls.epoch() != epoch) {
            finish(new Resync(Resync.Reason.HISTORY_REPLACED));
            return;
        }
        var open = stream;
        if (open == null) {
            connect(wait);
            return;
        }
        var incoming = open.poll(wait);
        if (incoming.isEmpty()) {
            audit();
            return;
        }
        heartbeat.heard();
        switch (incoming.get()) {
            case WatchStream.Incoming.Message(var response) -> {
                switch (protocol.receive(response)) {
                    case CONTINUE -> calls.saw(response.getHeader());
                    case CREATED -> createdBy();
                    case COMPACTED -> finish(new Resync(Resync.Reason.COMPACTED));
                    case REOPEN -> cancelled(response.getCancelReason());
                }
            }
            case WatchStream.Incoming.Ended(var status) -> {
                calls.renewTokenAfter(status);
                broken(status.toString());
            }
        }
    }

    private void connect(Duration wait) throws InterruptedException {
        var pauseLeft = Duration.ofNanos(retryNanos - env.time().nanos());
        if (!pauseLeft.isNegative() && !pauseLeft.isZero()) {
            env.signal().await(shorter(pauseLeft, wait));
            return;
        }
        endpoint = channels.current();
        openedNanos = env.time().nanos();
        created = false;
        stream = WatchStream.open(channels.channel(endpoint), protocol, env);
        heartbeat.heard();
    }

    /** The stream stands. Asks the whole cluster, not this member, which may be behind, whether history still continues here. */
    private void createdBy() {
        if (historyContinues()) {
            created = true;
            everCreated = true;
            pause = PAUSE_FIRST;
        }
    }

    /** etcd does not say of a watch whether its token or its user is refused: a question does, and gets a new token. */
    private void cancelled(String reason) {
        if (historyContinues()) {
            broken(reason);
        }
    }

    private boolean historyContinues() {
        try {
            long revision = calls.revisionWithHistoryFrom(layout, protocol.applied());
            if (calls.epoch() != epoch || revision < protocol.applied()) {
                finish(new Resync(Resync.Reason.HISTORY_REPLACED));
            } else if (everCreated && revision - protocol.applied() > BEHIND_MAX) {
                finish(new Resync(Resync.Reason.TOO_FAR_BEHIND));
            }
            return end.isEmpty();
        } catch (StoreException failure) {
            switch (failure.reason()) {
                case COMPACTED -> finish(new Resync(Resync.Reason.COMPACTED));
                case UNAVAILABLE, CORRUPT -> broken(String.valueOf(failure.getMessage()));
                case DENIED -> {
                    broken(String.valueOf(failure.getMessage()));
                    throw failure;
                }
            }
            return false;
        }
    }

    private void audit() {
        if (!created) {
            if (env.time().since(openedNanos).compareTo(CREATE_PATIENCE) > 0) {
                dead("no answer to the request for a watch");
            }
        } else if (heartbeat.missed(protocol.applied())) {
            dead("a write of this process did not arrive");
        }
    }

    private void dead(String reason) {
        broken(reason);
        channels.renew(endpoint);
    }

    private void broken(String reason) {
        LOG.atInfo()
                .addKeyValue("endpoint", channels.endpoint(endpoint))
                .addKeyValue("applied", protocol.applied())
                .addKeyValue("reason", reason)
                .log("watch of etcd interrupted, resuming");
        disconnect();
        channels.leave(endpoint);
        retryNanos = env.time().nanos() + pause.toNanos() / 2 + jitter.nextLong(pause.toNanos() / 2);
        pause = shorter(pause.multipliedBy(2), PAUSE_MAX);
    }

    private void disconnect() {
        var open = stream;
        if (open != null) {
            open.close();
            stream = null;
        }
        protocol.disconnected();
    }

    private void finish(WatchBatch last) {
        disconnect();
        if (end.isEmpty()) {
            end = Optional.of(last);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
