package dev.banyan.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.identity.OwnKey;
import dev.banyan.engine.OwnHost;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two engines with a cache each over one history, and a client that knows both. */
class FailOverTest {
    /** Far more than anything here takes, and how long a cache that is behind is waited for. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestCluster cluster = new TestCluster();
    private final MemoryStore truth = new MemoryStore(TestCluster.ENV);
    private final WatchCache firstCache = cache();
    private final WatchCache secondCache = cache();

    /** A watch goes on where history reaches back to: both caches list before anything is written. */
    @BeforeEach
    void fill() throws InterruptedException {
        firstCache.start();
        secondCache.start();
        assertThat(firstCache.awaitReady(PATIENCE)).isTrue();
        assertThat(secondCache.awaitReady(PATIENCE)).isTrue();
    }

    @AfterEach
    void close() {
        cluster.close();
        firstCache.stop();
        secondCache.stop();
    }

    @Test
    void goesOnWatchingAtTheNextEngineWithoutLossOrRepetition() throws Exception {
        var first = cluster.server(firstCache, 0, Optional.empty());
        var second = cluster.server(secondCache, 0, Optional.empty());
        var store = both(first, second);
        create(0, 10);
        try (var watch = store.watch(Selection.of("things"), 1)) {
            assertThat(names(watch, 10)).isEqualTo(numbers(0, 10));

            first.stop();
            create(10, 30);

            assertThat(names(watch, 20)).isEqualTo(numbers(10, 30));
        }
    }

    @Test
    void neitherLosesNorRepeatsWhatIsWrittenWhileAnEngineGoesDown() throws Exception {
        var first = cluster.server(firstCache, 0, Optional.empty());
        var second = cluster.server(secondCache, 0, Optional.empty());
        create(0, 1);
        try (var watch = both(first, second).watch(Selection.of("things"), 1)) {
            assertThat(names(watch, 1)).containsExactly("t0"); // so the first engine serves it
            var stopping = TestCluster.ENV.tasks().spawn("stop the first engine", first::stop);
            // Each event is followed by the next write, so that the connection is always cut right behind one.
            int next = 1;
            for (int afterwards = 0; afterwards < 20; next++) {
                create(next, next + 1);
                assertThat(names(watch, 1)).containsExactly("t" + next);
                afterwards += stopping.done() ? 1 : 0;
            }
        }
    }

    @Test
    void readsAndWritesAtTheNextEngineOnceOneIsGone() {
        var first = cluster.server(firstCache, 0, Optional.empty());
        var second = cluster.server(secondCache, 0, Optional.empty());
        var store = both(first, second);
        assertThat(store.commit(thing(0)).written()).isTrue();

        first.stop();

        assertThat(store.get(key(0), ReadAt.LATEST)).isPresent();
        assertThat(store.commit(thing(1)).written()).isTrue();
        assertThat(store.list(Selection.of("things"), ReadAt.LATEST).objects()).hasSize(2);
    }

    @Test
    void comesBackToAnEngineThatWasRestarted() throws Exception {
        var host = OwnHost.address(); // its port is free again once it has stopped
        var key = new OwnKey(TestCluster.credentials("engine", "one"));
        var first = cluster.server(firstCache, key, new ServerSettings(host, 0, Optional.empty()));
        int port = first.port();
        var store = cluster.client("engine", "client", host + ":" + port).store();
        create(0, 1);
        try (var watch = store.watch(Selection.of("things"), 1)) {
            assertThat(names(watch, 1)).isEqualTo(numbers(0, 1));

            first.stop();
            cluster.server(firstCache, key, new ServerSettings(host, port, Optional.empty()));
            create(1, 5);

            assertThat(names(watch, 4)).isEqualTo(numbers(1, 5));
        }
    }

    @Test
    void endsAWatchThatIsClosedWhileNobodyAnswers() throws Exception {
        var store = cluster.client("engine", "client", "127.0.0.1:1").store();
        var watch = store.watch(Selection.of("things"), 1);
        var closer = TestCluster.ENV.tasks().spawn("closer", watch::close);

        assertThat(watch.next()).isEqualTo(new WatchBatch.Closed());
        closer.join();
    }

    private WatchCache cache() {
        var standard = ServedHistory.Limits.DEFAULT;
        var patient =
                new ServedHistory.Limits(standard.revisions(), standard.bytes(), standard.bookmarkDelay(), PATIENCE);
        return new WatchCache(truth, TestCluster.ENV, patient);
    }

    private Store both(ApiServer first, ApiServer second) {
        return cluster.client("engine", "client", "127.0.0.1:" + first.port(), "127.0.0.1:" + second.port())
                .store();
    }

    private void create(int from, int to) {
        for (int i = from; i < to; i++) {
            truth.commit(thing(i));
        }
    }

    private static Commit thing(int number) {
        return Commit.of(new Write.Create(Draft.of(key(number), Bytes.EMPTY)));
    }

    private static ObjectKey key(int number) {
        return new ObjectKey("things", "default", "t" + number);
    }

    private static List<String> numbers(int from, int to) {
        var names = new ArrayList<String>();
        for (int i = from; i < to; i++) {
            names.add("t" + i);
        }
        return names;
    }

    private static List<String> names(Watch watch, int count) throws InterruptedException {
        var names = new ArrayList<String>();
        while (names.size() < count) {
            var batch = watch.next(PATIENCE).orElseThrow(() -> new AssertionError("only " + names));
            if (batch instanceof WatchBatch.Changes changes) {
                changes.events().forEach(event -> names.add(event.key().name()));
            } else {
                assertThat(batch).isInstanceOf(WatchBatch.Bookmark.class);
            }
        }
        return names;
    }
}
