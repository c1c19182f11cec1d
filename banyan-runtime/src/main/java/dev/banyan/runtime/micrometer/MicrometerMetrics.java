package dev.banyan.runtime.micrometer;

import dev.banyan.runtime.audit.AuditMetrics;
import dev.banyan.runtime.cache.CacheMetrics;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Quarantined;
import dev.banyan.runtime.controller.ControllerMetrics;
import dev.banyan.runtime.election.LeaderElector;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.observe.StoreObserver;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** Counts and times into a registry. The package lists the figures. Thread-safe. */
public final class MicrometerMetrics implements ControllerMetrics, CacheMetrics, AuditMetrics, StoreObserver {
    private final MeterRegistry registry;
    private final Map<String, QueueGauges> queues = new ConcurrentHashMap<>(); // one entry a controller

    /** Figures in {@code registry}. */
    public MicrometerMetrics(MeterRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    /** Shows how large, how fresh and how whole {@code informer} is. */
    public void watch(Informer<?, ?> informer) {
        watch((Component) informer);
        var tags = Tags.of("informer", informer.name());
        gauge("banyan.informer.objects", tags, informer, it -> it.snapshot().size());
        gauge("banyan.informer.bytes", tags, informer, Informer::bytes);
        gauge("banyan.informer.quarantined", tags, informer, it -> it.quarantined()
                .size());
        gauge("banyan.informer.revision", tags, informer, Informer::appliedRevision);
        gauge("banyan.informer.lag.revisions", tags, informer, it -> it.lag().revisions());
        gauge(
                "banyan.informer.lag.seconds",
                tags,
                informer,
                it -> seconds(it.lag().duration()));
        gauge("banyan.informer.stale", tags, informer, it -> it.stale() ? 1 : 0);
    }

    /** Shows whether {@code component}, of whatever sort, is ready. */
    public void watch(Component component) {
        gauge(
                "banyan.component.ready",
                Tags.of("component", component.name()),
                component,
                it -> it.health().ready() ? 1 : 0);
    }

    /** Shows under which view of {@code membership} this process acts. */
    public void watch(Membership membership) {
        watch((Component) membership);
        gauge("banyan.view.revision", Tags.empty(), membership, it -> it.view()
                .map(View::revision)
                .orElse(0L));
        gauge("banyan.view.members", Tags.empty(), membership, it -> it.view()
                .map(view -> view.members().size())
                .orElse(0));
    }

    /** Shows whether this process leads. */
    public void watch(LeaderElector elector) {
        watch((Component) elector);
        gauge(
                "banyan.leader.leads",
                Tags.of("election", elector.name()),
                elector,
                it -> it.leadership().leads() ? 1 : 0);
    }

    @Override
    public void reconciled(String controller, Ending ending, Duration took) {
        registry.timer("banyan.reconcile", "controller", controller, "ending", lower(ending))
                .record(took);
    }

    @Override
    public void waited(String controller, Lane lane, Duration waited) {
        registry.timer("banyan.queue.wait", "controller", controller, "lane", lower(lane))
                .record(waited);
    }

    @Override
    public void load(String controller, Load load) {
        queues.computeIfAbsent(controller, name -> new QueueGauges(name, this)).show(load);
    }

    @Override
    public void stuck(String controller, ObjectKey key) {
        count("banyan.reconcile.stuck", controller, 1);
    }

    @Override
    public void hot(String controller, ObjectKey key) {
        count("banyan.reconcile.hot", controller, 1);
    }

    @Override
    public void coalesced(String controller, int count) {
        count("banyan.handler.coalesced", controller, count);
    }

    @Override
    public void handlerFailed(String controller, ObjectKey object) {
        count("banyan.handler.failures", controller, 1);
    }

    @Override
    public void conflicted(String controller) {
        count("banyan.write.conflicts", controller, 1);
    }

    @Override
    public void fenced(String controller) {
        count("banyan.fence.rejects", controller, 1);
    }

    @Override
    public void stale(String controller, ObjectKey key) {
        count("banyan.stale.holds", controller, 1);
    }

    @Override
    public void listed(String informer, Cause cause, int objects, Duration took) {
        registry.timer("banyan.informer.list", "informer", informer, "cause", lower(cause))
                .record(took);
    }

    @Override
    public void quarantined(String informer, Quarantined object) {
        registry.counter("banyan.informer.quarantines", "informer", informer).increment();
    }

    @Override
    public void compared(String cache, int keys, int differences) {
        registry.counter("banyan.audit.keys", "cache", cache).increment(keys);
        registry.counter("banyan.audit.differences", "cache", cache).increment(differences);
    }

    @Override
    public void skipped(String cache) {
        registry.counter("banyan.audit.skips", "cache", cache).increment();
    }

    @Override
    public Committing began(Commit commit) {
        return (outcome, took) -> registry.timer(
                        "banyan.store.commit",
                        "outcome",
                        outcome.map(known -> known.getClass().getSimpleName())
                                .orElse("Exception")
                                .toLowerCase(Locale.ROOT))
                .record(took);
    }

    @Override
    public void resynced(Selection selection, WatchBatch.Resync.Reason reason) {
        registry.counter("banyan.store.resyncs", "reason", lower(reason)).increment();
    }

    /** Held strongly: nobody else may hold what is shown. */
    <T> void gauge(String name, Tags tags, T shown, ToDoubleFunction<T> value) {
        Gauge.builder(name, shown, value).tags(tags).strongReference(true).register(registry);
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void count(String name, String controller, int amount) {
        registry.counter(name, "controller", controller).increment(amount);
    }
}
