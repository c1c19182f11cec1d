package dev.banyan.runtime.controller.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.perturbation.CrashSweep;
import dev.banyan.runtime.simulation.perturbation.Scenario;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GarbageCollectorTest {
    private static final Kind<String, String> SETS = Texts.kind("sets");
    private static final Kind<String, String> PODS = Texts.kind("pods");
    private static final List<Kind<String, String>> KINDS = List.of(SETS, PODS);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(5);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void deletesWhatIsLeftWhenItsOwnerIsGone() {
        startCollector();
        create(SETS, "a");
        create(PODS, "a.0", "a");
        create(PODS, "free");
        simulation.runFor(SECOND);
        assertThat(names()).containsExactly("pods/a.0", "pods/free", "sets/a");

        delete(SETS, "a", DeletionPolicy.BACKGROUND);
        assertThat(names()).containsExactly("pods/a.0", "pods/free");
        simulation.runFor(SECOND);
        assertThat(names()).containsExactly("pods/free");
    }

    @Test
    void deletesWhatWasLeftBeforeItStarted() {
        create(SETS, "a");
        create(PODS, "a.0", "a");
        delete(SETS, "a", DeletionPolicy.BACKGROUND);
        startCollector();
        simulation.runFor(SECOND);

        assertThat(names()).isEmpty();
    }

    @Test
    void keepsWhatHasAnotherOwnerAndLetsGoOfAnotherIncarnation() {
        startCollector();
        create(SETS, "a");
        create(SETS, "b");
        create(PODS, "both", "a", "b");
        create(PODS, "old", "a");
        delete(SETS, "a", DeletionPolicy.BACKGROUND);
        create(SETS, "a");
        simulation.runFor(SECOND);

        assertThat(names()).containsExactly("pods/both", "sets/a", "sets/b");
    }

    @Test
    void keepsAnOwnerUntilItsDependentsAreGone() {
        startCollector();
        create(SETS, "a");
        create(PODS, "a.0", "a");
        hold(PODS, "a.0");
        delete(SETS, "a", DeletionPolicy.FOREGROUND);
        simulation.runFor(SECOND);
        assertThat(names()).as("the pod is held").containsExactly("pods/a.0", "sets/a");
        assertThat(read(PODS, "a.0").meta().deleting()).isTrue();

        letGo(PODS, "a.0");
        simulation.runFor(SECOND);
        assertThat(names()).isEmpty();
    }

    @Test
    void letsDependentsThatHaveAnotherOwnerForgetTheOneThatGoes() {
        startCollector();
        create(SETS, "a");
        create(SETS, "b");
        create(PODS, "only", "a");
        create(PODS, "both", "a", "b");
        delete(SETS, "a", DeletionPolicy.FOREGROUND);
        simulation.runFor(SECOND);

        assertThat(names()).containsExactly("pods/both", "sets/b");
        assertThat(read(PODS, "both").meta().owners())
                .extracting(OwnerReference::key)
                .containsExactly(key(SETS, "b"));

        create(SETS, "c");
        own(PODS, "both", "c");
        delete(SETS, "b", DeletionPolicy.FOREGROUND);
        delete(SETS, "c", DeletionPolicy.FOREGROUND);
        simulation.runFor(Duration.ofSeconds(30));
        assertThat(names()).as("two that go leave nothing for each other").isEmpty();
    }

    @Test
    void letsDependentsForgetTheirOwnerAndStay() {
        startCollector();
        create(SETS, "a");
        create(SETS, "b");
        create(PODS, "a.0", "a");
        create(PODS, "both", "a", "b");
        delete(SETS, "a", DeletionPolicy.ORPHAN);
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(names()).containsExactly("pods/a.0", "pods/both", "sets/b");
        assertThat(read(PODS, "a.0").meta().owners()).isEmpty();
        assertThat(read(PODS, "both").meta().owners())
                .extracting(OwnerReference::uid)
                .containsExactly(read(SETS, "b").meta().uid());
    }

    @Test
    void endsOwnersThatOwnEachOther() {
        startCollector();
        create(SETS, "a");
        create(SETS, "b", "a");
        own(SETS, "a", "b");
        delete(SETS, "b", DeletionPolicy.FOREGROUND);
        delete(SETS, "a", DeletionPolicy.FOREGROUND);
        simulation.runFor(Duration.ofSeconds(30));

        assertThat(names()).isEmpty();
    }

    @Test
    void endsAWholeTree() {
        startCollector();
        create(SETS, "root");
        for (int i = 0; i < 5; i++) {
            create(SETS, "s" + i, "root");
            for (int j = 0; j < 5; j++) {
                create(PODS, "p" + i + j, "s" + i);
            }
        }
        delete(SETS, "root", DeletionPolicy.FOREGROUND);
        simulation.runFor(Duration.ofSeconds(10));

        assertThat(names()).isEmpty();
    }

    @Test
    void deletesMoreDependentsThanOneLookHandles() {
        startCollector();
        create(SETS, "a");
        for (int i = 0; i < GarbageCollector.STEPS_MAX + 10; i++) {
            create(PODS, "p" + i, "a");
        }
        delete(SETS, "a", DeletionPolicy.FOREGROUND);
        simulation.runFor(Duration.ofSeconds(5));

        assertThat(names()).isEmpty();
    }

    @Test
    void collectsWhatAnotherIncarnationOwned() {
        create(SETS, "a");
        create(PODS, "old", "a");
        delete(SETS, "a", DeletionPolicy.BACKGROUND);
        create(SETS, "a");
        create(PODS, "new", "a");
        startCollector();
        simulation.runFor(SECOND);

        assertThat(names()).containsExactly("pods/new", "sets/a");
    }

    @Test
    void keepsWhatFindsAnOwnerAtTheLastMoment() {
        create(SETS, "a");
        create(SETS, "b");
        create(PODS, "p", "a");
        delete(SETS, "a", DeletionPolicy.BACKGROUND);
        var process = simulation.process("collector");
        var adopting = new CommitCounter(truth, commit -> {
            if (read(PODS, "p").meta().owners().size() == 1) {
                own(PODS, "p", "b");
            }
        });
        new GarbageCollector(KINDS, adopting, process.env()).start();
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(read(PODS, "p").meta().owners()).hasSize(2);
    }

    /** However late each cache is: nothing outlives an owner that is to outlive it, nothing goes that was let go. */
    @Test
    void keepsTheOrderOfAPolicyWhateverItsCachesShow() {
        for (long seed = 0; seed < 40; seed++) {
            try (var world = new Simulation(seed)) {
                var all = new MemoryStore(world.process("store").env());
                var process = world.process("collector");
                var way = new FaultyStore(all, process, new Faults(Duration.ofMillis(100), 0, 0));
                new GarbageCollector(KINDS, way, process.env()).start();
                create(all, SETS, "first");
                create(all, SETS, "free");
                world.always("an owner goes last", all, GarbageCollectorTest::ownerGoesLast);
                world.runFor(SECOND);
                for (int i = 0; i < 3; i++) {
                    create(all, PODS, "first." + i, "first");
                    create(all, PODS, "kept." + i, "free");
                }
                delete(all, SETS, "first", DeletionPolicy.FOREGROUND);
                for (int i = 0; i < 3; i++) {
                    var pod = all.get(key(PODS, "kept." + i), ReadAt.LATEST).orElseThrow();
                    all.commit(Ownership.release(pod.meta().owners().getFirst().uid(), pod));
                }
                delete(all, SETS, "free", DeletionPolicy.BACKGROUND);
                world.runFor(Duration.ofMinutes(1));

                assertThat(names(all)).as("seed %d", seed).containsExactly("pods/kept.0", "pods/kept.1", "pods/kept.2");
            }
        }
    }

    /** A cache that is behind shows no owner though there is one; nothing may be deleted for that. */
    @Test
    void believesTheStoreAndNotItsCaches() {
        for (long seed = 0; seed < 30; seed++) {
            try (var world = new Simulation(seed)) {
                var all = new MemoryStore(world.process("store").env());
                var process = world.process("collector");
                var deletes = new AtomicInteger();
                var way = new FaultyStore(all, process, new Faults(Duration.ofMillis(300), 0.05, 0.05));
                var collector = new GarbageCollector(KINDS, counting(way, deletes), process.env());
                collector.start();
                world.runFor(SECOND);
                for (int i = 0; i < 10; i++) {
                    create(all, SETS, "s" + i);
                    create(all, PODS, "p" + i, "s" + i);
                    world.runFor(Duration.ofMillis(50));
                }
                world.runFor(Duration.ofMinutes(1));

                assertThat(deletes).as("seed %d", seed).hasValue(0);
                assertThat(names(all)).as("seed %d", seed).hasSize(20);
            }
        }
    }

    @Test
    void carriesEveryPolicyOutWhereverItsProcessDies() {
        for (var policy : DeletionPolicy.values()) {
            assertThat(CrashSweep.over(new Tree(policy), 3))
                    .as("%s", policy)
                    .isGreaterThanOrEqualTo(policy == DeletionPolicy.BACKGROUND ? 3 : 4);
        }
    }

    @Test
    void saysWhetherThereIsAnythingToDelete() {
        create(SETS, "a");
        var uid = read(SETS, "a").meta().uid();

        assertThat(DeletionPolicy.FOREGROUND.delete(truth, key(SETS, "a"), "other"))
                .isInstanceOf(WriteOutcome.NotFound.class);
        assertThat(read(SETS, "a").meta().finalizers()).isEmpty();
        assertThat(DeletionPolicy.FOREGROUND.delete(truth, key(SETS, "a"), uid).written())
                .isTrue();
        assertThat(DeletionPolicy.ORPHAN.delete(truth, key(SETS, "a"), uid).written())
                .isTrue();
        assertThat(read(SETS, "a").meta().finalizers())
                .as("the first policy stays")
                .containsExactly("dev.banyan/foreground");
    }

    @Test
    void refusesNoKindAndTheSameTwice() {
        var env = simulation.process("other").env();
        assertThatThrownBy(() -> new GarbageCollector(List.<Kind<String, String>>of(), truth, env))
                .hasMessageContaining("no kind");
        assertThatThrownBy(() -> new GarbageCollector(List.of(SETS, SETS), truth, env))
                .hasMessageContaining("'sets' twice");
    }

    /** A set with three pods, of which one goes with another set too. */
    private record Tree(DeletionPolicy policy) implements Scenario {
        @Override
        public String name() {
            return "deletion in policy " + policy;
        }

        @Override
        public void start(Env env, Store store) {
            new GarbageCollector(KINDS, store, env).start();
        }

        @Override
        public void disturb(Store truth) {
            create(truth, SETS, "a");
            for (int i = 0; i < 3; i++) {
                create(truth, PODS, "p" + i, "a");
            }
            delete(truth, SETS, "a", policy);
        }

        @Override
        public void check(Store truth) {
            var left = policy == DeletionPolicy.ORPHAN ? List.of("pods/p0", "pods/p1", "pods/p2") : List.of();
            assertThat(names(truth)).isEqualTo(left);
            truth.list(Selection.of("pods"), ReadAt.LATEST)
                    .objects()
                    .forEach(pod -> assertThat(pod.meta().owners()).isEmpty());
        }
    }

    private void startCollector() {
        var process = simulation.process("collector");
        new GarbageCollector(KINDS, new FaultyStore(truth, process, Faults.NONE), process.env()).start();
        simulation.runFor(SECOND);
    }

    private void create(Kind<?, ?> kind, String name, String... owners) {
        create(truth, kind, name, owners);
    }

    private void delete(Kind<?, ?> kind, String name, DeletionPolicy policy) {
        delete(truth, kind, name, policy);
    }

    private void own(Kind<?, ?> kind, String name, String owner) {
        var commit = Ownership.adopt(read(SETS, owner), read(kind, name));
        assertThat(truth.commit(commit).written()).isTrue();
    }

    private void hold(Kind<?, ?> kind, String name) {
        assertThat(truth.commit(new Finalizer("example.org/hold").holding(read(kind, name)))
                        .written())
                .isTrue();
    }

    private void letGo(Kind<?, ?> kind, String name) {
        assertThat(truth.commit(new Finalizer("example.org/hold").releasing(read(kind, name)))
                        .written())
                .isTrue();
    }

    private List<String> names() {
        return names(truth);
    }

    private dev.banyan.runtime.resource.StoredObject read(Kind<?, ?> kind, String name) {
        return truth.get(key(kind, name), ReadAt.LATEST).orElseThrow();
    }

    private static void create(Store store, Kind<?, ?> kind, String name, String... owners) {
        var references = new ArrayList<OwnerReference>();
        for (var owner : owners) {
            var found = store.get(key(SETS, owner), ReadAt.LATEST).orElseThrow();
            references.add(OwnerReference.to(found.key(), found.meta()));
        }
        var draft = Draft.of(key(kind, name), Bytes.EMPTY).ownedBy(references.toArray(new OwnerReference[0]));
        assertThat(store.commit(Commit.of(new Write.Create(draft))).written()).isTrue();
    }

    private static void delete(Store store, Kind<?, ?> kind, String name, DeletionPolicy policy) {
        var uid = store.get(key(kind, name), ReadAt.LATEST).orElseThrow().meta().uid();
        assertThat(policy.delete(store, key(kind, name), uid).written()).isTrue();
    }

    private static List<String> names(Store store) {
        return store.list(Selection.EVERYTHING, ReadAt.LATEST).objects().stream()
                .map(object -> object.key().kind() + "/" + object.key().name())
                .toList();
    }

    private static ObjectKey key(Kind<?, ?> kind, String name) {
        return kind.key("default", name);
    }

    private static void ownerGoesLast(Store truth) {
        var names = names(truth);
        assertThat(names.contains("sets/first") || names.stream().noneMatch(name -> name.startsWith("pods/first")))
                .as("%s", names)
                .isTrue();
    }

    private static Store counting(Store store, AtomicInteger deletes) {
        return new CommitCounter(
                store,
                commit -> deletes.addAndGet(commit.writes().stream().anyMatch(Write.Delete.class::isInstance) ? 1 : 0));
    }
}
