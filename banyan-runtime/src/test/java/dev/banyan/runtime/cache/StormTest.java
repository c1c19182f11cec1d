package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.etcd.EtcdFaults;
import dev.banyan.runtime.simulation.etcd.SimulatedEtcd;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Caches and a controller over a simulated etcd that is away, or compacts faster than anybody can follow: nothing is lost, nobody rushes. */
class StormTest {
    private static final Kind<String, String> THINGS = Texts.kind("things");
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int OBJECTS = 1_000;
    private static final int CACHES = 6;

    private final Simulation simulation = new Simulation(5);
    private final SimulatedEtcd etcd = new SimulatedEtcd(simulation, new SeededRandom(5), 3);
    private final SimulatedProcess writer = simulation.process("writer");
    private final SimulatedProcess reader = simulation.process("reader");
    private final Counted listings = new Counted();
    private final List<Informer<String, String>> informers = new ArrayList<>();
    private final TreeMap<ObjectKey, String> reconciled = new TreeMap<>();
    private final TreeMap<ObjectKey, String> heard = new TreeMap<>();
    private int reconciles;
    private int mostPending;

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void whatChangedWhileEtcdWasAwayReachesTheReconcilerOnceIsEnough() {
        in(writer, () -> writeAll("1"));
        in(reader, this::startCaches);
        settled("1");
        int before = reconciles;

        for (int member = 0; member < 3; member++) {
            etcd.cut(reader, member);
        }
        in(writer, () -> writeAll("2"));
        simulation.runFor(Duration.ofMinutes(1));
        for (int member = 0; member < 3; member++) {
            etcd.heal(reader, member);
        }
        settled("2");

        assertThat(reconciles - before)
                .as("reconciles of %s changed keys", OBJECTS)
                .isBetween(OBJECTS, 2 * OBJECTS);
        assertThat(listings.started).as("first listings").isEqualTo(CACHES);
    }

    @Test
    void compactionFasterThanAnybodyFollowsCostsListingsByTheBudgetAlone() {
        in(writer, () -> writeAll("1"));
        in(reader, this::startCaches);
        settled("1");
        etcd.faults(new EtcdFaults(Duration.ofMillis(200), 0, 0, 0.2, true));
        long start = simulation.time().nanos();

        var writing = writer.env().tasks().spawn("writes", () -> writeAll("2"));
        assertThat(simulation.runUntil(
                        () -> {
                            etcd.compact(0);
                            return writing.done();
                        },
                        PATIENCE))
                .isTrue();
        long seconds = (simulation.time().nanos() - start) / SECOND.toNanos();
        etcd.faults(EtcdFaults.NONE);
        settled("2");

        assertThat(listings.again).as("listings that compaction forced").isGreaterThan(CACHES);
        assertThat(listings.again).as("listings in %s s", seconds).isLessThan((int) (4 * (seconds + 10)));
    }

    @Test
    void aSlowHandlerIsBehindForItselfAndHoldsNoMoreThanThereAreObjects() {
        in(writer, () -> writeAll("0"));
        in(reader, this::startCaches);
        for (int round = 1; round <= 5; round++) {
            var text = Integer.toString(round);
            in(writer, () -> writeAll(text));
        }
        settled("5");

        assertThat(mostPending)
                .as("keys that the slow handler had still to be told of")
                .isBetween(1, OBJECTS);
    }

    private void startCaches() throws InterruptedException {
        var store = connected(reader);
        var budget = RelistBudget.standard(reader.env());
        for (int cache = 0; cache < CACHES; cache++) {
            var informer = Informer.of(THINGS, store, reader.env())
                    .budget(budget)
                    .metrics(listings)
                    .build();
            informers.add(informer);
        }
        var slow = informers.getFirst().addHandler("slow", event -> {
            mostPending = Math.max(mostPending, pending());
            pause(Duration.ofMillis(2));
            informers.getFirst().lister().get(event.key()).ifPresent(thing -> heard.put(thing.key(), thing.spec()));
        });
        registrations.add(slow);
        var lister = informers.getLast().lister();
        var controller = Controller.named("things", reader.env())
                .watches(informers.getLast(), EventMapper.self())
                .concurrency(4)
                .resync(Duration.ofHours(1))
                .reconciler(request -> {
                    reconciles++;
                    lister.get(request.key()).ifPresent(thing -> reconciled.put(thing.key(), thing.spec()));
                    return Result.done();
                })
                .build();
        for (var informer : informers) {
            informer.start();
        }
        controller.start();
    }

    private final List<ResourceHandler.Registration> registrations = new ArrayList<>();

    private int pending() {
        return registrations.stream()
                .mapToInt(ResourceHandler.Registration::pending)
                .sum();
    }

    private void pause(Duration time) {
        reader.away(time);
    }

    private void settled(String text) {
        assertThat(simulation.runUntil(() -> all(reconciled, text) && all(heard, text) && caches(text), PATIENCE))
                .as("everything shows %s", text)
                .isTrue();
    }

    private boolean caches(String text) {
        return informers.stream().allMatch(informer -> {
            var all = informer.lister().list();
            return all.size() == OBJECTS
                    && all.stream().allMatch(thing -> thing.spec().equals(text));
        });
    }

    private static boolean all(TreeMap<ObjectKey, String> known, String text) {
        return known.size() == OBJECTS && known.values().stream().allMatch(text::equals);
    }

    private void writeAll(String text) throws InterruptedException {
        var store = connected(writer);
        var tasks = IntStream.range(0, 10)
                .mapToObj(share -> writer.env().tasks().spawn("share " + share, () -> {
                    for (int number = share; number < OBJECTS; number += 10) {
                        write(store, THINGS.key("default", "thing-" + number), text);
                    }
                }))
                .toList();
        for (var task : tasks) {
            task.join();
        }
    }

    private static void write(Store store, ObjectKey key, String text) {
        boolean written = false;
        while (!written) {
            var base = store.get(key, ReadAt.LATEST);
            var write = base.<Write>map(object ->
                            new Write.Update(object, Draft.from(object).withSpec(Bytes.utf8(text))))
                    .orElseGet(() -> new Write.Create(Draft.of(key, Bytes.utf8(text))));
            written = store.commit(Commit.of(write)).written();
        }
    }

    private EtcdStore connected(SimulatedProcess process) {
        return EtcdStore.connect(etcd.config(), etcd.transport(process), process.env());
    }

    private void in(SimulatedProcess process, TaskSpawner.Body body) {
        simulation.runIn(process, PATIENCE, body);
    }

    /** Counts listings. */
    private static final class Counted implements CacheMetrics {
        private int started;
        private int again;

        @Override
        public void listed(String informer, Cause cause, int objects, Duration took) {
            if (cause == Cause.START) {
                started++;
            } else {
                again++;
            }
        }
    }
}
