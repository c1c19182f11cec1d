package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchBatch.Resync;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A watch on a real etcd over connections that break: nothing is lost, nothing comes twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EtcdWatchFaultTest {
    private static final Selection THINGS = Selection.of("things");
    /** Far more than any of it takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Env env = new SystemEnv();
    private final EtcdProcess etcd = EtcdProcess.start("--max-request-bytes=1572864");
    private CuttableProxy proxy;
    private EtcdStore direct;
    private EtcdStore proxied;

    @BeforeEach
    void connect() {
        proxy = new CuttableProxy(etcd);
        direct = TestStores.fresh(EtcdConfig.of(etcd.endpoint()));
        proxied = TestStores.connect(EtcdConfig.of(proxy.endpoint()).under(direct.prefix()));
    }

    @AfterEach
    void disconnect() {
        proxied.close();
        direct.close();
        proxy.close();
    }

    @AfterAll
    void stop() {
        etcd.close();
    }

    @Test
    void deliversEveryOldEventWhenTheConnectionBreaksBeforeTheFirstBatch() throws Exception {
        var revisions = createMany(500, 16);
        int before = proxy.accepted();
        proxy.cutNextAfter(2_000); // the confirmation of the watch fits, the first batch does not

        try (var watch = proxied.watch(THINGS, revisions.getFirst() - 1)) {
            assertThat(revisionsUntil(watch, revisions.getLast())).containsExactlyElementsOf(revisions);
        }
        assertThat(proxy.accepted() - before).as("connections of the watch").isGreaterThanOrEqualTo(2);
    }

    @Test
    void deliversEveryEventOnceOverManyBrokenConnections() throws Exception {
        try (var watch = proxied.watch(THINGS, revision())) {
            var written = new ArrayList<Long>();
            var writer = env.tasks().spawn("writer", () -> {
                for (int round = 0; round < 20; round++) {
                    written.addAll(createMany("round-" + round + "-", 25, 16));
                    proxy.cut();
                }
            });
            var seen = new ArrayList<Long>();
            long start = env.time().nanos();
            while ((!writer.done() || seen.size() < written.size())
                    && env.time().since(start).compareTo(PATIENCE) < 0) {
                changes(watch).ifPresent(changes -> seen.add(changes.revision()));
            }
            joined(writer);
            assertThat(seen).containsExactlyElementsOf(written);
        }
    }

    @Test
    void endsWithCompactedWhenHistoryWentWhileItWasAway() throws Exception {
        try (var watch = proxied.watch(THINGS, revision())) {
            var first = createMany("first-", 1, 16);
            assertThat(revisionsUntil(watch, first.getLast())).containsExactlyElementsOf(first);
            proxy.refuse();
            var missed = createMany("missed-", 5, 16);
            direct.maintenance().compact(missed.getLast());
            proxy.allow();

            assertThat(endOf(watch)).isEqualTo(new Resync(Resync.Reason.COMPACTED));
        }
    }

    @Test
    void endsWithCompactedWhenOnlyTheFirstMissedRevisionWent() throws Exception {
        var first = createMany(1, 16).getFirst();
        direct.maintenance().compact(createMany("missed-", 1, 16).getFirst());

        try (var watch = direct.watch(THINGS, first)) {
            assertThat(endOf(watch)).isEqualTo(new Resync(Resync.Reason.COMPACTED));
        }
    }

    @Test
    void endsWithTooFarBehindRatherThanReplayingALongHistory() throws Exception {
        try (var watch = proxied.watch(THINGS, revision())) {
            var first = createMany("first-", 1, 16);
            revisionsUntil(watch, first.getLast());
            proxy.refuse();
            overwriteMany((int) EtcdWatch.BEHIND_MAX + 1);
            proxy.allow();

            assertThat(endOf(watch)).isEqualTo(new Resync(Resync.Reason.TOO_FAR_BEHIND));
        }
    }

    @Test
    void goesOnAfterEtcdWasKilledAndStartedAgain() throws Exception {
        try (var watch = direct.watch(THINGS, revision())) {
            var before = createMany("before-", 50, 16);
            assertThat(revisionsUntil(watch, before.getLast())).containsExactlyElementsOf(before);
            etcd.kill();
            etcd.restart();
            TestStores.connect(EtcdConfig.of(etcd.endpoint())).close();
            var after = createMany("after-", 50, 16);

            assertThat(revisionsUntil(watch, after.getLast())).containsExactlyElementsOf(after);
        }
    }

    @Test
    void catchesUpOnMoreThanOneMessageMayHold() throws Exception {
        var revisions = createMany(60, 400 * 1024); // 24 MiB: the default limit of gRPC is 4

        try (var watch = direct.watch(THINGS, revisions.getFirst() - 1)) {
            assertThat(revisionsUntil(watch, revisions.getLast())).containsExactlyElementsOf(revisions);
        }
    }

    @Test
    void joinsRevisionsThatAreCutIntoFragments() throws Exception {
        long start = revision();
        long last = 0;
        for (int round = 0; round < 30; round++) {
            var writes = new ArrayList<Write>();
            for (int part = 0; part < 7; part++) {
                writes.add(create("round-" + round + "-" + part, 100 * 1024));
            }
            last = written(direct.commit(new Commit(List.of(), writes)));
        }

        try (var watch = direct.watch(THINGS, start)) {
            for (long reached = start; reached < last; reached++) {
                var changes = changes(watch).orElseThrow();
                assertThat(changes.revision()).isEqualTo(reached + 1);
                assertThat(changes.events()).as("events of one revision").hasSize(7);
            }
        }
    }

    @Test
    void noticesAConnectionThatIsOpenButDead() throws Exception {
        var hasty = new HastyEnv(10); // the heartbeat is missed long before a ping of the connection is
        var calls = new EtcdCalls(EtcdConfig.of(etcd.endpoint()), Optional.empty(), hasty);
        var channels = new EtcdChannels(EtcdConfig.of(proxy.endpoint()), Optional.empty());
        var layout = new KeyLayout(direct.prefix());
        try (var watch = new EtcdWatch(calls, channels, layout, THINGS, revision(), hasty)) {
            var before = createMany("before-", 1, 16);
            assertThat(revisionsUntil(watch, before.getLast())).containsExactlyElementsOf(before);
            proxy.stall();
            var after = createMany("after-", 1, 16);

            assertThat(revisionsUntil(watch, after.getLast())).containsExactlyElementsOf(after);
        } finally {
            calls.close();
            channels.close();
        }
    }

    private List<Long> createMany(int count, int bytes) {
        return createMany("thing-", count, bytes);
    }

    private List<Long> createMany(String prefix, int count, int bytes) {
        return IntStream.range(0, count)
                .mapToObj(index -> written(direct.commit(Commit.of(create(prefix + index, bytes)))))
                .toList();
    }

    private static Write create(String name, int bytes) {
        return new Write.Create(Draft.of(new ObjectKey("things", "default", name), Bytes.copyOf(new byte[bytes])));
    }

    private void overwriteMany(int count) throws Exception {
        var tasks = new ArrayList<Task>();
        for (int writer = 0; writer < 32; writer++) {
            int first = writer;
            tasks.add(env.tasks().spawn("writer", () -> {
                for (int index = first; index < count; index += 32) {
                    written(direct.commit(Commit.of(create("many-" + index, 1))));
                }
            }));
        }
        for (var task : tasks) {
            joined(task);
        }
    }

    private static void joined(Task task) throws InterruptedException {
        task.join();
        assertThat(task.failure()).isEmpty();
    }

    private long revision() {
        return revision(direct);
    }

    private static long revision(Store store) {
        return store.list(THINGS, ReadAt.LATEST).revision();
    }

    private static long written(WriteOutcome outcome) {
        assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
        return ((WriteOutcome.Written) outcome).revision();
    }

    private List<Long> revisionsUntil(Watch watch, long last) throws InterruptedException {
        var seen = new ArrayList<Long>();
        long start = env.time().nanos();
        while (seen.isEmpty() || seen.getLast() < last) {
            changes(watch).ifPresent(changes -> seen.add(changes.revision()));
            assertThat(env.time().since(start))
                    .as("time until revision %s, seen %s", last, seen.size())
                    .isLessThan(PATIENCE);
        }
        return seen;
    }

    private static Optional<WatchBatch.Changes> changes(Watch watch) throws InterruptedException {
        var batch = watch.next(PATIENCE);
        return switch (batch.orElseGet(() -> new WatchBatch.Bookmark(0))) {
            case WatchBatch.Changes changes -> Optional.of(changes);
            case WatchBatch.Bookmark bookmark -> Optional.empty();
            case WatchBatch.Resync resync -> throw new AssertionError(resync);
            case WatchBatch.Closed closed -> throw new AssertionError(closed);
        };
    }

    private static WatchBatch endOf(Watch watch) throws InterruptedException {
        while (true) {
            var batch = watch.next(PATIENCE).orElseThrow();
            if (batch instanceof WatchBatch.Resync || batch instanceof WatchBatch.Closed) {
                return batch;
            }
        }
    }
}
