package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchBatch.Resync;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchCacheTest {
    /** Far more than anything here takes; reached only when something is broken. */
    private static final Duration SOON = Duration.ofMinutes(2);

    private static final Selection THINGS = Selection.of("things");

    private final SystemEnv env = new SystemEnv();
    private final MemoryStore truth =
            new MemoryStore(env, new ServedHistory.Limits(10, 1 << 20, Duration.ofMillis(1), SOON));
    private final HeldStore upstream = new HeldStore(truth);
    private final WatchCache cache = new WatchCache(upstream, env, patient(Duration.ofMillis(300)));

    @BeforeEach
    void start() throws Exception {
        cache.start();
        assertThat(cache.awaitReady(SOON)).isTrue();
    }

    @AfterEach
    void stop() {
        cache.stop();
    }

    @Test
    void refusesAReaderThatIsAheadRatherThanShowingThePast() throws Exception {
        upstream.hold();
        long seen = create("one");

        assertThatThrownBy(() -> cache.list(THINGS, new ReadAt.AtLeast(seen)))
                .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(StoreException.Reason.UNAVAILABLE));
        upstream.release();
        assertThat(cache.awaitRevision(seen, SOON)).isTrue();
        assertThat(cache.list(THINGS, new ReadAt.AtLeast(seen)).objects()).hasSize(1);
    }

    @Test
    void keepsAWatchThatIsAheadWaitingAndThenGoesOn() throws Exception {
        var patient = new WatchCache(upstream, env, patient(SOON));
        patient.start();
        assertThat(patient.awaitReady(SOON)).isTrue();
        upstream.hold();
        long seen = create("seen");
        try (var watch = patient.watch(THINGS, seen)) {
            assertThat(watch.next(Duration.ofMillis(1))).isEmpty();
            upstream.release();
            long next = create("next");

            assertThat(watch.next())
                    .isInstanceOfSatisfying(WatchBatch.Changes.class, changes -> assertThat(changes.revision())
                            .isEqualTo(next));
        } finally {
            patient.stop();
        }
    }

    @Test
    void sendsAWatchThatStaysAheadToListAgain() throws Exception {
        upstream.hold();
        try (var watch = cache.watch(THINGS, create("seen"))) {
            assertThat(watch.next()).isEqualTo(new Resync(Resync.Reason.TOO_FAR_BEHIND));
        }
    }

    @Test
    void sendsAWatchFromAnotherHistoryToListAgainAtOnce() throws Exception {
        try (var watch = cache.watch(THINGS, 1_000)) {
            assertThat(watch.next(Duration.ofMillis(1))).contains(new Resync(Resync.Reason.HISTORY_REPLACED));
        }
    }

    @Test
    void listsTheNewestStateAlthoughItIsBehind() {
        upstream.hold();
        create("one");

        assertThat(cache.list(THINGS, ReadAt.LATEST).objects()).hasSize(1);
        assertThat(cache.get(key("one"), ReadAt.LATEST)).isPresent();
    }

    @Test
    void listsAgainWhenItFellBehindAndTellsItsReaders() throws Exception {
        // What comes after its list shows that it watches: before that it can miss nothing.
        assertThat(cache.awaitRevision(create("first"), SOON)).isTrue();
        try (var watch = cache.watch(THINGS, cache.revision())) {
            upstream.hold();
            long last = 0;
            for (int index = 0; index < 20; index++) { // more than upstream keeps
                last = create("missed-" + index);
            }
            upstream.release();

            assertThat(endOf(watch)).isEqualTo(new Resync(Resync.Reason.TOO_FAR_BEHIND));
            assertThat(cache.awaitRevision(last, SOON)).isTrue();
            assertThat(cache.list(THINGS, new ReadAt.AtLeast(last)).objects()).hasSize(21);
        }
    }

    @Test
    void ownWritesAreThereOnceTheirRevisionIs() throws Exception {
        for (int index = 0; index < 50; index++) {
            assertThat(cache.awaitRevision(create("own-" + index), SOON)).isTrue();
            assertThat(cache.get(key("own-" + index), new ReadAt.AtLeast(0))).isPresent();
        }
    }

    @Test
    void closesItsWatchesWhenItStops() throws Exception {
        var watch = cache.watch(THINGS, cache.revision());
        cache.stop();

        assertThat(watch.next()).isEqualTo(new WatchBatch.Closed());
    }

    /** With so much patience for who is ahead. */
    private static ServedHistory.Limits patient(Duration patience) {
        return new ServedHistory.Limits(1_000, 1 << 20, Duration.ofMillis(1), patience);
    }

    private long create(String name) {
        var outcome = cache.commit(Commit.of(new Write.Create(Draft.of(key(name), Bytes.EMPTY))));
        assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
        return ((WriteOutcome.Written) outcome).revision();
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("things", "default", name);
    }

    private static WatchBatch endOf(Watch watch) throws InterruptedException {
        while (true) {
            var batch = watch.next(SOON).orElseThrow();
            if (batch instanceof Resync) {
                return batch;
            }
        }
    }

    /** A store whose watches can be held back, as those of an engine that is behind. */
    private final class HeldStore implements Store {
        private final Store store;
        private final ReentrantLock reading =
                new ReentrantLock(true); // fair, else readers keep it from who holds them back
        private volatile boolean held;

        HeldStore(Store store) {
            this.store = store;
        }

        /** From now on nothing new is delivered. */
        void hold() {
            reading.lock();
            held = true;
            reading.unlock();
        }

        void release() {
            held = false;
        }

        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return store.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return store.list(selection, at);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            return store.commit(commit);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            var watch = store.watch(selection, afterRevision);
            return new Watch() {
                @Override
                public WatchBatch next() throws InterruptedException {
                    while (true) {
                        var batch = next(Duration.ofMillis(5));
                        if (batch.isPresent()) {
                            return batch.get();
                        }
                    }
                }

                @Override
                public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
                    if (held) {
                        env.signal().await(timeout);
                        return Optional.empty();
                    }
                    reading.lock();
                    try {
                        return held ? Optional.empty() : watch.next(timeout);
                    } finally {
                        reading.unlock();
                    }
                }

                @Override
                public void close() {
                    watch.close();
                }
            };
        }
    }
}
