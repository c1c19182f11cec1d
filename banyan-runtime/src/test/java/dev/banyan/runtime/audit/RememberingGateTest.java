package dev.banyan.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ManagedStore;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gates that remember, over stores that are snapshots of each other, as a restore makes them. */
class RememberingGateTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(32);
    private final SimulatedProcess process = simulation.process("engine");
    private final MemoryStore truth = new MemoryStore(process.env());
    private final ManagedStore store = new ManagedStore(truth);
    private final Disk disk = new Disk();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void stopsAStoreThatWentBackWhileTheProcessWasDown() {
        var gate = run("one", disk);
        fill(gate, 10);
        var snapshot = objects();
        fill(gate, 20);
        simulation.runFor(SECOND.multipliedBy(12));
        stop(gate);
        store.replaceSilentlyBy(restored(snapshot));

        var restarted = RestoreGate.remembering("one", disk, store, process.env());

        assertThat(restarted.commit(creation("new"))).isInstanceOf(WriteOutcome.Unavailable.class);
        assertThat(restarted.halted()).hasValueSatisfying(why -> assertThat(why).contains("went back from revision"));
    }

    @Test
    void stopsAStoreThatWasRestoredAndHasComeFurtherSince() {
        var gate = run("one", disk);
        fill(gate, 10);
        var snapshot = objects();
        simulation.runFor(SECOND.multipliedBy(12));
        fill(gate, 20);
        stop(gate);
        var restored = restored(snapshot);
        fill(restored, 500);
        store.replaceSilentlyBy(restored);
        long before = new ObjectWriter(restored).revision();

        var restarted = RestoreGate.remembering("one", disk, store, process.env());

        assertThat(restarted.commit(creation("new"))).isInstanceOf(WriteOutcome.Unavailable.class);
        assertThat(restarted.halted()).hasValueSatisfying(why -> assertThat(why).contains("of another history"));
        assertThat(new ObjectWriter(restored).revision()).isEqualTo(before);
    }

    @Test
    void letsNoCommitLandThatWasVerifiedBeforeTheStoreWasReplaced() {
        var gate = run("one", disk);
        fill(gate, 10);
        var snapshot = objects();
        simulation.runFor(SECOND.multipliedBy(12));
        assertThat(gate.commit(creation("verified"))).isInstanceOf(WriteOutcome.Written.class);
        var restored = restored(snapshot);
        fill(restored, 500);
        store.replaceSilentlyBy(restored);
        long before = new ObjectWriter(restored).revision();

        // in the same second, so that nobody asks the store first
        assertThat(gate.commit(creation("late"))).isInstanceOf(WriteOutcome.Unavailable.class);

        assertThat(new ObjectWriter(restored).revision()).isEqualTo(before);
        assertThat(gate.halted()).isPresent();
    }

    @Test
    void goesOnWhileItsOwnSignChanges() {
        var gate = run("one", disk);
        var signs = new ArrayList<String>();
        for (int write = 0; write < 50; write++) {
            assertThat(gate.commit(creation("n" + write))).isInstanceOf(WriteOutcome.Written.class);
            simulation.runFor(SECOND);
            signs.add(truth.get(Testimony.signOf("one"), ReadAt.LATEST)
                    .orElseThrow()
                    .spec()
                    .toUtf8());
        }

        assertThat(signs.stream().distinct()).hasSizeBetween(4, 6);
        assertThat(gate.halted()).isEmpty();
        assertThat(gate.health().ready()).isTrue();
    }

    @Test
    void findsItsSignAgainAfterARestart() {
        var gate = run("one", disk);
        fill(gate, 3);
        simulation.runFor(SECOND.multipliedBy(25));
        stop(gate);
        fill(truth, 50);

        var restarted = run("one", disk);

        assertThat(restarted.commit(creation("new"))).isInstanceOf(WriteOutcome.Written.class);
        assertThat(restarted.halted()).isEmpty();
    }

    @Test
    void startsAnewWithoutMemoryThoughAFormerLifeHasSigned() {
        stop(run("one", disk));

        var replaced = run("one", new Disk());
        simulation.runFor(SECOND.multipliedBy(30));

        assertThat(replaced.halted()).isEmpty();
        assertThat(replaced.commit(creation("new"))).isInstanceOf(WriteOutcome.Written.class);
    }

    @Test
    void remembersASignBeforeItIsWritten() {
        var gate = run("one", disk);
        simulation.runFor(SECOND.multipliedBy(60));
        stop(gate);

        for (var kept : disk.history) {
            assertThat(kept.signs()).isNotEmpty();
        }
        var last = truth.get(Testimony.signOf("one"), ReadAt.LATEST)
                .orElseThrow()
                .spec()
                .toUtf8();
        assertThat(disk.history.getLast().signs()).containsExactly(last);
        assertThat(disk.history.stream()
                        .filter(kept -> kept.signs().contains(last))
                        .findFirst()
                        .orElseThrow()
                        .signs())
                .hasSize(2);
    }

    @Test
    void knowsAfterAKillHowFarTheStoreWasThoughItWasNotSignedSince() {
        var gate = run("one", disk);
        simulation.runFor(RestoreGate.SIGN_PERIOD.plusSeconds(1));
        var sign = truth.get(Testimony.signOf("one"), ReadAt.LATEST).orElseThrow();
        var snapshot = objects();
        fill(gate, 5);
        simulation.runFor(SECOND.multipliedBy(3));
        assertThat(truth.get(Testimony.signOf("one"), ReadAt.LATEST))
                .as("not signed again")
                .contains(sign);
        process.kill();
        store.replaceSilentlyBy(restored(snapshot));

        var restarted = RestoreGate.remembering(
                "one", disk, store, simulation.process("again").env());

        assertThat(restarted.verify()).isFalse();
        assertThat(restarted.halted()).isPresent();
    }

    @Test
    void doesNotSignWhatItCannotRemember() {
        disk.full = true;
        var gate = run("one", disk);
        simulation.runFor(SECOND.multipliedBy(30));

        assertThat(truth.get(Testimony.signOf("one"), ReadAt.LATEST)).isEmpty();
        assertThat(gate.health().ready()).isFalse();
        assertThat(gate.health().detail()).contains("cannot be kept");
        assertThat(gate.commit(creation("new"))).isInstanceOf(WriteOutcome.Written.class);
        disk.full = false;
        simulation.runFor(SECOND.multipliedBy(3));
        assertThat(truth.get(Testimony.signOf("one"), ReadAt.LATEST)).isPresent();
        assertThat(gate.health().ready()).isTrue();
    }

    @Test
    void anAcceptanceGoesBeyondEveryRevisionThatWasSeenAndHoldsForAllGates() {
        var one = run("one", disk);
        var twoDisk = new Disk();
        var two = run("two", twoDisk);
        fill(one, 10);
        var snapshot = objects();
        simulation.runFor(SECOND.multipliedBy(12));
        fill(two, 100);
        simulation.runFor(SECOND.multipliedBy(3));
        long seen = new ObjectWriter(truth).revision();
        var restored = restored(snapshot);
        store.replaceSilentlyBy(restored);
        simulation.runFor(SECOND.multipliedBy(3));
        assertThat(one.halted()).isPresent();
        assertThat(two.halted()).isPresent();

        var accepted = one.accept();

        assertThat(accepted).hasValueSatisfying(decision -> {
            assertThat(decision.seen()).isEqualTo(seen);
            assertThat(decision.found()).isLessThan(seen);
            assertThat(decision.revision()).isGreaterThan(seen);
        });
        simulation.runFor(SECOND.multipliedBy(3));
        assertThat(two.halted()).isEmpty();
        assertThat(one.commit(creation("by-one"))).isInstanceOf(WriteOutcome.Written.class);
        assertThat(two.commit(creation("by-two"))).isInstanceOf(WriteOutcome.Written.class);
        simulation.runFor(SECOND.multipliedBy(30));
        assertThat(one.halted()).isEmpty();
        assertThat(two.halted()).isEmpty();
    }

    @Test
    void followsADecisionThatWasMadeWhileItWasDown() {
        var one = run("one", disk);
        var two = run("two", new Disk());
        fill(one, 10);
        var snapshot = objects();
        simulation.runFor(SECOND.multipliedBy(12));
        fill(one, 30);
        stop(one);
        store.replaceSilentlyBy(restored(snapshot));
        simulation.runFor(SECOND.multipliedBy(3));
        assertThat(two.accept()).isPresent();

        var restarted = run("one", disk);

        assertThat(restarted.halted()).isEmpty();
        assertThat(restarted.commit(creation("new"))).isInstanceOf(WriteOutcome.Written.class);
    }

    @Test
    void aDecisionOfLongAgoDoesNotCoverANewRestore() {
        var gate = run("one", disk);
        fill(gate, 10);
        var first = objects();
        simulation.runFor(SECOND.multipliedBy(12));
        fill(gate, 20);
        store.replaceSilentlyBy(restored(first));
        simulation.runFor(SECOND.multipliedBy(3));
        assertThat(gate.accept()).isPresent();
        simulation.runFor(SECOND.multipliedBy(3));
        var second = objectsOf(store);
        fill(gate, 40);
        simulation.runFor(SECOND.multipliedBy(12));

        store.replaceSilentlyBy(restored(second));
        simulation.runFor(SECOND.multipliedBy(3));

        assertThat(gate.halted()).isPresent();
    }

    @Test
    void staysStoppedWhenTheDecisionCannotBeWritten() {
        var gate = run("one", disk);
        fill(gate, 10);
        var snapshot = objects();
        simulation.runFor(SECOND.multipliedBy(12));
        store.replaceSilentlyBy(restored(snapshot));
        simulation.runFor(SECOND.multipliedBy(3));
        store.fail(StoreException.Reason.UNAVAILABLE, "away");

        assertThatThrownBy(gate::accept).isInstanceOf(StoreException.class);
        assertThat(gate.halted()).isPresent();
        store.heal();
        assertThat(gate.accept()).isPresent();
    }

    @Test
    void leavesACommitWithoutRoomForAnotherConditionAsItIs() {
        var gate = run("one", disk);
        var conditions = new ArrayList<Precondition>();
        for (int condition = 0; condition < Commit.PRECONDITIONS_MAX; condition++) {
            conditions.add(new Precondition.Absent(ObjectWriter.key("absent-" + condition)));
        }
        var write = new Write.Create(Draft.of(ObjectWriter.key("new"), Bytes.EMPTY));

        assertThat(gate.commit(new Commit(conditions, List.of(write)))).isInstanceOf(WriteOutcome.Written.class);
    }

    /** However long a process was up, when the snapshot was taken and how far others have come: what was signed is missed. */
    @Test
    void missesNoRestoreOfAStateFromBeforeTheLastSign() {
        for (long seed = 0; seed < 100; seed++) {
            var random = new SeededRandom(seed);
            try (var world = new Simulation(seed)) {
                var env = world.process("engine").env();
                var managed = new ManagedStore(new MemoryStore(env));
                var kept = new Disk();
                var gate = RestoreGate.remembering("one", kept, managed, env);
                gate.start();
                world.runFor(SECOND.plusMillis(random.nextInt(40_000)));
                fill(gate, random.nextInt(20));
                var snapshot = objectsOf(managed);
                world.runFor(RestoreGate.SIGN_PERIOD.plusSeconds(3).plusMillis(random.nextInt(20_000)));
                fill(gate, random.nextInt(20));
                var restored = new MemoryStore(env);
                restore(restored, snapshot);
                fill(restored, random.nextInt(200));
                managed.replaceSilentlyBy(restored);
                boolean restarts = random.nextInt(2) == 0;
                var judge = restarts ? RestoreGate.remembering("one", kept, managed, env) : gate;
                long before = new ObjectWriter(restored).revision();

                assertThat(judge.commit(creation("after")))
                        .as("seed %d", seed)
                        .isInstanceOf(WriteOutcome.Unavailable.class);
                assertThat(new ObjectWriter(restored).revision())
                        .as("seed %d", seed)
                        .isEqualTo(before);
                assertThat(judge.halted()).as("seed %d", seed).isPresent();
            }
        }
    }

    private RestoreGate run(String name, Disk memory) {
        var gate = RestoreGate.remembering(name, memory, store, process.env());
        gate.start();
        simulation.runFor(SECOND.multipliedBy(3));
        return gate;
    }

    private void stop(RestoreGate gate) {
        simulation.runIn(process, SECOND, gate::stop);
    }

    private List<StoredObject> objects() {
        return objectsOf(truth);
    }

    private static List<StoredObject> objectsOf(Store from) {
        return from.list(Selection.EVERYTHING, ReadAt.LATEST).objects();
    }

    private MemoryStore restored(List<StoredObject> snapshot) {
        var restored = new MemoryStore(process.env());
        restore(restored, snapshot);
        return restored;
    }

    private static void restore(MemoryStore into, List<StoredObject> snapshot) {
        for (var object : snapshot) {
            new ObjectWriter(into).written(Commit.of(new Write.Create(Draft.from(object))));
        }
    }

    private static void fill(Store filled, int objects) {
        for (int object = 0; object < objects; object++) {
            new ObjectWriter(filled).put("n" + object, "filled-" + objects);
        }
    }

    private static Commit creation(String name) {
        return Commit.of(new Write.Create(Draft.of(ObjectWriter.key(name), Bytes.EMPTY)));
    }

    /** Outlives the process. */
    private static final class Disk implements GateMemory {
        private final List<Seen> history = new ArrayList<>();
        private boolean full;

        @Override
        public Optional<Seen> recall() {
            return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast());
        }

        @Override
        public void keep(Seen seen) {
            if (full) {
                throw new IllegalStateException("no space left on device");
            }
            history.add(seen);
        }
    }
}
