package dev.banyan.runtime.micrometer;

import dev.banyan.runtime.controller.ControllerMetrics.Load;
import dev.banyan.runtime.queue.Lane;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What one controller has to do, as it said last. */
final class QueueGauges {
    private volatile Optional<Load> last = Optional.empty(); // written by the controller's dispatcher

    QueueGauges(String controller, MicrometerMetrics metrics) {
        var tags = Tags.of("controller", controller);
        for (var lane : Lane.values()) {
            var laneTags = tags.and("lane", MicrometerMetrics.lower(lane));
            metrics.gauge("banyan.queue.depth", laneTags, this, of(load -> load.queue()
                    .of(lane)
                    .depth()));
            metrics.gauge(
                    "banyan.queue.oldest.seconds",
                    laneTags,
                    this,
                    of(load -> MicrometerMetrics.seconds(load.queue().of(lane).oldest())));
        }
        metrics.gauge(
                "banyan.queue.waiting", tags, this, of(load -> load.queue().waiting()));
        metrics.gauge(
                "banyan.queue.running", tags, this, of(load -> load.queue().running()));
        metrics.gauge("banyan.queue.held", tags, this, of(Load::held));
        metrics.gauge("banyan.retry.keys", tags, this, of(load -> load.queue().failing()));
        metrics.gauge("banyan.reconcile.stalled", tags, this, of(Load::stalled));
        metrics.gauge("banyan.reconcile.overdue", tags, this, of(Load::stuck));
    }

    void show(Load load) {
        last = Optional.of(load);
    }

    private static ToDoubleFunction<QueueGauges> of(ToDoubleFunction<Load> figure) {
        return gauges -> gauges.last.map(figure::applyAsDouble).orElse(0.0);
    }
}
