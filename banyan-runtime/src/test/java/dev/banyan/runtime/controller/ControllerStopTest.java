package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.ownership.Finalizer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
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
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a controller ends: asked to at any moment it finishes what runs and starts nothing, killed at any write another one goes on. */
class ControllerStopTest {
    private static final Kind<String, String> ZONES = Texts.kind("zones");
    private static final Kind<String, String> RECORDS = Texts.kind("records");
    private static final ObjectKey ZONE = ZONES.key("default", "zone");
    private static final Duration MILLI = Duration.ofMillis(1);

    @Test
    void finishesWhatRunsAndStartsNothingWheneverItIsStopped() {
        int busy = 0;
        for (int moment = 0; moment < 120; moment++) {
            try (var world = new World(moment)) {
                world.starts();
                world.simulation.runFor(MILLI.multipliedBy(moment));
                busy += world.running.isEmpty() ? 0 : 1;
                world.stop();

                assertThat(world.running).as("moment %d: cut off", moment).isEmpty();
                assertThat(world.interrupted)
                        .as("moment %d: interrupted", moment)
                        .isEmpty();
                int ended = world.runs;
                world.simulation.runFor(Duration.ofMinutes(1));
                assertThat(world.runs)
                        .as("moment %d: started after the stop", moment)
                        .isEqualTo(ended);
                assertThat(world.manager.health().ready()).isFalse();
            }
        }
        assertThat(busy).as("stops while reconciles ran").isGreaterThan(50);
    }

    @Test
    void isReadyWhenItsCachesAreSyncedAndNotBefore() {
        try (var world = new World(1)) {
            assertThat(world.manager.health().detail()).contains("controller/zones: not running");
            world.way.cut();
            world.starts();
            world.simulation.runFor(ControllerManager.SYNC_DEADLINE.plusSeconds(5));
            assertThat(world.manager.health().ready()).isFalse();
            assertThat(world.manager.health().detail())
                    .contains("controller/zones: waiting for its informers: informer/zones");
            assertThat(world.runs).as("on caches that are not there").isZero();

            world.way.heal();
            assertThat(world.simulation.runUntil(() -> world.manager.health().ready(), Duration.ofMinutes(2)))
                    .isTrue();
            assertThat(world.zones.synced()).isTrue();
        }
    }

    /** A zone with records outside, held by a finalizer: made, changed and deleted, with a death before and after every write. */
    @Test
    void goesOnWhereverItDied() {
        assertThat(CrashSweep.over(new Zones(false), 7)).isGreaterThanOrEqualTo(6);
        assertThat(CrashSweep.over(new Zones(true), 8)).isGreaterThanOrEqualTo(6);
    }

    /**
     * As it is told.
     *
     * @param deletes whether the user deletes the zone in the end
     */
    private record Zones(boolean deletes) implements Scenario {
        private static final Finalizer HOLD = new Finalizer("example.org/records");

        @Override
        public String name() {
            return deletes ? "a zone that comes and goes" : "a zone that comes";
        }

        @Override
        public void start(Env env, Store store) {
            var zones = Informer.of(ZONES, store, env).build();
            var records = Informer.of(RECORDS, store, env).build();
            var controller = Controller.named("zones", env)
                    .watches(zones, EventMapper.self())
                    .watches(records, event -> List.of(ZONE))
                    .debounce(Duration.ofMillis(5))
                    .reconciler(store, (request, own) -> reconcile(request, own, records))
                    .build();
            zones.start();
            records.start();
            controller.start();
        }

        private static Result reconcile(Request request, Store store, Informer<String, String> records) {
            var found = store.get(request.key(), ReadAt.LATEST);
            if (found.isEmpty()) {
                return Result.done();
            }
            var zone = found.get();
            if (zone.meta().deleting()) {
                return HOLD.holds(zone.meta()) ? cleanUp(zone, store, records) : Result.done();
            }
            int wanted = Integer.parseInt(zone.spec().toUtf8());
            for (int number = 0; number < wanted; number++) {
                var key = RECORDS.key("default", "r" + number);
                if (records.lister().get(key).isEmpty()) {
                    var create = new Write.Create(Draft.of(key, Bytes.EMPTY));
                    return Result.after(store.commit(HOLD.holding(zone, create)));
                }
            }
            var status = Bytes.utf8("generation " + zone.meta().generation());
            return zone.status().equals(status)
                    ? Result.done()
                    : Result.after(store.commit(Commit.of(
                            new Write.UpdateStatus(zone.key(), zone.meta().uid(), status))));
        }

        private static Result cleanUp(StoredObject zone, Store store, Informer<String, String> records) {
            var left = records.lister().list();
            if (left.isEmpty()) {
                return Result.after(store.commit(HOLD.releasing(zone)));
            }
            return Result.after(store.commit(Commit.of(
                    new Write.Delete(left.getFirst().key(), left.getFirst().uid()))));
        }

        @Override
        public void disturb(Store truth) {
            truth.commit(Commit.of(new Write.Create(Draft.of(ZONE, Bytes.utf8("2")))));
            if (deletes) {
                var zone = truth.get(ZONE, ReadAt.LATEST).orElseThrow();
                truth.commit(HOLD.holding(zone, new Write.Create(Draft.of(RECORDS.key("default", "r0"), Bytes.EMPTY))));
                for (int number = 1; number < 5; number++) {
                    var key = RECORDS.key("default", "r" + number);
                    truth.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.EMPTY))));
                }
                truth.commit(Commit.of(new Write.Delete(ZONE, zone.meta().uid())));
            }
        }

        @Override
        public void check(Store truth) {
            var objects = truth.list(Selection.EVERYTHING, ReadAt.LATEST).objects().stream()
                    .map(object -> object.key().kind() + "/" + object.key().name() + " "
                            + object.status().toUtf8())
                    .toList();
            assertThat(objects)
                    .isEqualTo(deletes ? List.of() : List.of("records/r0 ", "records/r1 ", "zones/zone generation 1"));
        }
    }

    /** Twenty zones, each of which takes 30 ms of every second. */
    private static final class World implements AutoCloseable {
        private final Simulation simulation;
        private final SimulatedProcess process;
        private final FaultyStore way;
        private final Informer<String, String> zones;
        private final Controller controller;
        private final ControllerManager manager;
        private final Set<ObjectKey> running = new HashSet<>();
        private final Set<ObjectKey> interrupted = new HashSet<>();
        private int runs;

        World(long seed) {
            simulation = new Simulation(seed);
            var truth = new MemoryStore(simulation.process("store").env());
            process = simulation.process("engine");
            way = new FaultyStore(truth, process, Faults.NONE);
            zones = Informer.of(ZONES, way, process.env()).build();
            for (int i = 0; i < 20; i++) {
                truth.commit(Commit.of(new Write.Create(Draft.of(ZONES.key("default", "z" + i), Bytes.EMPTY))));
            }
            controller = Controller.named("zones", process.env())
                    .watches(zones, EventMapper.self())
                    .concurrency(4)
                    .reconciler(this::reconcile)
                    .build();
            manager = ControllerManager.of(zones, controller);
        }

        private Result reconcile(Request request) {
            runs++;
            running.add(request.key());
            try {
                process.env().signal().await(Duration.ofMillis(30));
            } catch (InterruptedException cut) {
                interrupted.add(request.key());
            }
            running.remove(request.key());
            return Result.requeueAfter(Duration.ofMillis(10));
        }

        /** In a task of its own, as it waits for its sources. */
        void starts() {
            process.env().tasks().spawn("start", manager::start);
        }

        void stop() {
            simulation.runIn(process, Duration.ofSeconds(15), manager::stop);
        }

        @Override
        public void close() {
            simulation.close();
        }
    }
}
