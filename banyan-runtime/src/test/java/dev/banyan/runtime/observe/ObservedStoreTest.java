package dev.banyan.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Env;
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
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObservedStoreTest {
    private static final Env ENV = new SystemEnv();
    private static final ObjectKey KEY = new ObjectKey("things", "default", "one");
    private static final Commit CREATE = Commit.of(new Write.Create(Draft.of(KEY, Bytes.EMPTY)));
    private static final Selection THINGS = Selection.of("things");

    private final List<String> seen = new ArrayList<>();
    private final Store truth = new MemoryStore(ENV);

    @Test
    void answersAsTheStoreBehindIt() throws Exception {
        var store = new ObservedStore(truth, ENV, new StoreObserver() {});

        assertThat(store.commit(CREATE)).isInstanceOf(WriteOutcome.Written.class);
        assertThat(store.get(KEY, ReadAt.LATEST)).isPresent().isEqualTo(truth.get(KEY, ReadAt.LATEST));
        assertThat(store.list(THINGS, ReadAt.LATEST)).isEqualTo(truth.list(THINGS, ReadAt.LATEST));
        try (var watch = store.watch(THINGS, 0)) {
            assertThat(watch.next()).isInstanceOf(WatchBatch.Changes.class);
        }
    }

    @Test
    void tellsHowEachCommitEnded() {
        var store = new ObservedStore(truth, ENV, noting("a"));

        store.commit(CREATE);
        store.commit(CREATE);

        assertThat(seen).containsExactly("a began", "a ended Written", "a began", "a ended AlreadyExists");
    }

    @Test
    void tellsOfACommitThatThrewAndPassesItOn() {
        var store = new ObservedStore(new Broken(), ENV, noting("a"));

        assertThatThrownBy(() -> store.commit(CREATE)).hasMessage("broken");
        assertThat(seen).containsExactly("a began", "a ended by an exception");
    }

    @Test
    void tellsOnceThatAWatchHasLostHistory() throws Exception {
        var store = new ObservedStore(new Broken(), ENV, noting("a"));
        try (var watch = store.watch(THINGS, 1)) {
            watch.next();
            watch.next(Duration.ZERO);
        }

        assertThat(seen).containsExactly("a lost COMPACTED");
    }

    @Test
    void worksOnWhenAnObserverFails() {
        var store = new ObservedStore(truth, ENV, new StoreObserver() {
            @Override
            public Committing began(Commit commit) {
                throw new IllegalStateException("bad observer");
            }
        });
        var late = new ObservedStore(truth, ENV, new StoreObserver() {
            @Override
            public Committing began(Commit commit) {
                return (outcome, took) -> {
                    throw new IllegalStateException("bad observer");
                };
            }
        });

        assertThat(store.commit(CREATE).written()).isTrue();
        assertThat(late.commit(CREATE)).isInstanceOf(WriteOutcome.AlreadyExists.class);
    }

    @Test
    void letsSeveralLookAndEndsThemInReverseOrder() {
        var store = new ObservedStore(truth, ENV, FanOut.stores(noting("a"), failing(), noting("b")));

        store.commit(CREATE);

        assertThat(seen).containsExactly("a began", "b began", "b ended Written", "a ended Written");
    }

    private static StoreObserver failing() {
        return new StoreObserver() {
            @Override
            public Committing began(Commit commit) {
                throw new IllegalStateException("bad observer");
            }
        };
    }

    private StoreObserver noting(String name) {
        return new StoreObserver() {
            @Override
            public Committing began(Commit commit) {
                seen.add(name + " began");
                return (outcome, took) -> seen.add(name + " ended "
                        + outcome.map(known -> known.getClass().getSimpleName()).orElse("by an exception"));
            }

            @Override
            public void resynced(Selection selection, WatchBatch.Resync.Reason reason) {
                seen.add(name + " lost " + reason);
            }
        };
    }

    /** Has lost its history, and writes nothing. */
    private static final class Broken implements Store {
        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return Optional.empty();
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return new Listing(1, List.of());
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            return new Watch() {
                @Override
                public WatchBatch next() {
                    return new WatchBatch.Resync(WatchBatch.Resync.Reason.COMPACTED);
                }

                @Override
                public Optional<WatchBatch> next(Duration timeout) {
                    return Optional.of(next());
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            throw new IllegalStateException("broken");
        }
    }
}
