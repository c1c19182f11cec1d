package dev.banyan.runtime.controller;

import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One controller's {@link ControllerMetrics}, whose failures end here. Thread-safe. */
final class SafeMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(SafeMetrics.class);

    private final String controller;
    private final ControllerMetrics metrics;
    private final AtomicBoolean told = new AtomicBoolean();

    SafeMetrics(String controller, ControllerMetrics metrics) {
        this.controller = controller;
        this.metrics = metrics;
    }

    ControllerMetrics.Running began(ControllerMetrics.Run run) {
        try {
            return metrics.began(run);
        } catch (RuntimeException | LinkageError | StackOverflowError failed) {
            failed(failed);
            return ControllerMetrics.Running.UNSEEN;
        }
    }

    void ended(ControllerMetrics.Running running, ControllerMetrics.Ending ending, Optional<Throwable> failure) {
        call(sink -> running.ended(ending, failure));
    }

    void reconciled(ControllerMetrics.Ending ending, Duration took) {
        call(sink -> sink.reconciled(controller, ending, took));
    }

    void waited(Lane lane, Duration waited) {
        call(sink -> sink.waited(controller, lane, waited));
    }

    void stuck(ObjectKey key) {
        call(sink -> sink.stuck(controller, key));
    }

    void hot(ObjectKey key) {
        call(sink -> sink.hot(controller, key));
    }

    void queued(int depth) {
        call(sink -> sink.queued(controller, depth));
    }

    void load(ControllerMetrics.Load load) {
        call(sink -> sink.load(controller, load));
    }

    void coalesced(int count) {
        call(sink -> sink.coalesced(controller, count));
    }

    void handlerFailed(ObjectKey object) {
        call(sink -> sink.handlerFailed(controller, object));
    }

    void stale(ObjectKey key) {
        call(sink -> sink.stale(controller, key));
    }

    void committed(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Conflict) {
            call(sink -> sink.conflicted(controller));
        } else if (outcome instanceof WriteOutcome.Fenced) {
            call(sink -> sink.fenced(controller));
        }
    }

    private void call(Consumer<ControllerMetrics> step) {
        try {
            step.accept(metrics);
        } catch (RuntimeException | LinkageError | StackOverflowError failed) {
            failed(failed);
        }
    }

    private void failed(Throwable failure) {
        if (told.compareAndSet(false, true)) {
            LOG.atError()
                    .addKeyValue("controller", controller)
                    .setCause(failure)
                    .log("metrics failed");
        }
    }
}
