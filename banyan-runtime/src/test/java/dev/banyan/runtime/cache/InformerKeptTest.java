package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
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
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an informer shows of an earlier life. */
class InformerKeptTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Simulation simulation = new Simulation(12);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(20, 1 << 20, Duration.ofMillis(20), Duration.ofSeconds(3)));
    private final SimulatedProcess process = simulation.process("reader");
    private final FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private final List<String> heard = new ArrayList<>();
    private Listing kept = new Listing(0, List.of());
    private int asked;

    @BeforeEach
    void keepTwoThings() {
        create("a", "1");
        create("b", "1");
        kept = truth.list(Selection.of("things"), ReadAt.LATEST);
    }

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void isShownAsStaleWhileTheStoreIsAway() {
        store.cut();
        var informer = started(store);
        simulation.runFor(SOON);

        assertThat(heard).containsExactly("added a 1", "added b 1");
        assertThat(informer.synced()).isTrue();
        assertThat(informer.stale()).isTrue();
        assertThat(informer.lister().list()).hasSize(2);
        assertThat(informer.health().ready()).isFalse();
        assertThat(asked).isEqualTo(1);
        simulation.runIn(process, SOON, () -> {
            assertThat(informer.awaitReady(Duration.ZERO)).isTrue();
            assertThat(informer.awaitAnswer(Duration.ofSeconds(1))).isFalse();
        });
    }

    @Test
    void isReplacedByTheFirstAnswer() {
        store.cut();
        var informer = started(store);
        simulation.runFor(SOON);
        heard.clear();
        delete("a");
        create("c", "1");

        store.heal();
        simulation.runIn(
                process, SOON, () -> assertThat(informer.awaitAnswer(SOON)).isTrue());

        assertThat(heard).containsExactly("deleted a 1", "added c 1");
        assertThat(informer.stale()).isFalse();
        assertThat(informer.health().ready()).isTrue();
    }

    @Test
    void isStaleToWhoeverIsToldOfItAndNotOnceSomethingFollows() {
        store.cut();
        var informer = informer(store);
        var flags = new ArrayList<Boolean>();
        informer.addDirectHandler(event -> flags.add(informer.stale()));
        informer.start();
        simulation.runFor(SOON);
        store.heal();
        simulation.runFor(SOON);
        create("c", "1");
        simulation.runFor(SOON);

        assertThat(flags).containsExactly(true, true, false);
    }

    @Test
    void isNotAskedForWhenTheStoreAnswers() {
        var informer = started(store);
        simulation.runFor(SOON);

        assertThat(asked).isZero();
        assertThat(informer.stale()).isFalse();
        assertThat(heard).containsExactly("added a 1", "added b 1");
    }

    @Test
    void isNotShownInPlaceOfWhatIsKnownAlready() {
        var informer = started(store);
        simulation.runFor(SOON);
        delete("a");
        simulation.runFor(SOON);
        process.pause();
        for (int i = 0; i < 30; i++) {
            update("b", "v" + i);
        }
        store.cut();
        process.resume();
        simulation.runFor(SOON);

        assertThat(asked).isZero();
        assertThat(informer.lister().list()).extracting(Resource::name).containsExactly("b");
        assertThat(informer.stale()).isFalse();
    }

    @Test
    void isNotShownWhenTheStoreRefuses() {
        var informer = started(new Refusing(StoreException.Reason.DENIED));
        simulation.runFor(SOON);

        assertThat(asked).isZero();
        assertThat(informer.synced()).isFalse();
        assertThat(heard).isEmpty();
    }

    @Test
    void isNotMissedByAnInformerThatHasNone() {
        store.cut();
        var informer = Informer.of(KIND, store, process.env()).build();
        informer.start();
        simulation.runFor(SOON);

        assertThat(informer.synced()).isFalse();
        assertThat(informer.stale()).isFalse();
    }

    private Informer<String, String> started(Store from) {
        var informer = informer(from);
        informer.addDirectHandler(event -> heard.add(
                switch (event) {
                    case ResourceEvent.Added<String, String> added ->
                        "added " + event.key().name() + " " + added.now().spec();
                    case ResourceEvent.Updated<String, String> updated ->
                        "updated " + event.key().name() + " " + updated.now().spec();
                    case ResourceEvent.Deleted<String, String> deleted ->
                        "deleted " + event.key().name() + " " + deleted.last().spec();
                }));
        informer.start();
        return informer;
    }

    private Informer<String, String> informer(Store from) {
        return Informer.of(KIND, from, process.env())
                .kept(() -> {
                    asked++;
                    return Optional.of(kept);
                })
                .build();
    }

    private void create(String name, String value) {
        truth.commit(Commit.of(new Write.Create(draft(name, value))));
    }

    private void update(String name, String value) {
        truth.commit(Commit.of(new Write.Update(object(name), draft(name, value))));
    }

    private void delete(String name) {
        truth.commit(Commit.of(
                new Write.Delete(KIND.key("default", name), object(name).meta().uid())));
    }

    private StoredObject object(String name) {
        return truth.get(KIND.key("default", name), ReadAt.LATEST).orElseThrow();
    }

    private static Draft draft(String name, String value) {
        return Draft.of(KIND.key("default", name), Bytes.utf8(value));
    }

    /** Answers every read with the same refusal. */
    private record Refusing(StoreException.Reason reason) implements Store {
        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            throw new StoreException(reason, "refused");
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            throw new StoreException(reason, "refused");
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            throw new StoreException(reason, "refused");
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            throw new StoreException(reason, "refused");
        }
    }
}
