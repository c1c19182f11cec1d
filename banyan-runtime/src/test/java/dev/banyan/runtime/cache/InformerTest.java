package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformerTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(11);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(20, 1 << 20, Duration.ofMillis(20), Duration.ofSeconds(3)));
    private final SimulatedProcess process = simulation.process("reader");
    private final FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void showsWhatIsThereAndWhatComesAfter() {
        create("a", "1");
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(SECOND);
        update("a", "2");
        create("b", "1");
        delete("a");
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("added a 1", "updated a 2", "added b 1", "deleted a 2");
        assertThat(informer.synced()).isTrue();
        assertThat(informer.lister().get(KIND.key("default", "b"))).isPresent();
        assertThat(informer.lister().get(KIND.key("default", "a"))).isEmpty();
        assertThat(informer.health().ready()).isTrue();
    }

    @Test
    void isNotSyncedBeforeTheFirstListing() {
        store.cut();
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(SECOND);

        assertThat(informer.synced()).isFalse();
        assertThat(informer.lister().revision()).isZero();
        assertThat(informer.health().ready()).isFalse();
        assertThat(informer.health().detail()).contains("cannot read the store");

        store.heal();
        assertThat(simulation.runUntil(informer::synced, Duration.ofSeconds(15)))
                .isTrue();
        simulation.runFor(SECOND);
        assertThat(informer.health().ready()).isTrue();
    }

    @Test
    void asksAStoreThatIsAwayEverMoreSlowly() {
        store.cut();
        started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(Duration.ofMinutes(10));

        assertThat(simulation.steps()).isLessThan(1_000);
    }

    @Test
    void tellsTheDifferenceAfterItHasFallenTooFarBehind() {
        create("gone", "1");
        create("kept", "1");
        create("again", "1");
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(SECOND);
        heard.clear();

        process.pause();
        delete("gone");
        delete("again");
        create("again", "2");
        create("new", "1");
        for (int i = 0; i < 30; i++) {
            update("kept", "v" + i);
        }
        process.resume();
        simulation.runFor(Duration.ofSeconds(5));

        assertThat(heard)
                .containsExactlyInAnyOrder(
                        "missing gone 1", "missing again 1", "added again 2", "added new 1", "updated kept v29");
        assertThat(names(informer.lister().list())).containsExactly("again", "kept", "new");
    }

    @Test
    void asksForTheNewestStateOnceAndThenForWhatAnyCacheMayAnswer() {
        var asked = new ArrayList<ReadAt>();
        started(Informer.of(KIND, new Recorder(store, asked), process.env()).build());
        simulation.runFor(SECOND);
        long applied = KIND.decode(object(create("a", "1"))).meta().revision();
        simulation.runFor(SECOND);
        process.pause();
        for (int i = 0; i < 30; i++) {
            update("a", "v" + i);
        }
        process.resume();
        simulation.runFor(SECOND);

        assertThat(asked).containsExactly(ReadAt.LATEST, new ReadAt.AtLeast(applied));
    }

    /** Notes at which state lists are asked for. */
    private record Recorder(Store behind, List<ReadAt> asked) implements Store {
        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return behind.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            asked.add(at);
            return behind.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            return behind.watch(selection, afterRevision);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            return behind.commit(commit);
        }
    }

    @Test
    void showsTheChangeBeforeItTellsOfIt() {
        var informer = Informer.of(KIND, store, process.env()).build();
        var seen = new ArrayList<String>();
        informer.addDirectHandler(event ->
                seen.add(informer.lister().get(event.key()).map(Resource::spec).orElse("absent")));
        informer.start();
        create("a", "1");
        simulation.runFor(SECOND);
        update("a", "2");
        simulation.runFor(SECOND);
        delete("a");
        simulation.runFor(SECOND);

        assertThat(seen).containsExactly("1", "2", "absent");
    }

    @Test
    void tellsALateHandlerWhatIsThere() {
        create("a", "1");
        create("b", "1");
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(SECOND);
        var late = new ArrayList<String>();

        informer.addDirectHandler(event -> late.add(words(event)));
        simulation.runFor(SECOND);
        assertThat(late).containsExactly("added a 1", "added b 1");
        update("b", "2");
        simulation.runFor(SECOND);

        assertThat(late).containsExactly("added a 1", "added b 1", "updated b 2");
    }

    @Test
    void servesOtherHandlersThoughOneFails() {
        var informer = Informer.of(KIND, store, process.env()).build();
        informer.addDirectHandler(event -> {
            throw new IllegalStateException("broken handler");
        });
        started(informer);
        create("a", "1");
        create("b", "1");
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("added a 1", "added b 1");
        assertThat(informer.health().ready()).isTrue();
    }

    @Test
    void letsAWriterWaitForItsOwnWrite() {
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runIn(process, Duration.ofMinutes(1), () -> {
            informer.awaitReady(SECOND);
            for (int i = 0; i < 20; i++) {
                var written = (WriteOutcome.Written) store.commit(creation("n" + i, "1"));

                assertThat(informer.awaitRevision(written.revision(), SECOND)).isTrue();
                assertThat(informer.lister().get(KIND.key("default", "n" + i))).isPresent();
                assertThat(heard).hasSize(i + 1);
            }
        });
    }

    @Test
    void givesUpWaitingForARevisionThatDoesNotCome() {
        var informer = started(Informer.of(KIND, store, process.env()).build());

        simulation.runIn(process, Duration.ofMinutes(1), () -> assertThat(informer.awaitRevision(1_000, SECOND))
                .isFalse());
    }

    @Test
    void followsTheRevisionThoughNothingOfItsSelectionChanges() {
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(SECOND);
        var other = (WriteOutcome.Written)
                truth.commit(Commit.of(new Write.Create(Draft.of(ObjectKey.cluster("others", "x"), Bytes.EMPTY))));

        assertThat(simulation.runUntil(() -> informer.appliedRevision() >= other.revision(), Duration.ofSeconds(2)))
                .isTrue();
        assertThat(heard).isEmpty();
    }

    @Test
    void reportsProgressAfterTheHandlersOfThatRevision() {
        var informer = started(Informer.of(KIND, store, process.env()).build());
        informer.addProgressListener(revision -> heard.add("at " + revision));
        simulation.runFor(Duration.ofMillis(500));
        heard.clear();
        var written = (WriteOutcome.Written) truth.commit(creation("a", "1"));
        simulation.runUntil(() -> heard.size() == 2, SECOND);

        assertThat(heard).containsExactly("added a 1", "at " + written.revision());
    }

    @Test
    void keepsASnapshotThatDoesNotMove() {
        create("a", "1");
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(SECOND);
        var fixed = informer.snapshot();
        create("b", "1");
        simulation.runFor(SECOND);

        assertThat(names(fixed.list())).containsExactly("a");
        assertThat(names(informer.lister().list())).containsExactly("a", "b");
        assertThat(fixed.revision()).isLessThan(informer.lister().revision());
    }

    @Test
    void showsASelectionAndTellsWhatLeavesItAsDeleted() {
        var red = Selection.of("things").labelled(LabelSelector.of("colour", "red"));
        var informer =
                started(Informer.of(KIND, store, process.env()).selection(red).build());
        truth.commit(Commit.of(new Write.Create(draft("a", "1").labelled(Map.of("colour", "red")))));
        create("b", "1");
        simulation.runFor(SECOND);
        var object = object("a");
        truth.commit(Commit.of(new Write.Update(object, Draft.from(object).labelled(Map.of("colour", "blue")))));
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("added a 1", "deleted a 1");
        assertThat(informer.lister().list()).isEmpty();
    }

    @Test
    void readsMetadataAloneWhenThatIsSelected() {
        create("a", "1");
        var meta = Selection.of("things").with(Selection.Detail.METADATA);
        started(Informer.of(KIND, store, process.env()).selection(meta).build());
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("added a ");
    }

    @Test
    void reportsAnObjectThatCannotBeDecoded() {
        create("a", "undecodable");
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(SECOND);

        assertThat(informer.quarantined()).hasSize(1);
        assertThat(informer.health().detail()).contains("1 quarantined");
        assertThat(heard).isEmpty();
    }

    @Test
    void endsItsTasksWhenItIsStopped() {
        var informer = started(Informer.of(KIND, store, process.env()).build());
        simulation.runFor(SECOND);

        simulation.runIn(process, Duration.ofSeconds(5), informer::stop);

        create("late", "1");
        simulation.runFor(SECOND);
        assertThat(heard).isEmpty();
        assertThat(informer.health().ready()).isFalse();
    }

    @Test
    void refusesToStartTwiceAndIndexesOfOneName() {
        var builder = Informer.of(KIND, store, process.env()).index("x", thing -> List.of());
        assertThatThrownBy(() -> builder.index("x", thing -> List.of())).isInstanceOf(IllegalArgumentException.class);
        var informer = started(builder.build());

        assertThatThrownBy(informer::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> informer.lister().byIndex("y", "")).isInstanceOf(IllegalArgumentException.class);
    }

    /** What handlers were told, put together, is always the state of the store at the revision that the informer shows. */
    @Test
    void tellsHandlersExactlyTheStoreOverLossesAndPauses() {
        for (long seed = 0; seed < 60; seed++) {
            new Randomly(seed).run();
        }
    }

    /** A seeded run of random writes under random trouble. */
    private static final class Randomly {
        private final long seed;
        private final SeededRandom random;

        Randomly(long seed) {
            this.seed = seed;
            this.random = new SeededRandom(seed);
        }

        void run() {
            try (var world = new Simulation(seed)) {
                var all = new MemoryStore(
                        world.process("store").env(),
                        new ServedHistory.Limits(8, 1 << 20, Duration.ofMillis(20), Duration.ofSeconds(3)));
                var reader = world.process("reader");
                var way = new FaultyStore(all, reader, new Faults(Duration.ofMillis(30), 0, 0.1));
                var informer = Informer.of(KIND, way, reader.env()).build();
                var told = new HashMap<ObjectKey, Resource<String, String>>();
                informer.addDirectHandler(event -> follow(told, event));
                informer.start();
                for (int turn = 0; turn < 60; turn++) {
                    trouble(reader, way);
                    for (int write = random.nextInt(6); write > 0; write--) {
                        write(all);
                    }
                    world.runFor(Duration.ofMillis(random.nextInt(400)));
                }
                reader.resume();
                way.heal();
                assertThat(world.runUntil(() -> informer.appliedRevision() == revision(all), Duration.ofMinutes(1)))
                        .as("seed %d: catches up", seed)
                        .isTrue();
                var stored = all.list(Selection.of("things"), ReadAt.LATEST).objects().stream()
                        .map(KIND::decode)
                        .toList();
                assertThat(informer.lister().list()).as("seed %d", seed).isEqualTo(stored);
                assertThat(told.values()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(stored);
            }
        }

        private void follow(Map<ObjectKey, Resource<String, String>> told, ResourceEvent<String, String> event) {
            switch (event) {
                case ResourceEvent.Added<String, String>(var now) ->
                    assertThat(told.put(now.key(), now)).as("seed %d", seed).isNull();
                case ResourceEvent.Updated<String, String>(var before, var now) -> {
                    assertThat(told.put(now.key(), now)).as("seed %d", seed).isEqualTo(before);
                    assertThat(now.uid()).isEqualTo(before.uid());
                }
                case ResourceEvent.Deleted<String, String> gone ->
                    assertThat(told.remove(gone.key())).as("seed %d", seed).isEqualTo(gone.last());
            }
        }

        private void trouble(SimulatedProcess reader, FaultyStore way) {
            switch (random.nextInt(8)) {
                case 0 -> reader.pause();
                case 1, 2 -> reader.resume();
                case 3 -> way.cut();
                case 4, 5 -> way.heal();
                default -> {}
            }
        }

        private void write(MemoryStore all) {
            var key = KIND.key("default", "n" + random.nextInt(6));
            var object = all.get(key, ReadAt.LATEST);
            var spec = Bytes.utf8("v" + random.nextInt(1_000));
            Write write = object.isEmpty()
                    ? new Write.Create(Draft.of(key, spec))
                    : random.nextBoolean()
                            ? new Write.Delete(key, object.get().meta().uid())
                            : new Write.Update(
                                    object.get(), Draft.from(object.get()).withSpec(spec));
            assertThat(all.commit(Commit.of(write)).written()).isTrue();
        }

        private static long revision(MemoryStore all) {
            return all.list(Selection.of("none"), ReadAt.LATEST).revision();
        }
    }

    private Informer<String, String> started(Informer<String, String> informer) {
        informer.addDirectHandler(event -> heard.add(words(event)));
        informer.start();
        return informer;
    }

    private static String words(ResourceEvent<String, String> event) {
        return switch (event) {
            case ResourceEvent.Added<String, String>(var now) -> "added " + now.name() + " " + now.spec();
            case ResourceEvent.Updated<String, String>(var before, var now) ->
                "updated " + now.name() + " " + now.spec();
            case ResourceEvent.Deleted<String, String> gone ->
                (gone.observed() ? "deleted " : "missing ") + gone.last().name() + " "
                        + gone.last().spec();
        };
    }

    private static List<String> names(List<Resource<String, String>> things) {
        return things.stream().map(Resource::name).toList();
    }

    private static Draft draft(String name, String spec) {
        return Draft.of(KIND.key("default", name), Bytes.utf8(spec));
    }

    private static Commit creation(String name, String spec) {
        return Commit.of(new Write.Create(draft(name, spec)));
    }

    private String create(String name, String spec) {
        assertThat(truth.commit(creation(name, spec)).written()).isTrue();
        return name;
    }

    private void update(String name, String spec) {
        var object = object(name);
        assertThat(truth.commit(Commit.of(
                                new Write.Update(object, Draft.from(object).withSpec(Bytes.utf8(spec)))))
                        .written())
                .isTrue();
    }

    private void delete(String name) {
        assertThat(truth.commit(Commit.of(new Write.Delete(
                                KIND.key("default", name), object(name).meta().uid())))
                        .written())
                .isTrue();
    }

    private StoredObject object(String name) {
        return truth.get(KIND.key("default", name), ReadAt.LATEST).orElseThrow();
    }
}
