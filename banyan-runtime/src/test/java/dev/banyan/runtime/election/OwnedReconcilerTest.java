package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One controller under holdings that the test gives and takes. It never resyncs, so what is to run again has to be told. */
class OwnedReconcilerTest {
    private static final Kind<String, String> THINGS = Texts.kind("things");
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final ObjectKey RIGHT = ObjectKey.cluster("rights", "mine");
    private static final ObjectKey ONE = THINGS.key("default", "one");
    private static final ObjectKey TWO = THINGS.key("default", "two");

    private final Simulation simulation = new Simulation(7);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("worker");
    private final FaultyStore store = new FaultyStore(truth, process, FaultyStore.Faults.NONE);
    private final Turnover turnover = new Turnover();
    private final List<ObjectKey> ran = new ArrayList<>();
    private final List<Store> made = new ArrayList<>();
    private Duration takes = Duration.ZERO;

    @BeforeEach
    void start() {
        var things = Informer.of(THINGS, store, process.env()).build();
        var description = Controller.named("things", process.env())
                .watches(things, OwnedReconcilerTest::specChanged)
                .concurrency(1)
                .resync(Duration.ofDays(1));
        var controller = OwnedReconciler.controller(
                description, turnover, fence -> FencedStore.under(store, fence), ObjectKey::name, fenced -> {
                    made.add(fenced);
                    return request -> {
                        ran.add(request.key());
                        process.env().signal().await(takes);
                        mark(fenced, request.key());
                        return Result.done();
                    };
                });
        put(ONE, "1");
        put(TWO, "1");
        things.start();
        controller.start();
        simulation.runFor(SOON);
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void runsNothingThatIsNotHeld() {
        assertThat(ran).isEmpty();

        hold("one"::equals);

        assertThat(ran).containsExactly(ONE);
    }

    @Test
    void runsWhatItGainsAndNotAgainWhatItHad() {
        hold("one"::equals);
        hold(shard -> true);

        assertThat(ran).containsExactly(ONE, TWO);
    }

    @Test
    void makesAReconcilerForEachFenceAndKeepsItWhileTheFenceHolds() {
        hold("one"::equals);
        put(ONE, "2");
        simulation.runFor(SOON);
        assertThat(made).hasSize(1);

        hold("one"::equals);
        put(ONE, "3");
        simulation.runFor(SOON);

        assertThat(made).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void dropsWhatHappensToOthersKeysAndLooksAtThemWhenItGetsThem() {
        hold("one"::equals);
        put(TWO, "2");
        simulation.runFor(SOON);
        assertThat(ran).containsExactly(ONE);

        hold("two"::equals);

        assertThat(ran).containsExactly(ONE, TWO);
        assertThat(status(TWO)).isEqualTo("done");
    }

    @Test
    void startsNothingInDoubtAndGoesOnWithWhatCameMeanwhile() {
        hold(shard -> true);
        ran.clear();
        turnover.become(turnover.holding().suspended());
        put(ONE, "2");
        simulation.runFor(SOON);
        assertThat(ran).isEmpty();

        turnover.become(
                new Holding(turnover.holding().fence(), turnover.holding().shards(), true));
        simulation.runFor(SOON);

        assertThat(ran).containsExactly(ONE);
    }

    @Test
    void waitsUntilItsCacheShowsTheRevisionOfTheFence() {
        store.cut(); // nothing reaches the cache
        var fence = granted();
        turnover.become(Holding.of(fence, "one"::equals));
        simulation.runFor(SOON);
        assertThat(ran).isEmpty();

        store.heal();
        simulation.runFor(SOON);

        assertThat(ran).containsExactly(ONE);
    }

    @Test
    void runsAgainWhatRanWhileTheHoldingChanged() {
        takes = Duration.ofMillis(500);
        turnover.become(Holding.of(granted(), "one"::equals));
        simulation.runFor(Duration.ofMillis(100));
        assertThat(ran).containsExactly(ONE);

        turnover.become(Holding.of(granted(), "one"::equals));
        simulation.runFor(Duration.ofSeconds(2));

        assertThat(ran).containsExactly(ONE, ONE);
        assertThat(status(ONE)).isEqualTo("done");
    }

    @Test
    void runsAgainWhatWasRefusedOnceItIsKnownWhoHoldsIt() {
        takes = Duration.ofMillis(500);
        turnover.become(Holding.of(granted(), "one"::equals));
        simulation.runFor(Duration.ofMillis(100));
        var next = granted(); // somebody else's doing, of which this process does not know
        simulation.runFor(Duration.ofSeconds(2));
        assertThat(ran).containsExactly(ONE);
        assertThat(status(ONE)).isEmpty();
        put(ONE, "2");
        simulation.runFor(SOON);
        assertThat(ran).as("starts nothing under a fence that was refused").containsExactly(ONE);

        turnover.become(Holding.of(next, "one"::equals));
        simulation.runFor(SOON);

        assertThat(ran).containsExactly(ONE, ONE);
        assertThat(status(ONE)).isEqualTo("done");
    }

    @Test
    void leavesToOthersWhatItLostWhileItWasQueued() {
        takes = Duration.ofMillis(500);
        turnover.become(Holding.of(granted(), shard -> true));
        simulation.runFor(Duration.ofMillis(100));
        assertThat(ran).as("one at a time").containsExactly(ONE);

        turnover.become(Holding.of(granted(), "one"::equals));
        simulation.runFor(Duration.ofSeconds(2));

        assertThat(ran).containsExactly(ONE, ONE);
    }

    @Test
    void leavesToOthersWhatItLostWhileRunning() {
        takes = Duration.ofMillis(500);
        turnover.become(Holding.of(granted(), "one"::equals));
        simulation.runFor(Duration.ofMillis(100));
        granted();

        turnover.become(Holding.NONE);
        simulation.runFor(Duration.ofSeconds(2));

        assertThat(ran).containsExactly(ONE);
        assertThat(status(ONE)).isEmpty();
    }

    private static Collection<ObjectKey> specChanged(ResourceEvent<String, String> event) {
        boolean own = event instanceof ResourceEvent.Updated<String, String>(var before, var now)
                && before.meta().generation() == now.meta().generation()
                && !before.status().equals(now.status());
        return own ? List.of() : List.of(event.key());
    }

    private void hold(Predicate<String> shards) {
        turnover.become(Holding.of(granted(), shards));
        simulation.runFor(SOON);
    }

    private Precondition.Fence granted() {
        put(RIGHT, Long.toString(simulation.steps()) + turnover.holding().fence());
        return new Precondition.Fence(
                RIGHT, truth.get(RIGHT, ReadAt.LATEST).orElseThrow().meta().revision());
    }

    private void put(ObjectKey key, String text) {
        var draft = Draft.of(key, Bytes.utf8(text));
        var write = truth.get(key, ReadAt.LATEST)
                .<Write>map(object -> new Write.Update(object, draft))
                .orElseGet(() -> new Write.Create(draft));
        truth.commit(Commit.of(write));
    }

    private void mark(Store fenced, ObjectKey key) {
        var object = truth.get(key, ReadAt.LATEST).orElseThrow();
        fenced.commit(Commit.of(new Write.UpdateStatus(key, object.meta().uid(), Bytes.utf8("done"))));
    }

    private String status(ObjectKey key) {
        return truth.get(key, ReadAt.LATEST).orElseThrow().status().toUtf8();
    }
}
