package dev.banyan.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.engine.TappedStore;
import dev.banyan.engine.cluster.ClusterGuard.Identity;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ClusterGuardTest {
    private static final Env ENV = new SystemEnv();

    private final MemoryStore store = new MemoryStore(ENV);

    @Test
    void claimsAnEmptyStoreForItsCluster() throws InterruptedException {
        guard("ours", "one", 1).claim();

        assertThat(text(StoreMark.ID)).isEqualTo("ours");
        assertThat(text(StoreMark.LEVEL)).isEqualTo("1");
    }

    @Test
    void findsItsOwnStoreAgainAndWritesNothing() throws InterruptedException {
        guard("ours", "one", 1).claim();
        long revision = revision();

        guard("ours", "two", 1).claim();

        assertThat(revision()).isEqualTo(revision);
    }

    @Test
    void refusesTheStoreOfAnotherClusterAndLeavesItAsItIs() throws InterruptedException {
        guard("theirs", "one", 1).claim();
        long revision = revision();

        assertThatThrownBy(() -> guard("ours", "one", 1).claim())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("belongs to cluster theirs", "cluster ours", "--etcd-endpoints", "--data");
        assertThat(revision()).isEqualTo(revision);
    }

    @Test
    void refusesAStoreThatIsNewerThanItself() throws InterruptedException {
        guard("ours", "one", 3).claim();

        assertThatThrownBy(() -> guard("ours", "one", 2).claim())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("at level 3", "up to level 2", "Start an engine of the version");
        assertThat(text(StoreMark.LEVEL)).isEqualTo("3");
    }

    @Test
    void takesALevelThatIsNoNumberForANewerOne() {
        put(StoreMark.ID, "ours");
        put(StoreMark.LEVEL, "seven");

        assertThatThrownBy(() -> guard("ours", "one", 2).claim()).hasMessageContaining("at level seven");
    }

    @Test
    void raisesTheLevelWhenItIsAlone() throws InterruptedException {
        guard("ours", "one", 1).claim();
        member("one");

        guard("ours", "one", 2).claim();

        assertThat(text(StoreMark.LEVEL)).isEqualTo("2");
    }

    @Test
    void leavesTheLevelWhileThereIsAnotherMember() throws InterruptedException {
        guard("ours", "one", 1).claim();
        member("one");
        member("two");

        guard("ours", "one", 2).claim();

        assertThat(text(StoreMark.LEVEL)).isEqualTo("1");
    }

    @Test
    void doesNotRaiseTheLevelOverSomebodyWhoJoinsAtTheSameMoment() throws InterruptedException {
        guard("ours", "one", 1).claim();
        var tapped = new TappedStore(store);
        tapped.beforeNextCommit(() -> {
            member("two");
            write(new Write.Create(StoreMark.draft(View.KEY, "two")));
        });

        new ClusterGuard(tapped, ENV, new Identity("ours", "one", 2)).claim();

        assertThat(text(StoreMark.LEVEL)).isEqualTo("1");
    }

    @Test
    void noticesALevelThatRoseWhileTheEngineBecameAMember() throws InterruptedException {
        var late = guard("ours", "two", 1);
        late.claim();
        guard("ours", "one", 2).claim();

        assertThatThrownBy(late::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void twoEnginesOfOneClusterClaimAnEmptyStoreTogether() throws InterruptedException {
        var tapped = new TappedStore(store);
        tapped.beforeNextCommit(() -> write(new Write.Create(StoreMark.draft(StoreMark.ID, "ours"))));

        new ClusterGuard(tapped, ENV, new Identity("ours", "one", 1)).claim();

        assertThat(text(StoreMark.ID)).isEqualTo("ours");
        assertThat(text(StoreMark.LEVEL)).isEqualTo("1");
    }

    @Test
    void twoClustersThatFindAnEmptyStoreTogetherDoNotBothGetIt() {
        var tapped = new TappedStore(store);
        tapped.beforeNextCommit(() -> write(new Write.Create(StoreMark.draft(StoreMark.ID, "theirs"))));

        assertThatThrownBy(() -> new ClusterGuard(tapped, ENV, new Identity("ours", "one", 1)).claim())
                .hasMessageContaining("belongs to cluster theirs");
    }

    @Test
    void waitsForAStoreThatIsStartedAtTheSameTime() {
        try (var simulation = new Simulation(5)) {
            var process = simulation.process("engine");
            var way = new FaultyStore(store, process, Faults.NONE);
            way.cut();
            var operator = simulation.process("operator").env();
            var never = operator.signal();
            operator.tasks().spawn("heal", () -> {
                var ignored = never.await(Duration.ofSeconds(20));
                way.heal();
            });

            simulation.runIn(process, Duration.ofSeconds(40), guardOn(way, process)::claim);
        }
        assertThat(text(StoreMark.ID)).isEqualTo("ours");
    }

    @Test
    void givesUpOnAStoreThatStaysAway() {
        try (var simulation = new Simulation(5)) {
            var process = simulation.process("engine");
            var way = new FaultyStore(store, process, Faults.NONE);
            way.cut();
            var failure = new AtomicReference<Throwable>();

            simulation.runIn(process, ClusterGuard.PATIENCE.multipliedBy(2), () -> {
                try {
                    guardOn(way, process).claim();
                } catch (StoreException away) {
                    failure.set(away);
                }
            });

            assertThat(failure.get()).isInstanceOf(StoreException.class);
            assertThat(simulation.time().elapsed()).isGreaterThanOrEqualTo(ClusterGuard.PATIENCE);
        }
    }

    @Test
    void saysWhatTheStoreDoesNotAccept() {
        var tapped = new TappedStore(store);
        tapped.answerNext(new WriteOutcome.Denied("read-only"));

        assertThatThrownBy(() -> new ClusterGuard(tapped, ENV, new Identity("ours", "one", 1)).claim())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("read-only");
    }

    private static ClusterGuard guardOn(Store way, SimulatedProcess process) {
        return new ClusterGuard(way, process.env(), new Identity("ours", "one", 1));
    }

    private ClusterGuard guard(String cluster, String engine, int level) {
        return new ClusterGuard(store, ENV, new Identity(cluster, engine, level));
    }

    private void member(String name) {
        write(new Write.Create(StoreMark.draft(ObjectKey.cluster(".engines", name), "here")));
    }

    private void put(ObjectKey key, String text) {
        write(new Write.Create(StoreMark.draft(key, text)));
    }

    private void write(Write write) {
        assertThat(store.commit(Commit.of(write)).written()).isTrue();
    }

    private String text(ObjectKey key) {
        return store.get(key, ReadAt.LATEST).orElseThrow().spec().toUtf8();
    }

    private long revision() {
        return store.list(Selection.EVERYTHING, ReadAt.LATEST).revision();
    }
}
