package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cache that is slower than its store leaves what it cannot take in the store. */
class HeldBackTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int CHANGES = 300;

    private final Simulation simulation = new Simulation(23);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("reader");
    private final Counted counted = new Counted(truth);
    private final ObjectWriter objects = new ObjectWriter(truth);

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void takesNoMoreThanItHasRoomForAndShowsAllInTheEnd() {
        var informer = Informer.of(KIND, counted, process.env()).build();
        var gate = process.env().signal();
        informer.addDirectHandler(event -> hold(event, gate));
        informer.start();
        simulation.runFor(SECOND);

        for (int i = 0; i <= CHANGES; i++) {
            objects.put("a", String.valueOf(i));
        }
        simulation.runFor(SECOND.multipliedBy(10));
        assertThat(counted.batches.get()).as("taken while the first is held").isLessThan(100);

        gate.raise();
        simulation.runFor(SECOND.multipliedBy(10));
        assertThat(counted.batches.get()).isGreaterThan(CHANGES);
        assertThat(informer.lister().get(ObjectWriter.key("a")).map(Resource::spec))
                .contains(String.valueOf(CHANGES));
    }

    private static void hold(ResourceEvent<String, String> event, Signal gate) {
        if (event.latest().spec().equals("0")) {
            try {
                gate.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Counts what is taken from its watches. */
    private static final class Counted implements Store {
        private final Store behind;
        private final AtomicInteger batches = new AtomicInteger();

        Counted(Store behind) {
            this.behind = behind;
        }

        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return behind.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return behind.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            var watch = behind.watch(selection, afterRevision);
            return new Watch() {
                @Override
                public WatchBatch next() throws InterruptedException {
                    var batch = watch.next();
                    batches.incrementAndGet();
                    return batch;
                }

                @Override
                public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
                    var batch = watch.next(timeout);
                    batch.ifPresent(one -> batches.incrementAndGet());
                    return batch;
                }

                @Override
                public void close() {
                    watch.close();
                }
            };
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            return behind.commit(commit);
        }
    }
}
