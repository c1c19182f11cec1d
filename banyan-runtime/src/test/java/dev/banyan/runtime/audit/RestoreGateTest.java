package dev.banyan.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ManagedStore;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestoreGateTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final WatchBatch REPLACED = new WatchBatch.Resync(WatchBatch.Resync.Reason.HISTORY_REPLACED);
    private static final Selection THINGS = Selection.of("things");

    private final Simulation simulation = new Simulation(31);
    private final SimulatedProcess process = simulation.process("engine");
    private final MemoryStore truth = new MemoryStore(process.env());
    private final ManagedStore store = new ManagedStore(truth);
    private final RestoreGate gate = RestoreGate.over(store, process.env());

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void letsEverythingThroughWhileTheStoreGoesForward() {
        for (int write = 0; write < 10; write++) {
            new ObjectWriter(gate).put("n" + write, "1");
            simulation.runFor(SECOND.multipliedBy(2));
        }

        assertThat(gate.health().ready()).isTrue();
        assertThat(gate.newestSeen()).isEqualTo(new ObjectWriter(truth).revision());
        assertThat(gate.halted()).isEmpty();
    }

    @Test
    void stopsTheFirstWriteAfterARestoreThoughNobodyHasLooked() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);
        var restored = restored(5);
        simulation.runFor(SECOND.multipliedBy(2));
        store.replaceSilentlyBy(restored);
        long before = new ObjectWriter(restored).revision();

        assertThat(gate.commit(creation("new")))
                .isInstanceOfSatisfying(WriteOutcome.Unavailable.class, stopped -> assertThat(stopped.reason())
                        .contains("went back from revision 11 to 6")
                        .contains("operator"));
        assertThat(new ObjectWriter(restored).revision()).isEqualTo(before);
        assertThat(gate.health().ready()).isFalse();
        assertThat(gate.health().detail()).contains("went back");
    }

    @Test
    void asksAgainBeforeItWritesAfterACallHasFailed() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);
        store.fail(StoreException.Reason.UNAVAILABLE, "away");
        assertThatThrownBy(() -> gate.list(THINGS, ReadAt.LATEST)).isInstanceOf(StoreException.class);
        store.replaceSilentlyBy(restored(5));
        store.heal();

        assertThat(gate.commit(creation("new"))).isInstanceOf(WriteOutcome.Unavailable.class);
    }

    @Test
    void asksAgainAfterAWriteHasFailed() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);
        store.fail(StoreException.Reason.UNAVAILABLE, "away");
        assertThat(gate.commit(creation("lost"))).isInstanceOf(WriteOutcome.Unavailable.class);
        store.replaceSilentlyBy(restored(5));
        store.heal();

        assertThat(gate.commit(creation("new"))).isInstanceOf(WriteOutcome.Unavailable.class);
        assertThat(gate.halted()).isPresent();
    }

    @Test
    void doesNotAskBeforeEachWriteOfABusyProcess() {
        for (int write = 0; write < 100; write++) {
            assertThat(gate.commit(creation("n" + write))).isInstanceOf(WriteOutcome.Written.class);
        }

        assertThat(store.lists()).hasSize(1);
    }

    @Test
    void sendsNothingWhileTheStoreCannotSayWhereItIs() {
        store.fail(StoreException.Reason.UNAVAILABLE, "away");

        assertThat(gate.commit(creation("new")))
                .isInstanceOfSatisfying(WriteOutcome.Unavailable.class, stopped -> assertThat(stopped.reason())
                        .contains("away"));
        assertThat(gate.halted()).isEmpty();
    }

    @Test
    void showsNothingOfTheOlderState() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);
        var watch = gate.watch(THINGS, 11);
        store.replaceSilentlyBy(restored(5));
        simulation.runFor(SECOND.multipliedBy(2));

        assertThatThrownBy(() -> gate.get(ObjectWriter.key("n1"), ReadAt.LATEST))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("went back from revision 11 to 6")
                .hasMessageContaining("accept-restore");
        assertThatThrownBy(() -> gate.list(THINGS, ReadAt.LATEST)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> gate.list(THINGS, new ReadAt.AtLeast(1))).isInstanceOf(StoreException.class);
        assertThat(next(watch)).isEqualTo(REPLACED);
        assertThat(next(gate.watch(THINGS, 3))).isEqualTo(REPLACED);
        assertThat(gate.halted()).isPresent();
    }

    @Test
    void refusesTheVeryAnswerThatShowsTheOlderState() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);
        store.replaceSilentlyBy(restored(5));

        assertThatThrownBy(() -> gate.list(THINGS, ReadAt.LATEST)).isInstanceOf(StoreException.class);
    }

    @Test
    void endsWatchesThatWereOpenBeforeTheStoreWasAccepted() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);
        var before = gate.watch(THINGS, 11);
        store.replaceSilentlyBy(restored(5));
        simulation.runFor(SECOND.multipliedBy(2));
        assertThat(gate.verify()).isFalse();
        assertThat(gate.accept()).isPresent();

        assertThat(next(before)).isEqualTo(REPLACED);
        var after = gate.watch(THINGS, 6);
        new ObjectWriter(gate).put("new", "1");
        assertThat(next(after)).isInstanceOf(WatchBatch.Changes.class);
    }

    @Test
    void acceptsNothingWhileNothingIsStopped() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);

        assertThat(gate.accept()).isEmpty();
        assertThat(gate.newestSeen()).isEqualTo(11);
    }

    @Test
    void writesAgainOnceAnOperatorAccepts() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);
        var restored = restored(5);
        store.replaceSilentlyBy(restored);
        simulation.runFor(SECOND.multipliedBy(2));
        assertThat(gate.verify()).isFalse();
        assertThat(gate.commit(creation("new"))).isInstanceOf(WriteOutcome.Unavailable.class);

        assertThat(gate.accept()).contains(new RestoreGate.Accepted(11, 6, 6));

        assertThat(gate.commit(creation("new"))).isInstanceOf(WriteOutcome.Written.class);
        assertThat(gate.health().ready()).isTrue();
        store.replaceSilentlyBy(restored(2));
        assertThat(gate.verify()).isFalse();
        assertThat(gate.halted()).isPresent();
    }

    @Test
    void staysStoppedWhenTheStoreCannotBeReachedToBeAccepted() {
        fill(truth, 10);
        gate.list(THINGS, ReadAt.LATEST);
        store.replaceSilentlyBy(restored(5));
        assertThat(gate.verify()).isFalse();
        store.fail(StoreException.Reason.UNAVAILABLE, "away");

        assertThatThrownBy(gate::accept).isInstanceOf(StoreException.class);
        assertThat(gate.halted()).isPresent();
    }

    @Test
    void noticesARestoreByAWatchAndByItself() {
        fill(truth, 10);
        gate.start();
        simulation.runFor(SECOND.multipliedBy(3));
        store.replaceSilentlyBy(restored(5));
        simulation.runFor(SECOND.multipliedBy(3));

        assertThat(gate.halted()).isPresent();
        simulation.runIn(process, SECOND, gate::stop);
    }

    @Test
    void believesTheWatchThatAStoreWentBackThoughItHasOvertakenUsSince() {
        fill(truth, 10);
        var informer = Informer.of(KIND, gate, process.env()).build();
        informer.start();
        simulation.runFor(SECOND);
        store.replaceBy(restored(500));
        simulation.runFor(SECOND.multipliedBy(5));

        assertThat(gate.halted()).isPresent();
        gate.accept();
        simulation.runFor(SECOND.multipliedBy(5));
        assertThat(gate.halted()).isEmpty();
        assertThat(informer.lister().size()).isEqualTo(500);
    }

    @Test
    void standsBelowACacheAndShowsInTheHealthOfTheWhole() {
        fill(truth, 10);
        var cache = new WatchCache(gate, process.env());
        var informer = Informer.of(KIND, cache, process.env()).build();
        var manager = ControllerManager.of(gate, cache, informer);
        simulation.runIn(process, Duration.ofMinutes(1), manager::start);
        assertThat(manager.health().ready()).isTrue();
        store.replaceBy(restored(5));
        simulation.runFor(SECOND.multipliedBy(10));

        assertThat(cache.commit(creation("new"))).isInstanceOf(WriteOutcome.Unavailable.class);
        assertThat(informer.lister().size()).isEqualTo(10);
        assertThat(manager.health().ready()).isFalse();
        assertThat(manager.health().detail()).contains("restore gate").contains("accept-restore");
        gate.accept();
        simulation.runFor(SECOND.multipliedBy(10));
        assertThat(informer.lister().size()).isEqualTo(5);
        assertThat(cache.commit(creation("new"))).isInstanceOf(WriteOutcome.Written.class);
        simulation.runIn(process, Duration.ofMinutes(1), manager::stop);
    }

    /** However reads, writes, failures and pauses fall, not one write lands on a restored store before it is accepted. */
    @Test
    void letsNoWriteLandOnARestoredStoreWhateverHappenedBefore() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new SeededRandom(seed);
            try (var world = new Simulation(seed)) {
                var env = world.process("engine").env();
                var old = new MemoryStore(env);
                var managed = new ManagedStore(old);
                var guarded = RestoreGate.over(managed, env);
                for (int step = random.nextInt(60) + 2; step > 0; step--) {
                    act(random, world, managed, guarded, step);
                }
                assertThat(guarded.commit(creation("last-before"))).isInstanceOf(WriteOutcome.Written.class);
                managed.fail(StoreException.Reason.UNAVAILABLE, "being restored");
                world.runFor(SECOND.plusMillis(random.nextInt(5_000)));
                var restored = new MemoryStore(env);
                managed.replaceSilentlyBy(restored);
                managed.heal();
                long before = new ObjectWriter(restored).revision();
                for (int write = 0; write < 5; write++) {
                    guarded.commit(creation("after-" + write));
                }

                assertThat(new ObjectWriter(restored).revision())
                        .as("seed %d", seed)
                        .isEqualTo(before);
                assertThat(guarded.halted()).as("seed %d", seed).isPresent();
            }
        }
    }

    private static void act(
            SeededRandom random, Simulation world, ManagedStore managed, RestoreGate guarded, int step) {
        switch (random.nextInt(5)) {
            case 0 -> world.runFor(Duration.ofMillis(random.nextInt(2_000)));
            case 1 -> guarded.list(THINGS, ReadAt.LATEST);
            case 2 -> guarded.get(ObjectWriter.key("n1"), ReadAt.LATEST);
            case 3 -> {
                managed.fail(StoreException.Reason.UNAVAILABLE, "away");
                guarded.commit(creation("lost-" + step));
                managed.heal();
            }
            default -> guarded.commit(creation("n" + step));
        }
        assertThat(guarded.halted()).isEmpty();
    }

    private WatchBatch next(Watch watch) {
        var got = new AtomicReference<WatchBatch>();
        simulation.runIn(process, SECOND, () -> {
            try {
                got.set(watch.next());
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
        return got.get();
    }

    private MemoryStore restored(int objects) {
        var restored = new MemoryStore(process.env());
        fill(restored, objects);
        return restored;
    }

    private static void fill(MemoryStore filled, int objects) {
        for (int object = 0; object < objects; object++) {
            new ObjectWriter(filled).put("n" + object, "1");
        }
    }

    private static Commit creation(String name) {
        return Commit.of(new Write.Create(Draft.of(ObjectWriter.key(name), Bytes.EMPTY)));
    }
}
