package dev.banyan.runtime.controller.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Users make, own, adopt, hold and delete at random, under a collector on a bad network that dies before and after drawn writes and is cut
 * off now and then. Every revision is compared with the one before: whatever went or was told to go had a reason.
 */
class OwnershipPropertyTest {
    private static final Kind<String, String> SETS = Texts.kind("sets");
    private static final Kind<String, String> PODS = Texts.kind("pods");
    private static final Finalizer HOLD = new Finalizer("example.org/hold");
    private static final int SEEDS = 60;
    private static final int STEPS = 50;

    @Test
    void letsNothingGoWithoutAReasonAndLeavesNothingBehind() {
        var seen = new HashSet<String>();
        for (long seed = 0; seed < SEEDS; seed++) {
            try (var world = new World(seed)) {
                world.start();
                for (int step = 0; step < STEPS; step++) {
                    world.step();
                }
                world.end();
                seen.addAll(world.reasons);
            }
        }

        assertThat(seen)
                .as("each way to go was taken")
                .contains("asked", "orphaned", "foreground", "shared", "held", "died", "recreated");
    }

    private static final class World implements AutoCloseable {
        private final long seed;
        private final SeededRandom random;
        private final Simulation simulation;
        private final MemoryStore truth;
        private final Set<String> asked = new HashSet<>(); // uids whose deletion users asked for
        private final Set<String> reasons = new HashSet<>();
        private final Set<ObjectKey> known = new HashSet<>();
        private Map<String, StoredObject> before = new LinkedHashMap<>(); // by uid
        private String lettingGo = "";
        private SimulatedProcess process;
        private FaultyStore way;

        World(long seed) {
            this.seed = seed;
            this.random = new SeededRandom(seed);
            this.simulation = new Simulation(seed);
            this.truth = new MemoryStore(simulation.process("store").env());
            this.process = simulation.process("collector");
            this.way = new FaultyStore(truth, process, Faults.NONE);
        }

        void start() {
            simulation.always("nothing goes without a reason", truth, this::look);
            incarnate();
        }

        /** A collector that dies at a drawn write, if it lives that long. */
        private void incarnate() {
            process = simulation.process("collector");
            way = new FaultyStore(truth, process, new Faults(Duration.ofMillis(20), 0.05, 0.05))
                    .crashAt(1 + random.nextInt(8), CrashPoint.values()[random.nextInt(2)]);
            new GarbageCollector(List.of(SETS, PODS), way, process.env()).start();
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1 -> create(SETS.key("default", "s" + random.nextInt(4)), 3);
                case 2, 3, 4 -> create(PODS.key("default", "p" + random.nextInt(6)), 1);
                case 5, 6 -> delete();
                case 7 -> hold();
                case 8 -> letGo();
                case 9 -> adopt();
                case 10 -> way.cut();
                default -> way.heal();
            }
            look(truth);
            simulation.runFor(Duration.ofMillis(random.nextInt(400)));
            if (process.condition() == SimulatedProcess.Condition.DEAD) {
                reasons.add("died");
                incarnate();
            }
        }

        /** Holds end, the network is well: then nothing is on its way out, and nothing has lost all its owners. */
        void end() {
            way.heal();
            for (int round = 0; round < 20; round++) {
                letGo();
                look(truth);
                simulation.runFor(Duration.ofSeconds(2));
                if (process.condition() == SimulatedProcess.Condition.DEAD) {
                    incarnate();
                }
            }
            simulation.runUntilQuiet(truth, Duration.ofSeconds(25), Duration.ofMinutes(5));
            var now = byUid();
            assertThat(now.values())
                    .as("seed %d: on their way out for ever", seed)
                    .noneMatch(object -> object.meta().deleting());
            assertThat(now.values())
                    .as("seed %d: nobody's for ever", seed)
                    .noneMatch(object -> !object.meta().owners().isEmpty()
                            && object.meta().owners().stream().noneMatch(owner -> now.containsKey(owner.uid())));
        }

        /** Compares the state with the one before. */
        private void look(Store ignored) {
            var now = byUid();
            for (var old : before.values()) {
                var next = now.get(old.meta().uid());
                if (next == null) {
                    checkGone(old, now);
                }
                boolean told = next == null || next.meta().deleting();
                if (told && !old.meta().deleting()) {
                    checkTold(old);
                }
            }
            before = now;
        }

        private void checkGone(StoredObject old, Map<String, StoredObject> now) {
            var meta = old.meta();
            if (HOLD.holds(meta)) {
                reasons.add("held");
                assertThat(lettingGo)
                        .as("seed %d: %s was held and is gone", seed, old.key())
                        .isEqualTo(meta.uid());
            }
            if (holds(DeletionPolicy.FOREGROUND, meta)) {
                reasons.add("foreground");
                assertThat(now.values())
                        .as("seed %d: %s went before its dependents", seed, old.key())
                        .noneMatch(object -> Ownership.owns(meta, object.meta())
                                && !holds(DeletionPolicy.FOREGROUND, object.meta()));
            }
        }

        /** Somebody asked for it, or all its owners are gone, or one wants it gone first and no other wants it to stay. */
        private void checkTold(StoredObject old) {
            var meta = old.meta();
            if (asked.contains(meta.uid())) {
                reasons.add("asked");
                return;
            }
            var owners = meta.owners().stream()
                    .flatMap(owner -> Optional.ofNullable(before.get(owner.uid())).stream())
                    .map(StoredObject::meta)
                    .toList();
            boolean wantedGone =
                    owners.stream().anyMatch(owner -> owner.deleting() && holds(DeletionPolicy.FOREGROUND, owner));
            boolean stays = owners.stream().anyMatch(owner -> !owner.deleting() || holds(DeletionPolicy.ORPHAN, owner));
            reasons.add(owners.isEmpty() ? "orphaned" : "told");
            assertThat(!meta.owners().isEmpty() && (owners.isEmpty() || (wantedGone && !stays)))
                    .as("seed %d: %s was deleted, owned by %s", seed, old.key(), owners)
                    .isTrue();
        }

        private static boolean holds(DeletionPolicy policy, ObjectMeta meta) {
            return policy.finalizer().orElseThrow().holds(meta);
        }

        private Map<String, StoredObject> byUid() {
            var all = new LinkedHashMap<String, StoredObject>();
            truth.list(Selection.EVERYTHING, ReadAt.LATEST)
                    .objects()
                    .forEach(object -> all.put(object.meta().uid(), object));
            return all;
        }

        /** Owned by up to two sets that are not to go, one time in {@code freeOneIn} by none. */
        private void create(ObjectKey key, int freeOneIn) {
            if (truth.get(key, ReadAt.LATEST).isPresent()) {
                return;
            }
            var owners = new ArrayList<OwnerReference>();
            for (int owner = 0; random.nextInt(freeOneIn) == 0 && owner < 1 + random.nextInt(2); owner++) {
                pick("sets", false).ifPresent(set -> owners.add(OwnerReference.to(set.key(), set.meta())));
            }
            if (owners.size() == 2 && owners.get(0).equals(owners.get(1))) {
                owners.removeLast();
            }
            if (owners.size() == 2) {
                reasons.add("shared");
            }
            if (!known.add(key)) {
                reasons.add("recreated");
            }
            commit(Commit.of(
                    new Write.Create(Draft.of(key, Bytes.EMPTY).ownedBy(owners.toArray(new OwnerReference[0])))));
        }

        private void delete() {
            pick(random.nextInt(3) == 0 ? "pods" : "sets", false).ifPresent(object -> {
                asked.add(object.meta().uid());
                var policy = DeletionPolicy.values()[random.nextInt(3)];
                policy.delete(truth, object.key(), object.meta().uid());
            });
        }

        private void hold() {
            pick(random.nextInt(2) == 0 ? "pods" : "sets", false)
                    .filter(object -> !HOLD.holds(object.meta()))
                    .ifPresent(object -> commit(HOLD.holding(object)));
        }

        private void letGo() {
            for (var object : byUid().values()) {
                if (HOLD.holds(object.meta())) {
                    lettingGo = object.meta().uid();
                    commit(HOLD.releasing(object));
                    look(truth);
                }
            }
            lettingGo = "";
        }

        private void adopt() {
            var owner = pick("sets", false);
            var dependent = pick("pods", false);
            if (owner.isPresent()
                    && dependent.isPresent()
                    && !Ownership.owns(owner.get().meta(), dependent.get().meta())) {
                commit(Ownership.adopt(owner.get(), dependent.get()));
            }
        }

        private Optional<StoredObject> pick(String kind, boolean deleting) {
            var all = byUid().values().stream()
                    .filter(object -> object.key().kind().equals(kind))
                    .filter(object -> object.meta().deleting() == deleting)
                    .toList();
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
        }

        private void commit(Commit commit) {
            var outcome = truth.commit(commit);
            assertThat(outcome.written()).as("seed %d: %s", seed, outcome).isTrue();
        }

        @Override
        public void close() {
            simulation.close();
        }
    }
}
