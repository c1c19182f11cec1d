package dev.banyan.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Condition;
import dev.banyan.runtime.resource.Condition.Status;
import dev.banyan.runtime.resource.Conditions;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Random writes to one object, and what users build on it: the generation counts specs, and conditions speak of a generation. */
class GenerationPropertyTest {
    private static final ObjectKey KEY = ObjectKey.cluster("things", "a");

    @Test
    void countsChangesOfTheSpecAndOfNothingElse() {
        for (long seed = 0; seed < 40; seed++) {
            try (var simulation = new Simulation(seed)) {
                var store = new MemoryStore(simulation.process("store").env());
                var random = new SeededRandom(seed);
                store.commit(Commit.of(new Write.Create(Draft.of(KEY, Bytes.utf8("0")))));
                for (int step = 0; step < 100; step++) {
                    var before = read(store);
                    var outcome = store.commit(Commit.of(write(before, random)));
                    check(seed, before, read(store), outcome);
                }
            }
        }
    }

    @Test
    void neverTakesAnOldFactForANewOneNorMovesATimeWithoutAChange() {
        for (long seed = 0; seed < 40; seed++) {
            try (var simulation = new Simulation(seed)) {
                var store = new MemoryStore(simulation.process("store").env());
                var random = new SeededRandom(seed);
                store.commit(Commit.of(new Write.Create(Draft.of(KEY, Bytes.utf8("0")))));
                var conditions = Conditions.NONE;
                for (int step = 0; step < 200; step++) {
                    simulation.runFor(Duration.ofSeconds(1));
                    if (random.nextInt(3) == 0) {
                        var object = read(store);
                        var draft = Draft.from(object).withSpec(Bytes.utf8(String.valueOf(step)));
                        assertThat(store.commit(Commit.of(new Write.Update(object, draft)))
                                        .written())
                                .isTrue();
                        assertThat(conditions.holds("Ready", read(store).meta()))
                                .as("seed %d: ready for a spec that nobody has looked at", seed)
                                .isFalse();
                    } else {
                        conditions = checkSet(seed, conditions, random, store, simulation);
                    }
                }
            }
        }
    }

    private static Conditions checkSet(
            long seed, Conditions before, SeededRandom random, Store store, Simulation simulation) {
        long known = read(store).meta().generation();
        long observed = Math.max(1, known - random.nextInt(3)); // a reader may be behind
        var status = Status.values()[random.nextInt(3)];
        var now = simulation.process("clock").env().time().now();
        var reason = "Reason" + random.nextInt(2);
        var after = before.set(new Condition("Ready", status, reason, "m", observed, now));
        var said = after.get("Ready").orElseThrow();
        before.get("Ready").ifPresent(old -> {
            assertThat(said.observedGeneration()).as("seed %d", seed).isGreaterThanOrEqualTo(old.observedGeneration());
            assertThat(said.lastChange().equals(old.lastChange()))
                    .as("seed %d: from %s to %s", seed, old, said)
                    .isEqualTo(said.status() == old.status());
            boolean same = old.status() == said.status()
                    && old.reason().equals(said.reason())
                    && old.observedGeneration() == said.observedGeneration();
            assertThat(after.equals(before))
                    .as("seed %d: written for nothing", seed)
                    .isEqualTo(same);
        });
        return after;
    }

    private static Write write(StoredObject object, SeededRandom random) {
        var draft = Draft.from(object);
        var uid = object.meta().uid();
        return switch (random.nextInt(5)) {
            case 0 -> new Write.Update(object, draft.withSpec(Bytes.utf8(String.valueOf(random.nextInt(3)))));
            case 1 -> new Write.Update(object, draft.labelled(Map.of("a", String.valueOf(random.nextInt(3)))));
            case 2 -> new Write.Update(object, draft.annotated(Map.of("a", String.valueOf(random.nextInt(3)))));
            case 3 ->
                new Write.Update(
                        object, draft.finalizedBy(random.nextInt(2) == 0 ? List.of() : List.of("example.org/x")));
            default -> new Write.UpdateStatus(KEY, uid, Bytes.utf8(String.valueOf(random.nextInt(3))));
        };
    }

    private static void check(long seed, StoredObject before, StoredObject after, WriteOutcome outcome) {
        assertThat(outcome.written()).as("seed %d: %s", seed, outcome).isTrue();
        long added = before.spec().equals(after.spec()) ? 0 : 1;
        assertThat(after.meta().generation())
                .as("seed %d: from %s to %s", seed, before, after)
                .isEqualTo(before.meta().generation() + added);
        assertThat(after.meta().uid()).isEqualTo(before.meta().uid());
        assertThat(after.meta().createRevision()).isEqualTo(before.meta().createRevision());
        assertThat(after.meta().revision()).isGreaterThanOrEqualTo(before.meta().revision());
    }

    private static StoredObject read(Store store) {
        return store.get(KEY, ReadAt.LATEST).orElseThrow();
    }
}
