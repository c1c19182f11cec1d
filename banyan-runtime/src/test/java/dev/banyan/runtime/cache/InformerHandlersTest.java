package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformerHandlersTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(17);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("reader");
    private final FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private final ObjectWriter objects = new ObjectWriter(truth);
    private final Informer<String, String> informer =
            Informer.of(KIND, store, process.env()).build();
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void tellsAHandlerEveryChangeWhileItKeepsUp() {
        informer.addHandler(event -> heard.add(words(event)));
        informer.start();
        objects.put("a", "1");
        simulation.runFor(SECOND);
        objects.put("a", "2");
        simulation.runFor(SECOND);
        objects.delete("a");
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("added a 1", "updated a 2", "deleted a 2");
    }

    @Test
    void isNotDelayedByASlowHandlerAndNeitherAreOthers() {
        var slow = informer.addHandler("slow", event -> sleep(Duration.ofMinutes(10)));
        informer.addHandler("quick", event -> heard.add(words(event)));
        informer.start();
        objects.put("a", "1");
        simulation.runFor(SECOND);
        long last = objects.put("b", "1");
        simulation.runFor(SECOND);

        assertThat(informer.appliedRevision()).isGreaterThanOrEqualTo(last);
        assertThat(heard).containsExactly("added a 1", "added b 1");
        assertThat(slow.pending()).isEqualTo(1);
        assertThat(slow.delivered()).isLessThan(last);
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(slow.busy()).isGreaterThan(Duration.ofMinutes(1));
        assertThat(informer.health().ready()).isTrue();
        assertThat(informer.health().detail()).contains("handler slow busy for");
    }

    @Test
    void holdsNoMoreThanOneChangeAKeyForASlowHandler() {
        var registration = informer.addHandler("slow", event -> {
            heard.add(words(event));
            sleep(Duration.ofSeconds(30));
        });
        informer.start();
        objects.put("first", "1");
        simulation.runFor(SECOND);
        for (int write = 0; write < 500; write++) {
            objects.put("n" + write % 5, "v" + write);
        }
        simulation.runFor(Duration.ofSeconds(10));

        assertThat(registration.pending()).isEqualTo(5);
        assertThat(registration.coalesced()).isEqualTo(495);
        simulation.runFor(Duration.ofMinutes(5));
        assertThat(heard)
                .containsExactly(
                        "added first 1",
                        "added n0 v495",
                        "added n1 v496",
                        "added n2 v497",
                        "added n3 v498",
                        "added n4 v499");
        assertThat(registration.delivered()).isEqualTo(informer.appliedRevision());
    }

    @Test
    void tellsWhatOneCommitWroteInOneBatch() {
        var batches = new ArrayList<List<String>>();
        informer.addBatchHandler(
                "batches",
                batch -> batches.add(
                        batch.events().stream().map(InformerHandlersTest::words).toList()));
        informer.start();
        simulation.runFor(SECOND);
        for (int round = 0; round < 20; round++) {
            objects.written(
                    Commit.of(new Write.Create(draft("left-" + round)), new Write.Create(draft("right-" + round))));
        }
        simulation.runFor(SECOND);

        assertThat(batches).isNotEmpty();
        for (var batch : batches) {
            var left = batch.stream().filter(event -> event.contains("left")).count();
            assertThat(left * 2).isEqualTo(batch.size());
        }
        assertThat(batches.stream().mapToInt(List::size).sum()).isEqualTo(40);
    }

    /** On real threads, which look into the buffer at any moment. */
    @Test
    void neverTellsAPartOfACommitThoughItsHandlerRunsBesideTheCache() throws Exception {
        var env = new SystemEnv();
        var memory = new MemoryStore(env);
        var copy = Informer.of(KIND, memory, env).build();
        var torn = new AtomicInteger();
        var told = new AtomicInteger();
        var all = env.signal();
        copy.addBatchHandler("pairs", batch -> {
            torn.addAndGet(batch.events().size() % 2);
            if (told.addAndGet(batch.events().size()) == 4_000) {
                all.raise();
            }
        });
        copy.start();
        for (int round = 0; round < 2_000; round++) {
            new ObjectWriter(memory)
                    .written(Commit.of(
                            new Write.Create(draft("left-" + round)), new Write.Create(draft("right-" + round))));
        }
        assertThat(all.await(Duration.ofMinutes(2))).isTrue();
        copy.stop();

        assertThat(torn).hasValue(0);
    }

    @Test
    void tellsALateHandlerWhatIsThereOnce() {
        objects.put("a", "1");
        informer.start();
        simulation.runFor(SECOND);
        informer.addHandler(event -> heard.add(words(event)));
        objects.put("b", "1");
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("added a 1", "added b 1");
    }

    @Test
    void goesOnAfterAHandlerFailed() {
        informer.addHandler("fails once", event -> {
            heard.add(words(event));
            if (heard.size() == 1) {
                throw new IllegalStateException("broken handler");
            }
        });
        objects.put("a", "1");
        objects.put("b", "1");
        informer.start();
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("added a 1", "added b 1");
    }

    @Test
    void goesOnAfterABatchFailed() {
        informer.addBatchHandler("fails", batch -> {
            heard.add("batch of " + batch.events().size());
            throw new IllegalStateException("broken handler");
        });
        informer.start();
        objects.put("a", "1");
        simulation.runFor(SECOND);
        objects.put("a", "2");
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("batch of 1", "batch of 1");
    }

    @Test
    void tellsNothingMoreOnceItsRegistrationIsClosed() throws Exception {
        var registration = informer.addHandler(event -> heard.add(words(event)));
        informer.start();
        objects.put("a", "1");
        simulation.runFor(SECOND);
        registration.close();
        objects.put("b", "1");
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("added a 1");
        assertThat(informer.handlers()).isEmpty();
    }

    @Test
    void recognisesItsOwnWritesByTheirRevisions() {
        var own = new ArrayList<Long>();
        var foreign = new ArrayList<String>();
        informer.addHandler(event -> {
            if (!own.contains(event.revision())) {
                foreign.add(words(event));
            }
        });
        informer.start();
        own.add(objects.put("a", "1"));
        objects.put("b", "1");
        own.add(objects.put("a", "2"));
        simulation.runFor(SECOND);
        own.add(objects.delete("a"));
        objects.delete("b");
        simulation.runFor(SECOND);

        assertThat(foreign).containsExactly("added b 1", "deleted b 1");
    }

    @Test
    void endsItsHandlersWhenItIsStopped() {
        informer.addHandler(event -> heard.add(words(event)));
        informer.start();
        simulation.runFor(SECOND);
        simulation.runIn(process, Duration.ofSeconds(20), informer::stop);
        objects.put("a", "1");
        simulation.runFor(SECOND);

        assertThat(heard).isEmpty();
    }

    /** Over losses, pauses and relists: what a slow handler was told, put together, is the state of the store. */
    @Test
    void tellsASlowHandlerTheTruthInTheEnd() {
        for (long seed = 0; seed < 40; seed++) {
            runRandomly(seed);
        }
    }

    private static void runRandomly(long seed) {
        var random = new SeededRandom(seed);
        try (var world = new Simulation(seed)) {
            var all = new MemoryStore(
                    world.process("store").env(),
                    new ServedHistory.Limits(8, 1 << 20, Duration.ofMillis(20), Duration.ofSeconds(3)));
            var reader = world.process("reader");
            var way = new FaultyStore(all, reader, new Faults(Duration.ofMillis(30), 0, 0.1));
            var copy = Informer.of(KIND, way, reader.env()).build();
            var told = new HashMap<ObjectKey, Resource<String, String>>();
            copy.addHandler(event -> {
                follow(seed, told, event);
                await(reader, Duration.ofMillis(random.nextInt(300)));
            });
            copy.start();
            var writer = new ObjectWriter(all);
            for (int turn = 0; turn < 40; turn++) {
                switch (random.nextInt(6)) {
                    case 0 -> reader.pause();
                    case 1 -> way.cut();
                    default -> {
                        reader.resume();
                        way.heal();
                    }
                }
                for (int write = random.nextInt(6); write > 0; write--) {
                    change(writer, random);
                }
                world.runFor(Duration.ofMillis(random.nextInt(400)));
            }
            reader.resume();
            way.heal();
            world.runUntil(() -> copy.appliedRevision() == writer.revision(), Duration.ofMinutes(1));
            world.runFor(Duration.ofMinutes(1));

            assertThat(told.values())
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(copy.lister().list());
        }
    }

    private static void change(ObjectWriter writer, SeededRandom random) {
        var name = "n" + random.nextInt(4);
        boolean there =
                writer.store().get(ObjectWriter.key(name), ReadAt.LATEST).isPresent();
        if (there && random.nextInt(3) == 0) {
            writer.delete(name);
        } else {
            writer.put(name, "v" + random.nextInt(1_000_000));
        }
    }

    private static void follow(
            long seed, Map<ObjectKey, Resource<String, String>> told, ResourceEvent<String, String> event) {
        switch (event) {
            case ResourceEvent.Added<String, String>(var now) ->
                assertThat(told.put(now.key(), now)).as("seed %d", seed).isNull();
            case ResourceEvent.Updated<String, String>(var before, var now) ->
                assertThat(told.put(now.key(), now)).as("seed %d", seed).isEqualTo(before);
            case ResourceEvent.Deleted<String, String> gone ->
                assertThat(Optional.ofNullable(told.remove(gone.key())).map(Resource::uid))
                        .as("seed %d", seed)
                        .contains(gone.last().uid());
        }
    }

    private void sleep(Duration duration) {
        await(process, duration);
    }

    private static void await(SimulatedProcess process, Duration duration) {
        try {
            process.env().signal().await(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Draft draft(String name) {
        return Draft.of(KIND.key("default", name), Bytes.EMPTY);
    }

    private static String words(ResourceEvent<String, String> event) {
        return switch (event) {
            case ResourceEvent.Added<String, String>(var now) -> "added " + now.name() + " " + now.spec();
            case ResourceEvent.Updated<String, String>(var before, var now) ->
                "updated " + now.name() + " " + now.spec();
            case ResourceEvent.Deleted<String, String> gone ->
                "deleted " + gone.last().name() + " " + gone.last().spec();
        };
    }
}
