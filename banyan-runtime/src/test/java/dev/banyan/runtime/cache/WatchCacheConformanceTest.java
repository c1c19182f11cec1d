package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.conformance.StoreConformance;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Conformance;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Two caches in front of one store: two engines. */
public class WatchCacheConformanceTest {
    /** Small enough to be pushed out of history by a case, large enough for every case. */
    private static final int REVISIONS = 300;

    /** Also that of the caches: one that is behind for long is no failure. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Here the patience is waited for. */
    private static final String NEVER = "a revision that never was cannot be read, and says so";

    @TestFactory
    Stream<DynamicTest> watchCacheOverMemory() {
        return Conformance.ofEach(promise -> {
            var store = new MemoryStore(new SystemEnv());
            return inFrontOf(promise, store, store::compact, () -> {});
        });
    }

    @Test
    void waitsForOnePromiseOnly() {
        assertThat(StoreConformance.all())
                .filteredOn(promise -> promise.name().equals(NEVER))
                .hasSize(1);
    }

    /** A fixture for the case {@code promise}: two caches over {@code upstream}, which {@code compaction} makes forget. */
    public static StoreFixture inFrontOf(String promise, Store upstream, LongConsumer compaction, Runnable closing) {
        var env = new SystemEnv();
        var patience = promise.equals(NEVER) ? Duration.ofMillis(200) : PATIENCE;
        var limits = new ServedHistory.Limits(REVISIONS, 64 * 1024 * 1024, Duration.ofMillis(20), patience);
        var first = new WatchCache(upstream, env, limits);
        var second = new WatchCache(upstream, env, limits);
        started(first);
        started(second);
        Conformance.Forgetting forgetting = revision -> {
            long last = pushOut(upstream, revision);
            assertThat(first.awaitRevision(last, PATIENCE)).isTrue();
            assertThat(second.awaitRevision(last, PATIENCE)).isTrue();
            compaction.accept(revision);
        };
        return new Conformance.Fixture(env, first, second, forgetting, () -> {
            first.stop();
            second.stop();
            closing.run();
        });
    }

    private static void started(WatchCache cache) {
        cache.start();
        try {
            assertThat(cache.awaitRevision(0, PATIENCE)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Fills the ring of the caches so that it begins at {@code revision}. */
    private static long pushOut(Store upstream, long revision) {
        long last = 0;
        for (int filler = 0; last < revision + REVISIONS; filler++) {
            var key = new ObjectKey("filler", "default", "f" + filler);
            var outcome = upstream.commit(Commit.of(new Write.Create(Draft.of(key, Bytes.EMPTY))));
            last = ((WriteOutcome.Written) outcome).revision();
        }
        return last;
    }
}
