package dev.banyan.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import dev.banyan.runtime.simulation.fault.Strike;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchBatch.Resync;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each fault alone, on the occasion that a plan names. */
class FaultyStorePlanTest {
    private static final Selection THINGS = Selection.of("things");
    private static final String PLACE = FaultyStore.placeOf("p");

    private final Simulation simulation = new Simulation(5);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("p");

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void diesBeforeEachKindOfCall() {
        for (int call = 1; call <= 4; call++) {
            assertThat(callsMade(StoreFaults.CRASH_BEFORE_CALL, call)).isEqualTo(call - 1);
        }
        assertThat(names()).isEmpty();
        assertThat(callsMade(StoreFaults.CRASH_BEFORE_CALL, 5)).isEqualTo(4);
    }

    @Test
    void diesAfterEachKindOfCallWithoutHavingSeenTheAnswer() {
        for (int call = 1; call <= 4; call++) {
            assertThat(callsMade(StoreFaults.CRASH_AFTER_CALL, call)).isEqualTo(call - 1);
        }
        assertThat(names()).containsExactly("made");
    }

    @Test
    void losesRequestsAndRepliesOfReadsAndCommits() {
        var plan = only(
                new Strike("lost-request", PLACE, 1),
                new Strike("lost-reply", PLACE, 1),
                new Strike("lost-request", PLACE, 4),
                new Strike("lost-reply", PLACE, 3));
        var store = store(process, plan);
        run(() -> {
            for (int read = 0; read < 2; read++) {
                assertThatThrownBy(() -> store.list(THINGS, ReadAt.LATEST))
                        .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.reason())
                                .isEqualTo(StoreException.Reason.UNAVAILABLE));
            }
            assertThat(store.list(THINGS, ReadAt.LATEST).objects()).isEmpty();
            assertThat(store.commit(creation("lost"))).isInstanceOf(WriteOutcome.Unavailable.class);
            assertThat(store.commit(creation("landed"))).isInstanceOf(WriteOutcome.Unknown.class);
            assertThat(store.commit(creation("last")).written()).isTrue();
        });

        assertThat(names()).containsExactly("landed", "last");
        assertThat(plan.struck()).hasSize(4);
    }

    @Test
    void answersOnlyReadsThatAllowItFromAMemberThatLags() {
        for (int thing = 0; thing < 10; thing++) {
            truth.commit(creation("n" + thing));
        }
        var store = store(process, FaultPlan.all(1, List.of(new FaultKind("lagging-read", 1))));
        run(() -> {
            assertThat(store.list(THINGS, ReadAt.LATEST).objects()).hasSize(10);
            assertThat(store.list(THINGS, new ReadAt.Exactly(6)).objects()).hasSize(5);
            var seen = new ArrayList<Long>();
            for (int read = 0; read < 30; read++) {
                seen.add(store.list(THINGS, new ReadAt.AtLeast(6)).revision());
            }
            assertThat(seen).allMatch(revision -> revision >= 6 && revision < 11);
            assertThat(Set.copyOf(seen)).hasSize(5);
            assertThat(store.list(THINGS, new ReadAt.AtLeast(11)).revision()).isEqualTo(11);
            assertThat(store.get(key("n9"), new ReadAt.AtLeast(10))).isEmpty();
        });
    }

    @Test
    void breaksAWatchWhoseReaderGoesOnWhereItWas() {
        truth.commit(creation("a"));
        truth.commit(creation("b"));
        var store = store(process, only(new Strike("watch-cut", PLACE, 2)));
        run(() -> {
            try (var watch = store.watch(THINGS, 1)) {
                assertThat(revisions(List.of(watch.next()))).containsExactly(2L);
                assertThatThrownBy(watch::next).hasMessageContaining("watch broken");
                assertThatThrownBy(watch::next).hasMessageContaining("watch broken");
            }
            try (var watch = store.watch(THINGS, 2)) {
                assertThat(revisions(List.of(watch.next()))).containsExactly(3L);
            }
        });
    }

    @Test
    void saysForGoodThatHistoryIsMissing() {
        truth.commit(creation("a"));
        var store = store(process, only(new Strike("forced-relist", PLACE, 1)));
        run(() -> {
            try (var watch = store.watch(THINGS, 1)) {
                var missing = new Resync(Resync.Reason.COMPACTED);
                assertThat(watch.next()).isEqualTo(missing);
                assertThat(watch.next()).isEqualTo(missing);
                assertThat(watch.next(Duration.ofSeconds(1))).contains(missing);
            }
        });
    }

    @Test
    void repeatsABatchThatWasDelivered() {
        truth.commit(creation("a"));
        truth.commit(creation("b"));
        var store = store(process, only(new Strike("repeated-batch", PLACE, 1)));

        assertThat(revisions(read(store, 3))).containsExactly(2L, 2L, 3L);
    }

    @Test
    void hidesAChangeUntilTheNextOfTheSameObject() {
        truth.commit(creation("a"));
        truth.commit(creation("other"));
        truth.commit(deletion("a"));
        truth.commit(creation("a"));
        truth.commit(creation("last"));
        var plan = only(new Strike("hidden-event", PLACE, 3));
        var batches = read(store(process, plan), 4);

        assertThat(revisions(batches)).containsExactly(2L, 3L, 5L, 6L);
        assertThat(changes(batches.get(2))).containsExactly("a is there");
        assertThat(plan.struck()).hasSize(1);
    }

    @Test
    void showsTogetherWhatCameWhileAChangeWasHidden() {
        truth.commit(creation("a"));
        truth.commit(creation("b"));
        truth.commit(deletion("b"));
        truth.commit(deletion("a"));
        var batches = read(store(process, only(new Strike("hidden-event", PLACE, 1))), 1);

        assertThat(revisions(batches)).containsExactly(5L);
        assertThat(changes(batches.getFirst())).containsExactly("a is gone", "b is gone");
    }

    @Test
    void hidesNothingForEverAndLosesNoProgress() {
        truth.commit(creation("a"));
        var store = store(process, only(new Strike("hidden-event", PLACE, 1)));
        var batches = new ArrayList<WatchBatch>();
        process.env().tasks().spawn("reader", () -> {
            try (var watch = store.watch(THINGS, 1)) {
                batches.add(watch.next());
                batches.add(watch.next());
            }
        });
        simulation.runFor(Duration.ofMillis(100));
        assertThat(batches).isEmpty();
        truth.commit(Commit.of(new Write.Create(Draft.of(ObjectKey.cluster("others", "x"), Bytes.EMPTY))));
        simulation.runFor(Duration.ofSeconds(30));

        assertThat(revisions(batches)).containsExactly(2L, 3L);
        assertThat(batches.getLast()).isInstanceOf(WatchBatch.Bookmark.class);
    }

    @Test
    void deliversABatchVeryLate() {
        truth.commit(creation("a"));
        var late = timeToRead(only(new Strike("late-batch", PLACE, 1)));
        var usual = timeToRead(only());

        assertThat(late).isGreaterThan(usual.multipliedBy(3));
    }

    @Test
    void asksThePlanUnderTheNameOfTheProcess() {
        var plan = FaultPlan.none(1);
        var store = store(process, plan);
        run(() -> store.list(THINGS, ReadAt.LATEST));

        assertThat(plan.occasions(StoreFaults.CRASH_BEFORE_CALL, "p>store")).isEqualTo(1);
        assertThat(plan.occasions(StoreFaults.CRASH_AFTER_CALL, "p>store")).isEqualTo(1);
        assertThat(plan.occasions(StoreFaults.LOST_REQUEST, "p>store")).isEqualTo(1);
        assertThat(plan.occasions(StoreFaults.LOST_REPLY, "p>store")).isEqualTo(1);
    }

    private Duration timeToRead(FaultPlan plan) {
        var began = simulation.time().elapsed();
        var ignored = read(new FaultyStore(truth, process, plan, Duration.ofSeconds(1)), 1);
        return simulation.time().elapsed().minus(began);
    }

    /** Lists, reads, watches and commits, in this order; answers how many calls came back before the process died. */
    private int callsMade(FaultKind kind, int number) {
        var dying = simulation.process("p");
        var store = store(dying, only(new Strike(kind.name(), PLACE, number)));
        var made = new int[1];
        dying.env().tasks().spawn("caller", () -> {
            store.list(THINGS, ReadAt.LATEST);
            made[0]++;
            store.get(key("made"), ReadAt.LATEST);
            made[0]++;
            store.watch(THINGS, 1).close();
            made[0]++;
            store.commit(creation("made"));
            made[0]++;
        });
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(dying.condition()).isEqualTo(number <= 4 ? Condition.DEAD : Condition.RUNNING);
        return made[0];
    }

    private static FaultPlan only(Strike... strikes) {
        return FaultPlan.only(1, Set.of(strikes), true);
    }

    private FaultyStore store(SimulatedProcess of, FaultPlan plan) {
        return new FaultyStore(truth, of, plan, Duration.ofMillis(2));
    }

    private void run(TaskSpawner.Body work) {
        simulation.runIn(process, Duration.ofMinutes(1), work);
    }

    private List<WatchBatch> read(FaultyStore store, int count) {
        var batches = new ArrayList<WatchBatch>();
        run(() -> {
            try (var watch = store.watch(THINGS, 1)) {
                while (batches.size() < count) {
                    batches.add(watch.next());
                }
            }
        });
        return batches;
    }

    private static List<Long> revisions(List<WatchBatch> batches) {
        return batches.stream()
                .flatMap(batch -> switch (batch) {
                    case WatchBatch.Changes changes -> Stream.of(changes.revision());
                    case WatchBatch.Bookmark bookmark -> Stream.of(bookmark.revision());
                    case WatchBatch.Resync resync -> Stream.<Long>of();
                    case WatchBatch.Closed closed -> Stream.<Long>of();
                })
                .toList();
    }

    private static List<String> changes(WatchBatch batch) {
        return ((WatchBatch.Changes) batch)
                .events().stream()
                        .map(event -> event.key().name() + (event instanceof WatchEvent.Put ? " is there" : " is gone"))
                        .collect(Collectors.toList());
    }

    private List<String> names() {
        return truth.list(THINGS, ReadAt.LATEST).objects().stream()
                .map(object -> object.key().name())
                .toList();
    }

    private static ObjectKey key(String name) {
        return ObjectKey.cluster("things", name);
    }

    private static Commit creation(String name) {
        return Commit.of(new Write.Create(Draft.of(key(name), Bytes.EMPTY)));
    }

    private Commit deletion(String name) {
        var uid = truth.get(key(name), ReadAt.LATEST).orElseThrow().meta().uid();
        return Commit.of(new Write.Delete(key(name), uid));
    }
}
