package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookoutTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(3);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(4, 1_000_000, Duration.ofMillis(20), Duration.ofSeconds(3)));
    private final FaultyStore store = new FaultyStore(truth, simulation.process("watcher"), FaultyStore.Faults.NONE);
    private final List<String> told = new ArrayList<>();
    private final Lookout lookout = new Lookout(
            "lookout",
            store,
            Selection.of("signs"),
            simulation.process("watcher").env(),
            new Lookout.Listener() {
                @Override
                public void changed(WatchBatch.Changes changes) {
                    changes.events().forEach(event -> told.add(event.key().name()));
                }

                @Override
                public void missed() {
                    told.add("?");
                }
            });

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void tellsThatAnythingMayHaveHappenedAndThenWhatHappens() {
        create("signs", "before");
        lookout.start();
        simulation.runFor(SOON);
        assertThat(told).containsExactly("?");

        create("signs", "one");
        create("others", "two");
        simulation.runFor(SOON);

        assertThat(told).containsExactly("?", "one");
    }

    @Test
    void tellsOfTheGapWhenTheWatchHasLostHistory() {
        lookout.start();
        simulation.runFor(SOON);
        store.cut();
        for (int number = 0; number < 8; number++) {
            create("signs", "lost-" + number);
        }
        store.heal();
        simulation.runFor(SOON);

        assertThat(told.indexOf("?")).isZero();
        assertThat(told.subList(1, told.size())).contains("?");
        create("signs", "after");
        simulation.runFor(SOON);
        assertThat(told).endsWith("after");
    }

    @Test
    void triesAgainWhenTheStoreCannotBeRead() {
        store.cut();
        lookout.start();
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(told).isEmpty();

        store.heal();
        simulation.runFor(SOON);

        assertThat(told).containsExactly("?");
    }

    @Test
    void isSilentOnceItHasStopped() {
        lookout.start();
        simulation.runFor(SOON);

        lookout.stop();
        simulation.runFor(SOON);
        create("signs", "one");
        simulation.runFor(SOON);

        assertThat(told).containsExactly("?");
    }

    private void create(String kind, String name) {
        truth.commit(Commit.of(new Write.Create(Draft.of(ObjectKey.cluster(kind, name), Bytes.utf8("x")))));
    }
}
