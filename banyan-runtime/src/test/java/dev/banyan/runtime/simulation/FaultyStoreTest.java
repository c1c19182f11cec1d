package dev.banyan.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultyStoreTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(41);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("p");

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void takesTimeForEachCallSoThatOthersActInBetween() {
        var store = new FaultyStore(truth, process, new Faults(SECOND, 0, 0));
        var read = new ArrayList<Integer>();
        process.env().tasks().spawn("reader", () -> {
            for (int i = 0; i < 20; i++) {
                read.add(store.list(Selection.of("things"), ReadAt.LATEST)
                        .objects()
                        .size());
            }
        });
        process.env().tasks().spawn("writer", () -> {
            for (int i = 0; i < 20; i++) {
                assertThat(store.commit(creation("n" + i)).written()).isTrue();
            }
        });
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(read).hasSize(20).isSorted();
        assertThat(read).filteredOn(size -> size > 0 && size < 20).hasSizeGreaterThan(5);
        assertThat(store.writes()).isEqualTo(20);
    }

    @Test
    void diesBeforeAWriteThatThenDoesNotHappen() {
        assertThat(writtenWhenDyingAt(3, CrashPoint.BEFORE)).containsExactly("n1", "n2");
        assertThat(process.condition()).isEqualTo(SimulatedProcess.Condition.DEAD);
    }

    @Test
    void diesAfterAWriteThatNobodyIsToldOf() {
        assertThat(writtenWhenDyingAt(3, CrashPoint.AFTER)).containsExactly("n1", "n2", "n3");
        assertThat(process.condition()).isEqualTo(SimulatedProcess.Condition.DEAD);
    }

    @Test
    void losesRepliesOfWritesThatLanded() {
        var store = new FaultyStore(truth, process, new Faults(Duration.ofMillis(1), 1, 0));
        simulation.runIn(process, SECOND, () -> assertThat(store.commit(creation("a")))
                .isInstanceOf(WriteOutcome.Unknown.class));

        assertThat(names()).containsExactly("a");
    }

    @Test
    void losesRequestsThatThenDidNothing() {
        var store = new FaultyStore(truth, process, new Faults(Duration.ofMillis(1), 0, 1));
        simulation.runIn(process, SECOND, () -> {
            assertThat(store.commit(creation("a"))).isInstanceOf(WriteOutcome.Unavailable.class);
            assertThatThrownBy(() -> store.get(ObjectKey.cluster("things", "a"), ReadAt.LATEST))
                    .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.reason())
                            .isEqualTo(StoreException.Reason.UNAVAILABLE));
        });

        assertThat(names()).isEmpty();
    }

    @Test
    void deliversAWatchLateButInOrderAndNotAtAllWhileItIsCut() {
        var store = new FaultyStore(truth, process, new Faults(Duration.ofMillis(500), 0, 0));
        var seen = new ArrayList<Long>();
        process.env().tasks().spawn("reader", () -> {
            try (var watch = store.watch(Selection.of("things"), 1)) {
                while (true) {
                    if (watch.next() instanceof WatchBatch.Changes changes) {
                        seen.add(changes.revision());
                    }
                }
            }
        });
        for (int i = 0; i < 5; i++) {
            truth.commit(creation("n" + i));
        }
        simulation.runFor(Duration.ofMillis(2));
        assertThat(seen).isEmpty();
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(seen).hasSize(5).isSorted();

        store.cut();
        truth.commit(creation("late"));
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(seen).hasSize(5);
        store.heal();
        simulation.runFor(SECOND);
        assertThat(seen).hasSize(6);
    }

    @Test
    void letsTheTestItselfThroughAtOnce() {
        var store = new FaultyStore(truth, process, new Faults(SECOND, 0, 0));

        assertThat(store.commit(creation("a")).written()).isTrue();
        assertThat(simulation.time().elapsed()).isZero();
    }

    @Test
    void endsARunWhoseInvariantBreaksAtTheRevisionThatBrokeIt() {
        var store = new FaultyStore(truth, process, Faults.NONE);
        simulation.always("at most two things", truth, all -> assertThat(
                        all.list(Selection.of("things"), ReadAt.LATEST).objects())
                .hasSizeLessThanOrEqualTo(2));
        process.env().tasks().spawn("writer", () -> {
            for (int i = 0; i < 10; i++) {
                store.commit(creation("n" + i));
            }
        });

        assertThatThrownBy(() -> simulation.runFor(SECOND))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("seed 41")
                .hasMessageContaining("at most two things");
        assertThat(names()).hasSize(3);
    }

    private List<String> writtenWhenDyingAt(long write, CrashPoint point) {
        var store = new FaultyStore(truth, process, Faults.NONE).crashAt(write, point);
        process.env().tasks().spawn("writer", () -> {
            for (int i = 1; i <= 5; i++) {
                store.commit(creation("n" + i));
            }
        });
        simulation.runFor(SECOND);
        return names();
    }

    private List<String> names() {
        return truth.list(Selection.of("things"), ReadAt.LATEST).objects().stream()
                .map(object -> object.key().name())
                .toList();
    }

    private static Commit creation(String name) {
        return Commit.of(new Write.Create(Draft.of(ObjectKey.cluster("things", name), Bytes.EMPTY)));
    }
}
