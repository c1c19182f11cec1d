package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchBatch.Resync;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An informer that lists again at a member of the store that is behind: it must not show a past that it had left. */
class LaggingMemberTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(13);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final Members members = new Members(truth);
    private final ObjectWriter objects = new ObjectWriter(truth);
    private final Informer<String, String> informer =
            Informer.of(KIND, members, simulation.process("reader").env()).build();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void keepsWhatItHadUntilTheMemberHasCaughtUp() {
        objects.put("a", "1");
        informer.start();
        simulation.runFor(SECOND);
        members.lagAt(truth.list(Selection.of(KIND.name()), ReadAt.LATEST));
        objects.put("a", "2");
        simulation.runFor(SECOND);
        assertThat(shown()).contains("2");

        members.loseTheWatch();
        objects.put("a", "3");
        simulation.runFor(SECOND.multipliedBy(10));

        assertThat(shown()).contains("2");
        assertThat(informer.trouble())
                .get()
                .satisfies(trouble -> assertThat(trouble.reason()).isEqualTo(StoreException.Reason.CORRUPT))
                .satisfies(trouble -> assertThat(trouble.detail()).contains("went back"));

        members.catchUp();
        simulation.runFor(SECOND.multipliedBy(60));

        assertThat(shown()).contains("3");
        assertThat(informer.trouble()).isEmpty();
    }

    private Optional<String> shown() {
        return informer.lister().get(ObjectWriter.key("a")).map(Resource::spec);
    }

    /** One member of the store, which may answer from the past to whoever does not insist. */
    private static final class Members implements Store {
        private final Store behind;
        private final AtomicBoolean lost = new AtomicBoolean();
        private volatile Optional<Listing> past = Optional.empty();
        private volatile boolean lagging;

        Members(Store behind) {
            this.behind = behind;
        }

        void lagAt(Listing listing) {
            past = Optional.of(listing);
        }

        /** The watch ends with the next change, and whoever lists then gets the past. */
        void loseTheWatch() {
            lagging = true;
            lost.set(true);
        }

        void catchUp() {
            lagging = false;
        }

        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return behind.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return lagging ? past.orElseThrow() : behind.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            var watch = behind.watch(selection, afterRevision);
            return new Watch() {
                @Override
                public WatchBatch next() throws InterruptedException {
                    return instead(watch.next());
                }

                @Override
                public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
                    return watch.next(timeout).map(this::instead);
                }

                @Override
                public void close() {
                    watch.close();
                }

                private WatchBatch instead(WatchBatch batch) {
                    return lost.getAndSet(false) ? new Resync(Resync.Reason.TOO_FAR_BEHIND) : batch;
                }
            };
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            return behind.commit(commit);
        }
    }
}
