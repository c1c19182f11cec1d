package dev.banyan.runtime.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.CacheMetrics;
import dev.banyan.runtime.cache.Quarantined;
import dev.banyan.runtime.controller.ControllerMetrics.Load;
import dev.banyan.runtime.election.LeaderElector;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.observe.Greeter;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.queue.WorkQueue;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MicrometerMetricsTest {
    private static final ObjectKey KEY = new ObjectKey("things", "default", "one");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerMetrics metrics = new MicrometerMetrics(registry);

    @Test
    void timesReconcilesQueuesListingsAndCommits() {
        try (var greeter = new Greeter(metrics, metrics, metrics, () -> {})) {
            metrics.watch(greeter.informer());
            greeter.greet("shy");
            greeter.greet("ada");
            greeter.await(() -> timed("banyan.reconcile", "ending", "done") >= 2
                    && timed("banyan.store.commit", "outcome", "written") >= 4);

            assertThat(timed("banyan.reconcile", "ending", "failed")).isOne();
            assertThat(timed("banyan.queue.wait", "lane", "retry")).isPositive();
            assertThat(timed("banyan.store.commit", "outcome", "written")).isEqualTo(4);
            assertThat(timed("banyan.informer.list", "cause", "start")).isOne();
            assertThat(value("banyan.informer.objects")).isEqualTo(2);
            assertThat(value("banyan.informer.bytes")).isPositive();
            assertThat(value("banyan.informer.revision")).isPositive();
            assertThat(value("banyan.informer.quarantined")).isZero();
            assertThat(value("banyan.informer.stale")).isZero();
            assertThat(value("banyan.component.ready")).isOne();
        }
        assertThat(value("banyan.component.ready")).isZero();
    }

    @Test
    void showsTheQueueOfAController() {
        var lanes = Map.of(Lane.FRESH, new WorkQueue.LaneLoad(3, Duration.ofMillis(1500)));

        metrics.load("hello", new Load(new WorkQueue.Load(Map.of(), 0, 0, 0), 0, 0, 0));
        metrics.load("hello", new Load(new WorkQueue.Load(lanes, 4, 5, 6), 7, 8, 9));

        assertThat(value("banyan.queue.depth", "lane", "fresh")).isEqualTo(3);
        assertThat(value("banyan.queue.depth", "lane", "resync")).isZero();
        assertThat(value("banyan.queue.oldest.seconds", "lane", "fresh")).isEqualTo(1.5);
        assertThat(value("banyan.queue.waiting")).isEqualTo(4);
        assertThat(value("banyan.queue.running")).isEqualTo(5);
        assertThat(value("banyan.retry.keys")).isEqualTo(6);
        assertThat(value("banyan.queue.held")).isEqualTo(7);
        assertThat(value("banyan.reconcile.stalled")).isEqualTo(8);
        assertThat(value("banyan.reconcile.overdue")).isEqualTo(9);
    }

    @Test
    void countsWhatIsRare() {
        everything();

        for (var name : Set.of(
                "banyan.reconcile.stuck",
                "banyan.reconcile.hot",
                "banyan.handler.failures",
                "banyan.write.conflicts",
                "banyan.fence.rejects",
                "banyan.stale.holds",
                "banyan.informer.quarantines",
                "banyan.audit.skips",
                "banyan.store.resyncs")) {
            assertThat(registry.get(name).counter().count()).as(name).isOne();
        }
        assertThat(registry.get("banyan.handler.coalesced").counter().count()).isEqualTo(5);
        assertThat(registry.get("banyan.audit.keys").counter().count()).isEqualTo(100);
        assertThat(registry.get("banyan.audit.differences").counter().count()).isEqualTo(2);
    }

    @Test
    void showsTheViewAndWhoLeads() throws Exception {
        var env = new SystemEnv();
        var store = new MemoryStore(env);
        var membership = new Membership(store, env, "one", Membership.TTL);
        var elector = new LeaderElector(membership, store, env, "chief");
        metrics.watch(membership);
        metrics.watch(elector);
        assertThat(value("banyan.view.revision")).isZero();
        assertThat(value("banyan.leader.leads")).isZero();
        var led = env.signal();
        elector.addListener(standing -> led.raise());

        membership.start();
        elector.start();
        while (!elector.leadership().leads()) {
            led.await(Duration.ofSeconds(1));
        }

        assertThat(value("banyan.view.revision")).isPositive();
        assertThat(value("banyan.view.members")).isOne();
        assertThat(value("banyan.leader.leads")).isOne();
        elector.stop();
        membership.stop();
    }

    @Test
    void neverTakesAKeyAsATag() {
        everything();
        for (int i = 0; i < 1_000; i++) {
            var key = new ObjectKey("things", "default", "name" + i);
            metrics.stuck("hello", key);
            metrics.hot("hello", key);
            metrics.handlerFailed("hello", key);
            metrics.stale("hello", key);
            metrics.quarantined("things", new Quarantined(key, i, "reason " + i));
        }

        assertThat(registry.getMeters()).hasSizeLessThan(40);
        assertThat(registry.getMeters())
                .flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getValue)
                .noneMatch(text -> text.contains("name1") || text.contains("/"));
    }

    @Test
    void listsEveryFigureInItsTable() throws IOException {
        everything();
        var told = new TreeSet<String>();
        registry.getMeters().forEach(meter -> told.add(shown(meter)));
        var table = Files.readString(Path.of("src/main/java/dev/banyan/runtime/micrometer/package-info.java"));

        for (var name : told) {
            var last = name.substring(name.lastIndexOf('_'));
            assertThat(table.contains(name)
                            || table.contains(", " + last)
                            || table.contains(name.replaceAll("^banyan_[a-z]+", "")))
                    .as(name)
                    .isTrue();
        }
        assertThat(told).hasSizeGreaterThan(20);
    }

    /** As Prometheus shows it. */
    private static String shown(Meter meter) {
        var name = meter.getId().getName().replace('.', '_');
        return switch (meter.getId().getType()) {
            case COUNTER -> name + "_total";
            case TIMER -> name + "_seconds";
            case GAUGE, DISTRIBUTION_SUMMARY, LONG_TASK_TIMER, OTHER -> name;
        };
    }

    private void everything() {
        metrics.reconciled("hello", dev.banyan.runtime.controller.ControllerMetrics.Ending.DONE, Duration.ofMillis(1));
        metrics.waited("hello", Lane.FRESH, Duration.ofMillis(1));
        metrics.load("hello", new Load(new WorkQueue.Load(Map.of(), 0, 0, 0), 0, 0, 0));
        metrics.stuck("hello", KEY);
        metrics.hot("hello", KEY);
        metrics.coalesced("hello", 5);
        metrics.handlerFailed("hello", KEY);
        metrics.conflicted("hello");
        metrics.fenced("hello");
        metrics.stale("hello", KEY);
        metrics.listed("things", CacheMetrics.Cause.COMPACTED, 3, Duration.ofMillis(1));
        metrics.quarantined("things", new Quarantined(KEY, 1, "bad"));
        metrics.compared("things", 100, 2);
        metrics.skipped("things");
        metrics.resynced(Selection.of("things"), WatchBatch.Resync.Reason.COMPACTED);
    }

    private long timed(String name, String tag, String text) {
        return registry.find(name).tag(tag, text).timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    private double value(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }
}
