package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
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
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a controller makes of the writes that go through it. */
class ControllerOwnWritesTest {
    private static final Kind<String, String> PARENTS = Texts.kind("parents");
    private static final Kind<String, String> CHILDREN = Texts.kind("children");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(31);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("engine");
    private final FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private final FaultyStore cached = new FaultyStore(truth, process, Faults.NONE);
    private final Informer<String, String> parents =
            Informer.of(PARENTS, cached, process.env()).build();
    private final List<String> calls = new ArrayList<>();
    private final Set<String> figures = new HashSet<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void doesNotRunForItsOwnStatusWhenToldNotTo() {
        create("a", "1");
        start(builder((request, own) -> status(own, request.key(), "seen " + call(request)))
                .ignoreOwnWrites()
                .build());
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a");

        spec("a", "2");
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a", "a");

        status(truth, key("a"), "somebody else");
        simulation.runFor(SECOND);
        assertThat(calls).as("somebody else's write wakes it").containsExactly("a", "a", "a");
    }

    @Test
    void runsForItsOwnSpecOnceAndForItsFinalizerAlways() {
        create("a", "1");
        start(builder((request, own) -> {
                    call(request);
                    var object = own.get(request.key(), ReadAt.LATEST).orElseThrow();
                    if (object.meta().finalizers().isEmpty()) {
                        own.commit(Commit.of(
                                new Write.Update(object, Draft.from(object).finalizedBy(List.of("example.org/hold")))));
                    } else if (object.spec().toUtf8().length() < 3) {
                        own.commit(Commit.of(new Write.Update(
                                object,
                                Draft.from(object)
                                        .withSpec(Bytes.utf8(object.spec().toUtf8() + "x")))));
                    }
                    return Result.done();
                })
                .ignoreOwnWrites()
                .build());
        simulation.runFor(SECOND);

        assertThat(calls).containsExactly("a", "a");
        assertThat(truth.get(key("a"), ReadAt.LATEST).orElseThrow().spec().toUtf8())
                .isEqualTo("1x");
    }

    @Test
    void seesItsOwnWritesInTheNextRunHoweverLateItsCachesAre() {
        for (long seed = 0; seed < 50; seed++) {
            try (var world = new Simulation(seed)) {
                var all = new MemoryStore(world.process("store").env());
                var engine = world.process("engine");
                var way = new FaultyStore(all, engine, new Faults(Duration.ofMillis(40), 0, 0));
                var informer = Informer.of(PARENTS, way, engine.env()).build();
                var written = new HashMap<ObjectKey, String>();
                var runs = new int[1];
                var blind = new ArrayList<String>();
                var controller = Controller.named("counter", engine.env())
                        .watches(informer, EventMapper.self())
                        .resync(Duration.ofMillis(70))
                        .reconciler(way, (request, own) -> {
                            var seen = informer.lister().get(request.key()).orElseThrow();
                            if (!seen.status().equals(written.getOrDefault(request.key(), ""))) {
                                blind.add(seen.name() + " saw " + seen.status());
                            }
                            var next = String.valueOf(runs[0]++);
                            status(own, seen.key(), next);
                            written.put(seen.key(), next);
                            return Result.done();
                        })
                        .build();
                for (int i = 0; i < 5; i++) {
                    create(all, "p" + i, "");
                }
                informer.start();
                controller.start();
                world.runFor(Duration.ofSeconds(3));

                assertThat(blind).as("seed %d", seed).isEmpty();
                assertThat(runs[0]).as("seed %d", seed).isGreaterThan(10);
            }
        }
    }

    @Test
    void runsWithoutItsOwnWriteWhenTheCachesDoNotShowItInTime() {
        create("a", "1");
        start(builder((request, own) -> {
                    status(own, request.key(), "seen " + call(request));
                    cached.cut();
                    return Result.requeueAfter(SECOND);
                })
                .metrics(new Figures())
                .build());
        simulation.runFor(Duration.ofSeconds(4));
        assertThat(calls).containsExactly("a");

        simulation.runFor(Controller.OWN_WRITES_MAX);
        assertThat(calls).hasSize(2);
        assertThat(figures).contains("stale a");
    }

    @Test
    void slowsDownAReconcilerThatFeedsItself() {
        create("a", "1");
        var controller = builder((request, own) -> status(own, request.key(), "seen " + call(request)))
                .metrics(new Figures())
                .build();
        start(controller);
        simulation.runFor(Duration.ofSeconds(60));

        assertThat(calls).hasSizeBetween(15, 60);
        assertThat(figures).contains("hot a");
        assertThat(controller.describe(key("a")).toString()).contains("running hot");
    }

    @Test
    void tellsConflictsAndFencesFromTheRest() {
        create("a", "1");
        var answers = new ArrayList<WriteOutcome>(
                List.of(new WriteOutcome.Conflict(key("a"), 1), new WriteOutcome.Fenced(key("a"), 1, 2)));
        var controller = Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .metrics(new Figures())
                .reconciler(new Answering(truth, answers), (request, own) -> {
                    call(request);
                    return status(own, request.key(), "x");
                })
                .build();
        start(controller);
        simulation.runFor(SECOND);

        assertThat(figures).contains("conflict", "fence");
        assertThat(truth.get(key("a"), ReadAt.LATEST).orElseThrow().status().toUtf8())
                .isEqualTo("x");
    }

    @Test
    void waitsForAConditionThatItsCachesBringAbout() {
        var children = Informer.of(CHILDREN, cached, process.env()).build();
        create("a", "1");
        var controller = Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .watches(children, event -> List.of())
                .resync(Duration.ofHours(1))
                .reconciler(request -> {
                    call(request);
                    return children.lister().list().size() < 2
                            ? Result.awaitChange(
                                    "two children",
                                    Duration.ofMinutes(5),
                                    () -> children.lister().list().size() >= 2)
                            : Result.done();
                })
                .build();
        children.start();
        start(controller);
        simulation.runFor(SECOND);
        assertThat(controller.describe(key("a")).toString()).contains("awaiting two children");
        create(truth, CHILDREN.key("default", "one"), "");
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a");

        create(truth, CHILDREN.key("default", "two"), "");
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a", "a");
    }

    private final class Figures implements ControllerMetrics {
        @Override
        public void hot(String controller, ObjectKey key) {
            figures.add("hot " + key.name());
        }

        @Override
        public void stale(String controller, ObjectKey key) {
            figures.add("stale " + key.name());
        }

        @Override
        public void conflicted(String controller) {
            figures.add("conflict");
        }

        @Override
        public void fenced(String controller) {
            figures.add("fence");
        }
    }

    private record Answering(Store behind, List<WriteOutcome> answers) implements Store {
        @Override
        public java.util.Optional<dev.banyan.runtime.resource.StoredObject> get(ObjectKey key, ReadAt at) {
            return behind.get(key, at);
        }

        @Override
        public dev.banyan.runtime.store.Listing list(Selection selection, ReadAt at) {
            return behind.list(selection, at);
        }

        @Override
        public dev.banyan.runtime.store.Watch watch(Selection selection, long afterRevision) {
            return behind.watch(selection, afterRevision);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            return answers.isEmpty() ? behind.commit(commit) : answers.removeFirst();
        }
    }

    private int call(Request request) {
        calls.add(request.key().name());
        return calls.size();
    }

    private ControllerBuilder builder(Reconciler.Writing reconciler) {
        return Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .resync(Duration.ofHours(1))
                .reconciler(store, reconciler);
    }

    private void start(Controller controller) {
        parents.start();
        controller.start();
    }

    private void create(String name, String spec) {
        create(truth, name, spec);
    }

    private void spec(String name, String spec) {
        var object = truth.get(key(name), ReadAt.LATEST).orElseThrow();
        truth.commit(Commit.of(new Write.Update(object, Draft.from(object).withSpec(Bytes.utf8(spec)))));
    }

    private static void create(Store store, String name, String spec) {
        create(store, key(name), spec);
    }

    private static void create(Store store, ObjectKey key, String spec) {
        assertThat(store.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.utf8(spec)))))
                        .written())
                .isTrue();
    }

    private static Result status(Store store, ObjectKey key, String status) {
        var uid = store.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
        return Result.after(store.commit(Commit.of(new Write.UpdateStatus(key, uid, Bytes.utf8(status)))));
    }

    private static ObjectKey key(String name) {
        return PARENTS.key("default", name);
    }
}
