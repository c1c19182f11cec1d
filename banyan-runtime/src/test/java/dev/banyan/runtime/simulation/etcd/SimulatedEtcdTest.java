package dev.banyan.runtime.simulation.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each fault of the simulated cluster looks like to a client. */
class SimulatedEtcdTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(11);
    private final SimulatedEtcd etcd = new SimulatedEtcd(simulation, new SeededRandom(11), 3);
    private final SimulatedProcess client = simulation.process("client");
    private final List<EtcdStore> opened = new ArrayList<>();

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void answersFromAnotherMemberWhenOneIsKilled() {
        run(() -> {
            var store = store();
            create(store, "a");
            etcd.kill(0);

            assertThat(create(store, "b")).isInstanceOf(WriteOutcome.Written.class);
            assertThat(list(store)).containsExactly("a", "b");
        });
    }

    @Test
    void isUnavailableWithoutAMajorityAndNamesEveryEndpoint() {
        run(() -> {
            var store = store();
            etcd.kill(0);
            etcd.kill(1);

            assertThat(create(store, "a")).isNotInstanceOf(WriteOutcome.Written.class);
            assertThatThrownBy(() -> list(store))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("etcd-0.simulated")
                    .hasMessageContaining("etcd-2.simulated");
        });
    }

    @Test
    void goesOnWithAllThatWasCommittedAfterEveryMemberWasKilled() {
        run(() -> {
            var store = store();
            create(store, "a");
            for (int member = 0; member < 3; member++) {
                etcd.kill(member);
                etcd.start(member);
            }

            assertThat(list(store)).containsExactly("a");
        });
    }

    @Test
    void waitsOutALeaderElection() {
        run(() -> {
            var store = store();
            etcd.loseLeader(SECOND);
            long start = simulation.time().nanos();

            assertThat(create(store, "a")).isInstanceOf(WriteOutcome.Written.class);
            assertThat(simulation.time().nanos() - start).isGreaterThanOrEqualTo(SECOND.toNanos());
        });
    }

    @Test
    void readsThroughALaggingMemberAreCurrentAndSlow() {
        run(() -> {
            var quick = store();
            etcd.lag(0, SECOND);
            etcd.cut(client, 1);
            etcd.cut(client, 2);
            long start = simulation.time().nanos();

            create(quick, "a");

            assertThat(list(quick)).containsExactly("a");
            assertThat(simulation.time().nanos() - start).isGreaterThanOrEqualTo(SECOND.toNanos());
        });
    }

    @Test
    void aWatchAtALaggingMemberHearsLater() {
        run(() -> {
            var store = store();
            etcd.lag(0, SECOND.multipliedBy(5));
            try (var watch = store.watch(Selection.EVERYTHING, etcd.revision())) {
                assertThat(watch.next(SECOND)).isEmpty();
                client.env().tasks().spawn("writer", () -> create(store, "a"));

                assertThat(watch.next(SECOND.multipliedBy(3))).isEmpty();
                assertThat(watch.next(SECOND.multipliedBy(5))).containsInstanceOf(WatchBatch.Changes.class);
            }
        });
    }

    @Test
    void aCutLinkSaysNothingAndIsLeft() {
        run(() -> {
            var store = store();
            etcd.cut(client, 0);
            long start = simulation.time().nanos();

            assertThat(create(store, "a")).isInstanceOf(WriteOutcome.Written.class);
            assertThat(simulation.time().nanos() - start).isGreaterThan(SECOND.toNanos());
        });
    }

    @Test
    void aCutBetweenTwoHostsOfTheNetworkCutsEtcdToo() {
        var network = new SimulatedNetwork(simulation, FaultPlan.none(11));
        etcd.over(network);
        run(() -> {
            var store = store();
            network.cut("client", "etcd-0");
            long start = simulation.time().nanos();

            assertThat(create(store, "a")).isInstanceOf(WriteOutcome.Written.class);
            assertThat(simulation.time().nanos() - start).isGreaterThan(SECOND.toNanos());
            assertThat(etcd.committed()).isEqualTo(1);
        });
    }

    @Test
    void aWriteArrivesThoughTheWayBackIsCut() {
        var network = new SimulatedNetwork(simulation, FaultPlan.none(11));
        etcd.over(network);
        run(() -> {
            var store = store();
            for (int member = 0; member < 3; member++) {
                network.cut("etcd-" + member, "client");
            }

            assertThat(create(store, "a")).isNotInstanceOf(WriteOutcome.Written.class);
            assertThat(etcd.committed()).isPositive();
        });
    }

    @Test
    void aWatchGoesOnWhenTheNetworkHeals() {
        var network = new SimulatedNetwork(simulation, FaultPlan.none(11));
        etcd.over(network);
        run(() -> {
            var store = store();
            var writer = simulation.process("writer");
            var other = EtcdStore.connect(etcd.config(), etcd.transport(writer), writer.env());
            opened.add(other);
            try (var watch = store.watch(Selection.EVERYTHING, etcd.revision())) {
                assertThat(watch.next(SECOND)).isEmpty();
                network.isolate("client");
                create(other, "a");
                assertThat(watch.next(SECOND)).isEmpty();
                network.heal();

                assertThat(watch.next(PATIENCE)).containsInstanceOf(WatchBatch.Changes.class);
            }
        });
    }

    @Test
    void refusesWritesWhenItIsFull() {
        run(() -> {
            var store = store();
            etcd.full(true);

            assertThat(create(store, "a"))
                    .isInstanceOfSatisfying(WriteOutcome.Unavailable.class, outcome -> assertThat(outcome.reason())
                            .contains("space exceeded"));
            etcd.full(false);
            assertThat(create(store, "a")).isInstanceOf(WriteOutcome.Written.class);
        });
    }

    @Test
    void aWatchThatComesLateIsToldOfCompaction() {
        run(() -> {
            var store = store();
            create(store, "a");
            create(store, "b");
            create(store, "c");
            etcd.compact(0);

            assertThat(reasonOf(store, 1)).isEqualTo(WatchBatch.Resync.Reason.COMPACTED);
        });
    }

    @Test
    void aRestoreUnderAnotherIdentityReplacesHistory() {
        assertThat(reasonAfterRestore(false)).isEqualTo(WatchBatch.Resync.Reason.HISTORY_REPLACED);
    }

    @Test
    void aRestoreUnderTheSameIdentityIsSeenByItsRevision() {
        assertThat(reasonAfterRestore(true)).isEqualTo(WatchBatch.Resync.Reason.HISTORY_REPLACED);
    }

    @Test
    void refusesToRestoreWhatIsCompacted() {
        run(() -> {
            var store = store();
            create(store, "a");
            create(store, "b");
        });
        etcd.compact(0);

        assertThatThrownBy(() -> etcd.restore(1, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 3 to 3");
    }

    @Test
    void hasAnOddNumberOfMembers() {
        assertThatThrownBy(() -> new SimulatedEtcd(simulation, new SeededRandom(1), 2))
                .hasMessageContaining("1, 3, 5 or 7 members, not 2");
    }

    @Test
    void isReadFromOutsideTasksWithoutTimePassing() {
        run(() -> create(store(), "a"));
        long before = simulation.time().nanos();

        assertThat(list(opened.getFirst())).containsExactly("a");
        assertThat(simulation.time().nanos()).isEqualTo(before);
    }

    private WatchBatch.Resync.Reason reasonAfterRestore(boolean sameCluster) {
        var reasons = new ArrayList<WatchBatch.Resync.Reason>();
        run(() -> {
            var store = store();
            create(store, "a");
            create(store, "b");
            long later = etcd.revision();
            try (var watch = store.watch(Selection.EVERYTHING, later)) {
                assertThat(watch.next(SECOND)).isEmpty();
                etcd.restore(later - 1, sameCluster);
                reasons.add(resync(watch));
            }
            assertThat(list(store)).containsExactly("a");
        });
        return reasons.getFirst();
    }

    private static WatchBatch.Resync.Reason reasonOf(EtcdStore store, long after) throws InterruptedException {
        try (var watch = store.watch(Selection.EVERYTHING, after)) {
            return resync(watch);
        }
    }

    private static WatchBatch.Resync.Reason resync(dev.banyan.runtime.store.Watch watch) throws InterruptedException {
        while (true) {
            if (watch.next() instanceof WatchBatch.Resync resync) {
                return resync.reason();
            }
        }
    }

    private void run(TaskSpawner.Body body) {
        simulation.runIn(client, PATIENCE, body);
    }

    private EtcdStore store() {
        var store = EtcdStore.connect(etcd.config(), etcd.transport(client), client.env());
        opened.add(store);
        return store;
    }

    private static WriteOutcome create(EtcdStore store, String name) {
        return store.commit(Commit.of(
                new Write.Create(Draft.of(new ObjectKey("things", "default", name), Bytes.utf8("spec of " + name)))));
    }

    private static List<String> list(EtcdStore store) {
        return store.list(Selection.of("things"), ReadAt.LATEST).objects().stream()
                .map(object -> object.key().name())
                .toList();
    }
}
