package dev.banyan.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Lag;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditorTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Simulation simulation = new Simulation(37);
    private final SimulatedProcess process = simulation.process("engine");
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final ObjectWriter objects = new ObjectWriter(truth);
    private final List<String> compared = new ArrayList<>();
    private int skipped;

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    /** Loses the events of one name, as a broken watch would. */
    private record Lossy(Store behind, String lost) implements Store {
        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return behind.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return behind.list(selection, at);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            return behind.commit(commit);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            var watch = behind.watch(selection, afterRevision);
            return new Watch() {
                @Override
                public WatchBatch next() throws InterruptedException {
                    return without(watch.next());
                }

                @Override
                public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
                    return watch.next(timeout).map(Lossy.this::without);
                }

                @Override
                public void close() {
                    watch.close();
                }
            };
        }

        private WatchBatch without(WatchBatch batch) {
            return batch instanceof WatchBatch.Changes(var revision, var events)
                            && events.stream()
                                    .anyMatch(event -> event.key().name().equals(lost))
                    ? new WatchBatch.Bookmark(revision)
                    : batch;
        }
    }

    @Test
    void findsNothingInAHealthyCacheHoweverItChanges() {
        var informer = Informer.of(KIND, truth, process.env()).build();
        var auditor = auditor(informer);
        informer.start();
        auditor.start();
        for (int round = 0; round < 100; round++) {
            objects.put("n" + round % 7, "v" + round);
            if (round % 5 == 0) {
                objects.delete("n" + round % 7);
            }
            simulation.runFor(Duration.ofSeconds(3));
        }

        assertThat(compared).hasSizeGreaterThan(20).allMatch(entry -> entry.endsWith(" 0"));
        assertThat(auditor.differences()).isZero();
        assertThat(auditor.health().ready()).isTrue();
    }

    @Test
    void mendsACacheThatLostChanges() {
        var informer =
                Informer.of(KIND, new Lossy(truth, "lost"), process.env()).build();
        objects.put("lost", "1");
        for (int name = 0; name < 20; name++) {
            objects.put("n" + name, "1");
        }
        var auditor = auditor(informer);
        informer.start();
        auditor.start();
        simulation.runFor(Duration.ofSeconds(1));
        objects.put("lost", "2");
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(informer.lister().get(ObjectWriter.key("lost")).orElseThrow().spec())
                .isEqualTo("1");
        assertThat(simulation.runUntil(() -> auditor.differences() == 1, MINUTE))
                .isTrue();
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(informer.lister().get(ObjectWriter.key("lost")).orElseThrow().spec())
                .isEqualTo("2");
        assertThat(auditor.health().detail()).contains("things/default/lost");
        objects.delete("lost");
        assertThat(simulation.runUntil(
                        () -> informer.lister().get(ObjectWriter.key("lost")).isEmpty(), MINUTE))
                .isTrue();
    }

    @Test
    void mendsAWatchCacheAndWithItWhoeverReadsIt() {
        var cache = new WatchCache(new Lossy(truth, "lost"), process.env());
        var informer = Informer.of(KIND, cache, process.env()).build();
        var auditor = Auditor.over(truth, process.env()).audits(cache).build();
        cache.start();
        informer.start();
        auditor.start();
        simulation.runFor(Duration.ofSeconds(1));
        objects.put("lost", "1");
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(informer.lister().size()).isZero();

        assertThat(simulation.runUntil(() -> informer.lister().size() == 1, MINUTE))
                .isTrue();
        assertThat(auditor.differences()).isEqualTo(1);
    }

    @Test
    void takesAQuarantinedObjectForShown() {
        var informer = Informer.of(KIND, truth, process.env()).build();
        objects.put("a", "undecodable");
        var auditor = auditor(informer);
        informer.start();
        auditor.start();
        simulation.runFor(MINUTE);

        assertThat(auditor.differences()).isZero();
        assertThat(compared).contains("informer/things 1 0");
    }

    @Test
    void tellsEachCacheHowFarTheStoreIs() {
        var way = new FaultyStore(truth, process, Faults.NONE);
        var informer = Informer.of(KIND, way, process.env()).build();
        var auditor = auditor(informer);
        informer.start();
        auditor.start();
        simulation.runFor(Duration.ofSeconds(5));
        way.cut();
        objects.put("a", "1");
        simulation.runFor(Duration.ofSeconds(30));

        assertThat(informer.lag().revisions()).isEqualTo(1);
        assertThat(informer.lag().duration()).isBetween(Duration.ofSeconds(26), Duration.ofSeconds(30));
        assertThat(informer.health().ready()).isFalse();
        way.heal();
        simulation.runFor(Duration.ofSeconds(30));
        assertThat(informer.lag()).isEqualTo(Lag.NONE);
    }

    @Test
    void concludesNothingFromAStoreThatDoesNotAnswer() {
        var informer = Informer.of(KIND, truth, process.env()).build();
        var way = new FaultyStore(truth, process, Faults.NONE);
        var auditor = builder(way).audits(informer).build();
        informer.start();
        objects.put("a", "1");
        way.cut();
        auditor.start();
        simulation.runFor(MINUTE);

        assertThat(skipped).isPositive();
        assertThat(auditor.differences()).isZero();
        assertThat(auditor.health().ready()).isTrue();
    }

    @Test
    void skipsAStateThatIsCompacted() {
        var informer =
                Informer.of(KIND, new Lossy(truth, "other"), process.env()).build();
        informer.start();
        simulation.runFor(Duration.ofSeconds(1));
        simulation.runIn(process, MINUTE, informer::stop);
        objects.put("a", "1");
        truth.compact(objects.put("a", "2"));
        var auditor = auditor(informer);
        auditor.start();
        simulation.runFor(MINUTE);

        assertThat(skipped).isPositive();
        assertThat(auditor.differences()).isZero();
    }

    @Test
    void takesItsCachesInTurn() {
        var one = Informer.of(KIND, truth, process.env()).named("one").build();
        var two = Informer.of(KIND, truth, process.env()).named("two").build();
        one.start();
        two.start();
        var auditor = builder(truth).audits(one).audits(two).build();
        auditor.start();
        simulation.runFor(MINUTE);

        assertThat(compared).startsWith("informer/one 0 0", "informer/two 0 0", "informer/one 0 0");
    }

    @Test
    void startsOnceAndNeedsSomethingToDo() {
        var informer = Informer.of(KIND, truth, process.env()).build();
        var auditor = auditor(informer);
        assertThat(auditor.health().ready()).isFalse();
        auditor.start();

        assertThatThrownBy(auditor::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Auditor.over(truth, process.env()).build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Auditor.over(truth, process.env()).every(Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
        simulation.runIn(process, MINUTE, auditor::stop);
        assertThat(auditor.health().ready()).isFalse();
    }

    private Auditor auditor(Informer<?, ?> informer) {
        return builder(truth).audits(informer).build();
    }

    private Auditor.Builder builder(Store store) {
        return Auditor.over(store, process.env()).metrics(new AuditMetrics() {
            @Override
            public void compared(String cache, int keys, int differences) {
                compared.add(cache + " " + keys + " " + differences);
            }

            @Override
            public void skipped(String cache) {
                skipped++;
            }
        });
    }
}
