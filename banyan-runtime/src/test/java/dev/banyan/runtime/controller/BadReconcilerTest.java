package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.queue.WorkQueue;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Some keys whose reconciler throws, hangs or floods among 1,000 that behave: they are seen, and nobody waits for them longer than a turn.
 */
class BadReconcilerTest {
    private static final Kind<String, String> ZONES = Texts.kind("zones");
    private static final int GOOD = 1_000;
    private static final int CONCURRENCY = 8;
    private static final Duration TURN = Duration.ofMillis(10);
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ObjectKey BAD = ZONES.key("default", "bad0");

    private final Simulation simulation = new Simulation(41);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("engine");
    private final Informer<String, String> zones = Informer.of(
                    ZONES, new FaultyStore(truth, process, Faults.NONE), process.env())
            .build();
    private final Map<ObjectKey, Long> changed = new HashMap<>(); // when, of good keys that did not run since
    private final List<Duration> waits = new ArrayList<>();
    private final Map<ObjectKey, Integer> runs = new HashMap<>();
    private final Figures figures = new Figures();

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void isNotDelayedByKeysThatAlwaysThrow() {
        var controller = controller(request -> {
            throw new IllegalStateException("no such zone");
        });
        start(controller, 20);
        change(Duration.ofSeconds(8));

        assertThat(longest()).isLessThan(TURN.multipliedBy(10));
        assertThat(runs.get(BAD)).as("ever more slowly, for ever").isBetween(8, 15);
        assertThat(figures.endings.get(ControllerMetrics.Ending.FAILED)).isGreaterThan(120);
        assertThat(figures.last.queue().failing()).isEqualTo(20);
        assertThat(controller.health().ready()).as("the rest works").isTrue();
        assertThat(controller.health().detail())
                .contains("20 failing such as zones/default/bad0=java.lang.IllegalStateException: no such zone");
        assertThat(controller.failing()).hasSize(20).containsKey(BAD);
        assertThat(controller.describe(BAD)).satisfies(state -> {
            assertThat(state.phase()).isEqualTo(KeyState.Phase.WAITING);
            assertThat(state.lane()).contains(Lane.RETRY);
            assertThat(state.failures()).isGreaterThan(6);
            assertThat(state.trouble())
                    .hasValueSatisfying(error -> assertThat(error).endsWith("no such zone"));
            assertThat(state.next()).hasValueSatisfying(next -> assertThat(next).isPositive());
        });
    }

    @Test
    void givesThePlacesOfKeysThatHangToOthers() {
        var controller = controller(this::hang);
        start(controller, CONCURRENCY);
        change(SECOND);
        waits.clear();
        simulation.runFor(SECOND);
        assertThat(controller.stuck()).hasSize(CONCURRENCY);

        waits.clear();
        change(Duration.ofSeconds(8));

        assertThat(longest()).isLessThan(TURN.multipliedBy(10));
        assertThat(runs).as("nothing else runs for a key that hangs").containsEntry(BAD, 1);
        assertThat(figures.stuck).isEqualTo(CONCURRENCY);
        assertThat(figures.last.stuck()).isEqualTo(CONCURRENCY);
        assertThat(controller.describe(BAD).phase()).isEqualTo(KeyState.Phase.STUCK);
        assertThat(ControllerManager.of(controller).health()).satisfies(health -> {
            assertThat(health.ready()).isFalse();
            assertThat(health.detail())
                    .startsWith("controller/zones: 8 reconciles past their deadline, such as zones/default/bad0,")
                    .contains("BadReconcilerTest.hang");
        });
    }

    @Test
    void delaysNobodyBeyondTheDeadlineOfKeysThatHang() {
        var controller = controller(request -> {
            process.env().signal().await(); // ends when it is interrupted
            return Result.done();
        });
        start(controller, CONCURRENCY);
        change(Duration.ofSeconds(8));

        assertThat(longest()).as("all places at once, once").isLessThan(DEADLINE.plus(TURN.multipliedBy(40)));
        waits.clear();
        change(SECOND.multipliedBy(2));
        assertThat(longest()).as("then ever more rarely").isLessThan(TURN.multipliedBy(10));
        assertThat(figures.endings.get(ControllerMetrics.Ending.INTERRUPTED)).isGreaterThan(CONCURRENCY);
        assertThat(controller.failing().get(BAD)).contains("InterruptedException");
    }

    @Test
    void stopsInABoundedTimeThoughKeysHang() {
        var controller = controller(this::hang);
        start(controller, CONCURRENCY);
        change(SECOND);
        long asked = process.env().time().nanos();
        simulation.runIn(process, Duration.ofMinutes(1), controller::stop);

        assertThat(process.env().time().since(asked)).isBetween(Controller.STOP_GRACE, Duration.ofSeconds(14));
        simulation.runFor(SECOND);
        assertThat(controller.health().detail()).isEqualTo("not running");
    }

    @Test
    void slowsDownAKeyThatAsksToComeAgainAtOnceForEver() {
        var controller = controller(request -> Result.requeueAfter(Duration.ZERO));
        start(controller, 1);
        change(Duration.ofSeconds(8));

        assertThat(longest()).isLessThan(TURN.multipliedBy(10));
        assertThat(runs.get(BAD)).as("each pause twice the last").isLessThan(40);
        assertThat(figures.hot).isGreaterThanOrEqualTo(1);
        assertThat(controller.health().detail()).contains("1 running hot such as zones/default/bad0");
        assertThat(controller.describe(BAD).note()).contains("running hot");
    }

    @Test
    void delaysNobodyForKeysThatAreEnqueuedAtOnceForEver() {
        var flooding = new ArrayList<Controller>();
        var controller = controller(request -> {
            flooding.getFirst().enqueue(List.of(request.key()));
            process.env().signal().await(TURN);
            return Result.done();
        });
        flooding.add(controller);
        start(controller, 3);
        change(Duration.ofSeconds(10));

        assertThat(runs.get(BAD)).as("each time it has a reason, and its turn").isGreaterThan(400);
        assertThat(longest()).isLessThan(TURN.multipliedBy(10));
    }

    @Test
    void letsARuleThatThrowsHoldBackItsKeyAlone() {
        var controller = builder(request -> Result.done())
                .only(key -> {
                    if (key.equals(BAD)) {
                        throw new IllegalStateException("whose is it?");
                    }
                    return true;
                })
                .build();
        start(controller, 1);
        change(Duration.ofSeconds(5));

        assertThat(runs).doesNotContainKey(BAD);
        assertThat(longest()).isLessThan(TURN.multipliedBy(10));
        assertThat(controller.describe(BAD).toString()).contains("failures", "only(...) failed");
    }

    private Result hang(Request request) {
        var never = process.env().signal();
        while (!request.key().name().isEmpty()) {
            try {
                never.await();
            } catch (InterruptedException ignored) {
                figures.ignored++; // this one does not care
            }
        }
        return Result.done();
    }

    private Controller controller(Reconciler bad) {
        return builder(bad).build();
    }

    private ControllerBuilder builder(Reconciler bad) {
        return Controller.named("zones", process.env())
                .watches(zones, EventMapper.self())
                .concurrency(CONCURRENCY)
                .deadline(DEADLINE)
                .resync(Duration.ofHours(1))
                .metrics(figures)
                .reconciler(request -> reconcile(request, bad));
    }

    private Result reconcile(Request request, Reconciler bad) throws Exception {
        var key = request.key();
        runs.merge(key, 1, Integer::sum);
        if (key.name().startsWith("bad")) {
            return bad.reconcile(request);
        }
        var since = changed.remove(key);
        if (since != null) {
            waits.add(process.env().time().since(since));
        }
        process.env().signal().await(TURN);
        return Result.done();
    }

    /** All good keys have run once before the bad ones come. */
    private void start(Controller controller, int bad) {
        for (int i = 0; i < GOOD; i++) {
            create("good" + i);
        }
        zones.start();
        controller.start();
        assertThat(simulation.runUntil(() -> runs.size() == GOOD, Duration.ofMinutes(1)))
                .isTrue();
        simulation.runFor(SECOND);
        IntStream.range(0, bad).forEach(i -> create("bad" + i));
    }

    private void create(String name) {
        assertThat(truth.commit(Commit.of(new Write.Create(Draft.of(ZONES.key("default", name), Bytes.EMPTY))))
                        .written())
                .isTrue();
    }

    /** One good key in turn changes every 5 ms: a quarter of what the controller can do. */
    private void change(Duration time) {
        long changes = time.dividedBy(Duration.ofMillis(5));
        for (int i = 0; i < changes; i++) {
            var key = ZONES.key("default", "good" + i % GOOD);
            changed.putIfAbsent(key, process.env().time().nanos());
            var object = truth.get(key, ReadAt.LATEST).orElseThrow();
            var spec = Bytes.utf8("change " + i);
            assertThat(truth.commit(Commit.of(
                                    new Write.Update(object, Draft.from(object).withSpec(spec))))
                            .written())
                    .isTrue();
            simulation.runFor(Duration.ofMillis(5));
        }
        simulation.runUntil(changed::isEmpty, SECOND.multipliedBy(3));
        assertThat(changed).as("changes that were not looked at").isEmpty();
    }

    private Duration longest() {
        return waits.stream().max(Duration::compareTo).orElseThrow();
    }

    private static final class Figures implements ControllerMetrics {
        private final Map<Ending, Integer> endings = new EnumMap<>(Ending.class);
        private Load last = new Load(new WorkQueue.Load(Map.of(), 0, 0, 0), 0, 0, 0);
        private int stuck;
        private int hot;
        private int ignored;

        @Override
        public void reconciled(String controller, Ending ending, Duration took) {
            endings.merge(ending, 1, Integer::sum);
        }

        @Override
        public void stuck(String controller, ObjectKey key) {
            stuck++;
        }

        @Override
        public void hot(String controller, ObjectKey key) {
            hot++;
        }

        @Override
        public void load(String controller, Load load) {
            last = load;
        }
    }
}
