package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.ManagedStore;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an informer says of itself: what it keeps, what it cannot read, how old it is, why it lists. */
class InformerHonestyTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(29);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("reader");
    private final ManagedStore store = new ManagedStore(new FaultyStore(truth, process, Faults.NONE));
    private final ObjectWriter objects = new ObjectWriter(truth);
    private final List<CacheMetrics.Cause> causes = new ArrayList<>();

    private record Small(int length) {}

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void refusesToCallAQuarantinedObjectAbsent() {
        objects.put("a", "fine");
        objects.put("b", "undecodable");
        var informer = started(builder().build());

        assertThatThrownBy(() -> informer.lister().get(ObjectWriter.key("b")))
                .isInstanceOf(Quarantined.QuarantinedException.class)
                .hasMessageContaining("things/default/b")
                .hasMessageContaining("cannot be read");
        assertThat(informer.lister().get(ObjectWriter.key("a"))).isPresent();
        assertThat(informer.lister().get(ObjectWriter.key("c"))).isEmpty();
        assertThat(informer.snapshot().quarantined()).singleElement().satisfies(held -> assertThat(held.key())
                .isEqualTo(ObjectWriter.key("b")));

        objects.put("b", "fine again");
        simulation.runFor(SECOND);
        assertThat(informer.lister().get(ObjectWriter.key("b"))).isPresent();
    }

    @Test
    void showsAnObjectAsItLastCouldBeDecodedToWhoeverAsksForThat() {
        objects.put("a", "1");
        objects.put("b", "2");
        var informer = started(builder().build());
        objects.put("b", "undecodable");
        objects.put("c", "3");
        simulation.runFor(SECOND);

        assertThat(informer.lister().list()).extracting(Resource::spec).containsExactly("1", "3");
        assertThat(informer.lister().lastReadable()).extracting(Resource::spec).containsExactly("1", "2", "3");
        assertThat(informer.snapshot().lastReadable(ObjectWriter.key("b")))
                .hasValueSatisfying(last -> assertThat(last.spec()).isEqualTo("2"));
        assertThat(informer.lister().lastReadable(ObjectWriter.key("none"))).isEmpty();
        informer.relist();
        simulation.runFor(SECOND);
        assertThat(informer.lister().lastReadable()).extracting(Resource::spec).containsExactly("1", "2", "3");
    }

    @Test
    void refusesToShowAnObjectThatNeverCouldBeDecoded() {
        objects.put("a", "1");
        objects.put("b", "undecodable");
        var informer = started(builder().build());

        assertThatThrownBy(() -> informer.lister().lastReadable())
                .isInstanceOf(Quarantined.QuarantinedException.class)
                .hasMessageContaining("things/default/b");
        assertThatThrownBy(() -> informer.lister().lastReadable(ObjectWriter.key("b")))
                .isInstanceOf(Quarantined.QuarantinedException.class);
        assertThat(informer.lister().lastReadable(ObjectWriter.key("a"))).isPresent();
        objects.delete("b");
        simulation.runFor(SECOND);
        assertThat(informer.lister().lastReadable()).hasSize(1);
    }

    @Test
    void reportsAQuarantinedObjectOnceAWrite() {
        var reported = new ArrayList<Quarantined>();
        started(builder()
                .metrics(new CacheMetrics() {
                    @Override
                    public void quarantined(String informer, Quarantined object) {
                        reported.add(object);
                    }
                })
                .build());
        long first = objects.put("b", "undecodable");
        simulation.runFor(SECOND);
        objects.put("a", "1");
        simulation.runFor(SECOND);
        objects.delete("b");
        long second = objects.put("b", "undecodable");
        simulation.runFor(SECOND);

        assertThat(reported).extracting(Quarantined::revision).containsExactly(first, second);
    }

    @Test
    void keepsOfEachObjectWhatAProjectionMakesOfIt() {
        objects.put("a", "four");
        var informer = builder()
                .project(thing -> thing.with(new Small(thing.spec().length()), Bytes.EMPTY))
                .index("length", thing -> List.of("" + thing.spec().length()))
                .build();
        informer.start();
        simulation.runFor(SECOND);

        assertThat(informer.lister().get(ObjectWriter.key("a")).orElseThrow().spec())
                .isEqualTo(new Small(4));
        assertThat(informer.lister().byIndex("length", "4")).hasSize(1);
    }

    @Test
    void quarantinesWhatAProjectionCannotTakeOrTurnsIntoAnother() {
        objects.put("a", "fails");
        objects.put("b", "moves");
        objects.put("c", "array");
        var informer = builder()
                .project(thing -> switch (thing.spec()) {
                    case "fails" -> throw new IllegalStateException("not this one");
                    case "moves" -> new Resource<Object, String>(ObjectWriter.key("elsewhere"), thing.meta(), "", "");
                    default -> thing.<Object, String>with(new byte[1], "");
                })
                .build();
        informer.start();
        simulation.runFor(SECOND);

        assertThat(informer.lister().size()).isZero();
        assertThat(informer.quarantined())
                .extracting(Quarantined::reason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("not this one"),
                        reason -> assertThat(reason).contains("keeps key"),
                        reason -> assertThat(reason).contains("must be immutable"));
    }

    @Test
    void isProjectedBeforeItIsIndexed() {
        var indexed = builder().index("spec", thing -> List.of(thing.spec()));

        assertThatThrownBy(() -> indexed.project(thing -> thing)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesAKindOfMutableValuesBeforeThereIsAny() {
        Codec<byte[]> arrays = new Codec<>() {
            @Override
            public Bytes encode(byte[] value) {
                return Bytes.copyOf(value);
            }

            @Override
            public byte[] decode(Bytes bytes) {
                return bytes.toByteArray();
            }
        };
        var kind = new Kind<>("arrays", Kind.Scope.NAMESPACED, arrays, Texts.CODEC);

        assertThatThrownBy(() -> Informer.of(kind, store, process.env()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("byte[]");
    }

    @Test
    void countsTheBytesItKeeps() {
        var informer = started(builder().build());
        var metadata = Informer.ofMetadata(KIND, store, process.env()).build();
        metadata.start();
        var projected = builder()
                .project(thing -> thing.with(new Small(thing.spec().length()), Bytes.EMPTY))
                .build();
        projected.start();
        objects.put("a", "x".repeat(1_000));
        objects.put("b", "x".repeat(2_000));
        objects.put("b", "x".repeat(3_000));
        simulation.runFor(SECOND);
        long whole = objects.object(ObjectWriter.key("a")).size()
                + objects.object(ObjectWriter.key("b")).size();

        assertThat(informer.bytes()).isEqualTo(whole);
        assertThat(metadata.bytes()).isEqualTo(whole - 4_000);
        assertThat(projected.bytes()).isEqualTo(whole - 4_000);
        assertThat(informer.health().detail()).contains(whole + " bytes");
        objects.delete("a");
        objects.delete("b");
        simulation.runFor(SECOND);
        assertThat(informer.bytes()).isZero();
    }

    @Test
    void keepsARangeOfKeysAlone() {
        var informer = started(builder()
                .selection(Selection.of("things").within(KeyRange.startingWith("things/default/shard-1.")))
                .build());
        objects.put("shard-1.a", "1");
        objects.put("shard-2.a", "1");
        simulation.runFor(SECOND);

        assertThat(informer.lister().list()).extracting(thing -> thing.name()).containsExactly("shard-1.a");
    }

    @Test
    void saysHowFarItIsBehindWhatIsKnown() {
        var way = new FaultyStore(truth, process, Faults.NONE);
        var informer = started(Informer.of(KIND, way, process.env()).build());
        assertThat(informer.lag()).isEqualTo(Lag.NONE);
        way.cut();
        objects.put("a", "1");
        long newest = objects.put("a", "2");
        informer.storeReached(newest);
        simulation.runFor(Duration.ofSeconds(30));

        assertThat(informer.lag()).isEqualTo(new Lag(2, Duration.ofSeconds(30)));
        assertThat(informer.health().ready()).isFalse();
        assertThat(informer.health().detail()).contains("behind the store by 2 revisions for 30 s");
        way.heal();
        simulation.runFor(Duration.ofSeconds(30));
        assertThat(informer.lag()).isEqualTo(Lag.NONE);
        assertThat(informer.health().ready()).isTrue();
    }

    @Test
    void namesWhatIsWrongWithTheStore() {
        var informer = builder().build();
        store.fail(StoreException.Reason.DENIED, "user nobody may not read things");
        informer.start();
        simulation.runFor(SECOND);
        assertThat(informer.trouble()).hasValueSatisfying(trouble -> {
            assertThat(trouble.reason()).isEqualTo(StoreException.Reason.DENIED);
            assertThat(trouble.attempts()).isGreaterThan(1);
        });
        assertThat(informer.health().detail()).contains("reading is denied").contains("user nobody");
        store.fail(StoreException.Reason.UNAVAILABLE, "https://etcd:2379 (connection refused)");
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(informer.health().detail()).contains("unreachable").contains("https://etcd:2379");
        store.fail(StoreException.Reason.CORRUPT, "no protobuf");
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(informer.health().detail()).contains("corrupt").contains("no protobuf");
        store.heal();
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(informer.trouble()).isEmpty();
        assertThat(informer.health().ready()).isTrue();
    }

    @Test
    void resumesAWatchThatEndedAndListsNothing() {
        var informer = started(counting().build());
        long last = objects.put("a", "1");
        simulation.runFor(SECOND);
        store.cutWatches(new WatchBatch.Closed());
        objects.put("b", "1");
        simulation.runFor(SECOND);

        assertThat(informer.lister().size()).isEqualTo(2);
        assertThat(causes).containsExactly(CacheMetrics.Cause.START);
        assertThat(store.watches()).hasSize(2).last().isEqualTo(last);
    }

    @Test
    void resumesAFewTimesAndThenLists() {
        started(counting().build());
        for (int times = 0; times < 6; times++) {
            store.cutWatches(new WatchBatch.Closed());
            simulation.runFor(SECOND);
        }

        assertThat(causes).startsWith(CacheMetrics.Cause.START, CacheMetrics.Cause.FAILED);
        assertThat(causes.size()).isLessThan(5);
    }

    @Test
    void resumesWhenTheStoreIsBackWithoutListing() {
        var informer = started(counting().build());
        store.fail(StoreException.Reason.UNAVAILABLE, "away");
        store.cutWatches(new WatchBatch.Closed());
        simulation.runFor(Duration.ofMillis(60));
        store.heal();
        objects.put("b", "1");
        simulation.runFor(SECOND);

        assertThat(informer.lister().size()).isEqualTo(1);
        assertThat(causes).containsExactly(CacheMetrics.Cause.START);
    }

    @Test
    void listsAgainWhenItIsTold() {
        var informer = started(counting().build());
        informer.relist();
        simulation.runFor(Duration.ofSeconds(2));

        assertThat(causes).containsExactly(CacheMetrics.Cause.START, CacheMetrics.Cause.ASKED);
        assertThat(store.lists()).containsExactly(ReadAt.LATEST, ReadAt.LATEST);
        objects.put("a", "1");
        simulation.runFor(SECOND);
        assertThat(informer.lister().size()).isEqualTo(1);
    }

    @Test
    void saysWhyItLists() {
        started(counting().build());
        for (var reason : WatchBatch.Resync.Reason.values()) {
            store.cutWatches(new WatchBatch.Resync(reason));
            simulation.runFor(Duration.ofSeconds(5));
        }

        assertThat(causes)
                .containsExactly(
                        CacheMetrics.Cause.START,
                        CacheMetrics.Cause.COMPACTED,
                        CacheMetrics.Cause.BEHIND,
                        CacheMetrics.Cause.REPLACED);
    }

    @Test
    void followsAStoreThatWentBackWhenThatIsSaid() {
        for (int write = 0; write < 30; write++) {
            objects.put("n" + write, "1");
        }
        var informer = started(builder().build());
        informer.storeReached(1_000);
        var restored = new MemoryStore(process.env());
        new ObjectWriter(restored).put("old", "1");
        store.replaceBy(restored);
        simulation.runFor(Duration.ofSeconds(5));

        assertThat(informer.lister().list()).extracting(thing -> thing.name()).containsExactly("old");
        assertThat(informer.appliedRevision()).isEqualTo(new ObjectWriter(restored).revision());
        assertThat(informer.lag()).isEqualTo(Lag.NONE);
    }

    @Test
    void sharesOneBudgetAmongTheInformersOfAProcess() {
        var budget = RelistBudget.of(process.env(), 1, Duration.ofSeconds(10), 1);
        var times = new ArrayList<Long>();
        var metrics = new CacheMetrics() {
            @Override
            public void listed(String informer, Cause cause, int count, Duration took) {
                if (cause != Cause.START) {
                    times.add(process.env().time().nanos() / 1_000_000_000);
                }
            }
        };
        for (var name : List.of("one", "two", "three")) {
            started(builder().named(name).budget(budget).metrics(metrics).build());
        }
        store.cutWatches(new WatchBatch.Resync(WatchBatch.Resync.Reason.COMPACTED));
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(times).hasSize(3);
        assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(9);
        assertThat(times.get(2) - times.get(1)).isGreaterThanOrEqualTo(9);
    }

    private Informer.Builder<String, String> builder() {
        return Informer.of(KIND, store, process.env());
    }

    private Informer.Builder<String, String> counting() {
        return builder().metrics(new CacheMetrics() {
            @Override
            public void listed(String informer, Cause cause, int count, Duration took) {
                causes.add(cause);
            }
        });
    }

    private Informer<String, String> started(Informer<String, String> informer) {
        informer.start();
        simulation.runFor(SECOND);
        return informer;
    }
}
