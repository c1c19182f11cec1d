package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.queue.Fairness;
import dev.banyan.runtime.queue.Lane;
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
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which events make which keys run, how they share a controller, and what it tells about them. */
class ControllerWatchingTest {
    private static final Kind<String, String> PARENTS = Texts.kind("parents");
    private static final Kind<String, String> SECRETS = Texts.kind("secrets");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(41);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("engine");
    private final FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private final Informer<String, String> parents = Informer.of(PARENTS, store, process.env())
            .index("secret", parent -> List.of(parent.spec()))
            .build();
    private final Informer<String, String> secrets =
            Informer.of(SECRETS, store, process.env()).build();
    private final List<String> calls = new ArrayList<>();
    private final Figures figures = new Figures();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void looksOnlyAtWhatItsFilterLetsPass() {
        create(PARENTS, "a", "1");
        start(builder(EventFilter.spec()).build());
        simulation.runFor(SECOND);
        calls.clear();

        status("a", "ready");
        label("a");
        simulation.runFor(SECOND);
        assertThat(calls).isEmpty();
        spec("a", "2");
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a");
    }

    @Test
    void letsNoFilterHoldBackADeletionOrAFinalizer() {
        create(PARENTS, "a", "1");
        start(builder((event, changes) -> false).build());
        simulation.runFor(SECOND);
        assertThat(calls).isEmpty();

        finalizers("a", List.of("example.org/hold"));
        simulation.runFor(SECOND);
        assertThat(calls).hasSize(1);
        delete("a");
        simulation.runFor(SECOND);
        assertThat(calls).hasSize(2);
        finalizers("a", List.of());
        simulation.runFor(SECOND);
        assertThat(calls).hasSize(3);
    }

    @Test
    void looksAtEverythingAtAResyncWhateverItsFilter() {
        create(PARENTS, "a", "1");
        start(builder((event, changes) -> false).resync(SECOND).build());
        simulation.runFor(Duration.ofSeconds(3));

        assertThat(calls).isNotEmpty();
    }

    @Test
    void looksAtWhoeverNamesWhatChanged() {
        create(PARENTS, "a", "token");
        create(PARENTS, "b", "token");
        create(PARENTS, "c", "password");
        start(builder(EventFilter.all())
                .watches(secrets, EventMapper.byIndex(parents.lister(), "secret", secret -> List.of(secret.name())))
                .build());
        simulation.runFor(SECOND);
        calls.clear();

        create(SECRETS, "token", "");
        simulation.runFor(SECOND);
        assertThat(calls).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void keepsTheFailureOfAMapperToItsObject() {
        create(PARENTS, "a", "1");
        create(PARENTS, "b", "1");
        start(Controller.named("test", process.env())
                .watches(parents, event -> {
                    if (event.key().name().equals("a")) {
                        throw new StackOverflowError();
                    }
                    return List.of(event.key());
                })
                .metrics(figures)
                .reconciler(this::note)
                .build());
        simulation.runFor(Duration.ofSeconds(15));

        assertThat(calls).contains("b").doesNotContain("a");
        assertThat(figures.failed).containsExactly(PARENTS.key("default", "a"));
    }

    @Test
    void letsAnEventPassWhenItsFilterFails() {
        create(PARENTS, "a", "1");
        start(builder((event, changes) -> {
                    throw new IllegalStateException("broken filter");
                })
                .build());
        simulation.runFor(SECOND);

        assertThat(calls).containsExactly("a");
        assertThat(figures.failed).containsExactly(PARENTS.key("default", "a"));
    }

    @Test
    void survivesMetricsThatFail() {
        create(PARENTS, "a", "1");
        start(Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .metrics(new ControllerMetrics() {
                    @Override
                    public void queued(String controller, int depth) {
                        throw new IllegalStateException("broken metrics");
                    }
                })
                .reconciler(this::note)
                .build());
        simulation.runFor(SECOND);
        create(PARENTS, "b", "1");
        simulation.runFor(SECOND);

        assertThat(calls).containsExactly("a", "b");
    }

    @Test
    void tellsTheEndOfAReconcileBeforeTheNextOfItsKeyBegins() {
        create(PARENTS, "a", "1");
        var told = new ArrayList<String>();
        start(Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .metrics(new ControllerMetrics() {
                    @Override
                    public Running began(Run run) {
                        var name = run.key().name();
                        told.add(name + " began");
                        return (ending, failure) -> {
                            pause(SECOND);
                            told.add(name + " " + ending);
                        };
                    }
                })
                .reconciler(request -> {
                    note(request);
                    if (calls.size() == 1) {
                        throw new IllegalStateException("not yet");
                    }
                    return Result.done();
                })
                .build());
        simulation.runFor(Duration.ofMillis(500));
        create(PARENTS, "b", "1"); // wakes the controller
        simulation.runFor(SECOND.multipliedBy(4));

        assertThat(told)
                .filteredOn(news -> news.startsWith("a"))
                .containsExactly("a began", "a FAILED", "a began", "a DONE");
    }

    @Test
    void runsAKeyAgainThoughItsMetricsLackAClass() {
        create(PARENTS, "a", "1");
        start(Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .metrics(new ControllerMetrics() {
                    @Override
                    public Running began(Run run) {
                        return (ending, failure) -> {
                            throw new NoClassDefFoundError("org/example/Meter");
                        };
                    }
                })
                .reconciler(this::note)
                .build());
        simulation.runFor(SECOND);
        spec("a", "2");
        simulation.runFor(SECOND);

        assertThat(calls).containsExactly("a", "a");
    }

    @Test
    void tellsWhatAStartFindsFromWhatChanges() {
        create(PARENTS, "a", "1");
        start(builder(EventFilter.all()).build());
        simulation.runFor(SECOND);
        create(PARENTS, "b", "1");
        simulation.runFor(SECOND);

        assertThat(figures.lanes).containsExactly(Lane.INITIAL, Lane.FRESH);
    }

    @Test
    void servesEachOwnerInTurnAndWithinItsCap() {
        for (int i = 0; i < 20; i++) {
            create(PARENTS.key("big", "p" + i), "1");
        }
        create(PARENTS.key("small", "s"), "1");
        var most = new TreeMap<String, Integer>();
        var running = new ArrayList<String>();
        start(Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .queue(options ->
                        options.fairness(Fairness.by(ObjectKey::namespace).runningAtMost(2)))
                .concurrency(3)
                .reconciler(request -> {
                    var owner = request.key().namespace();
                    running.add(owner);
                    most.merge(
                            owner, (int) running.stream().filter(owner::equals).count(), Math::max);
                    process.env().signal().await(SECOND);
                    running.remove(owner);
                    return note(request);
                })
                .build());
        simulation.runFor(Duration.ofMillis(2_500));

        assertThat(calls).hasSize(5).contains("s");
        assertThat(most).isEqualTo(Map.of("big", 2, "small", 1));
    }

    @Test
    void caresOnlyForItsOwnKeysAndForOthersWhenTheyBecomeIts() {
        create(PARENTS, "a", "1");
        create(PARENTS, "b", "1");
        var mine = new HashSet<>(Set.of("a"));
        var controller = builder(EventFilter.all())
                .only(key -> mine.contains(key.name()))
                .build();
        start(controller);
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a");

        mine.clear();
        mine.add("b");
        controller.refresh();
        simulation.runFor(SECOND);
        assertThat(calls).containsExactly("a", "b");
    }

    @Test
    void showsWhereAStuckReconcileIs() {
        create(PARENTS, "a", "1");
        var controller = Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .deadline(Duration.ofSeconds(3))
                .reconciler(this::hang)
                .build();
        start(controller);
        simulation.runFor(Duration.ofSeconds(10));

        assertThat(controller.stuck()).singleElement().satisfies(stuck -> {
            assertThat(stuck.key()).isEqualTo(PARENTS.key("default", "a"));
            assertThat(stuck.running()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
            assertThat(stuck.stack()).anyMatch(frame -> frame.getMethodName().equals("hang"));
        });
        assertThat(controller.health().ready()).isFalse();
        assertThat(controller.health().detail()).contains("parents/default/a, running for PT9.", " at ");
        assertThat(controller.describe(PARENTS.key("default", "a")).toString()).contains("past its deadline");
    }

    @Test
    void isNotReadyWhileItsCachesAreNotFresh() {
        create(PARENTS, "a", "1");
        var controller = builder(EventFilter.all()).build();
        start(controller);
        simulation.runFor(SECOND);
        assertThat(controller.health().ready()).isTrue();

        simulation.runIn(process, SECOND, parents::stop);
        assertThat(controller.health().ready()).isFalse();
        assertThat(controller.health().detail()).contains("informer/parents");
    }

    @Test
    void saysHowMuchThereIsToDoAtMostOnceASecond() {
        for (int i = 0; i < 30; i++) {
            create(PARENTS, "p" + i, "1");
        }
        start(Controller.named("test", process.env())
                .watches(parents, EventMapper.self())
                .concurrency(1)
                .metrics(figures)
                .reconciler(request -> {
                    process.env().signal().await(Duration.ofMillis(200));
                    return note(request);
                })
                .build());
        simulation.runFor(Duration.ofSeconds(4));

        assertThat(figures.loads).hasSizeBetween(3, 5);
        var load = figures.loads.get(2);
        assertThat(load.queue().running()).isEqualTo(1);
        assertThat(load.queue().of(Lane.INITIAL).depth()).isBetween(10, 25);
        assertThat(load.queue().of(Lane.INITIAL).oldest()).isBetween(SECOND, Duration.ofSeconds(3));
    }

    private static final class Figures implements ControllerMetrics {
        private final Set<ObjectKey> failed = new HashSet<>();
        private final List<Lane> lanes = new ArrayList<>();
        private final List<Load> loads = new ArrayList<>();

        @Override
        public void handlerFailed(String controller, ObjectKey object) {
            failed.add(object);
        }

        @Override
        public void waited(String controller, Lane lane, Duration waited) {
            lanes.add(lane);
        }

        @Override
        public void load(String controller, Load load) {
            loads.add(load);
        }
    }

    private Result hang(Request request) {
        while (true) {
            try {
                process.env().signal().await();
            } catch (InterruptedException ignored) {
                calls.remove("nothing"); // this reconciler does not care
            }
        }
    }

    private void pause(Duration time) {
        try {
            process.env().signal().await(time);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private Result note(Request request) {
        calls.add(request.key().name());
        return Result.done();
    }

    private ControllerBuilder builder(EventFilter<String, String> filter) {
        return Controller.named("test", process.env())
                .watches(parents, EventMapper.self(), filter)
                .resync(Duration.ofHours(1))
                .metrics(figures)
                .reconciler(this::note);
    }

    private void start(Controller controller) {
        parents.start();
        secrets.start();
        controller.start();
    }

    private void create(Kind<String, String> kind, String name, String spec) {
        create(kind.key("default", name), spec);
    }

    private void create(ObjectKey key, String spec) {
        assertThat(truth.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.utf8(spec)))))
                        .written())
                .isTrue();
    }

    private void spec(String name, String spec) {
        update(name, draft -> draft.withSpec(Bytes.utf8(spec)));
    }

    private void label(String name) {
        update(name, draft -> draft.labelled(Map.of("a", "b")));
    }

    private void finalizers(String name, List<String> finalizers) {
        update(name, draft -> draft.finalizedBy(finalizers));
    }

    private void update(String name, java.util.function.UnaryOperator<Draft> change) {
        var object = truth.get(PARENTS.key("default", name), ReadAt.LATEST).orElseThrow();
        assertThat(truth.commit(Commit.of(new Write.Update(object, change.apply(Draft.from(object)))))
                        .written())
                .isTrue();
    }

    private void status(String name, String status) {
        var object = truth.get(PARENTS.key("default", name), ReadAt.LATEST).orElseThrow();
        truth.commit(
                Commit.of(new Write.UpdateStatus(object.key(), object.meta().uid(), Bytes.utf8(status))));
    }

    private void delete(String name) {
        var object = truth.get(PARENTS.key("default", name), ReadAt.LATEST).orElseThrow();
        truth.commit(Commit.of(new Write.Delete(object.key(), object.meta().uid())));
    }
}
