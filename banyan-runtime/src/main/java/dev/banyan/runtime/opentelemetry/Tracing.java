package dev.banyan.runtime.opentelemetry;

import dev.banyan.runtime.controller.ControllerMetrics;
import dev.banyan.runtime.observe.StoreObserver;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.WriteOutcome;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.Locale;
import java.util.Optional;

/** Spans of reconciles and commits. Thread-safe. */
public final class Tracing implements ControllerMetrics, StoreObserver {
    private static final AttributeKey<String> CONTROLLER = AttributeKey.stringKey("banyan.controller");
    private static final AttributeKey<String> KEY = AttributeKey.stringKey("banyan.key");
    private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("banyan.attempt");
    private static final AttributeKey<String> LANE = AttributeKey.stringKey("banyan.lane");
    private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("banyan.cause");
    private static final AttributeKey<Long> CAUSE_REVISION = AttributeKey.longKey("banyan.cause.revision");
    private static final AttributeKey<Long> WAITED = AttributeKey.longKey("banyan.waited.ms");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("banyan.outcome");
    private static final AttributeKey<Long> WRITES = AttributeKey.longKey("banyan.writes");
    private static final AttributeKey<Long> REVISION = AttributeKey.longKey("banyan.revision");

    private final Tracer tracer;

    /** Spans of a tracer named {@code dev.banyan.runtime}. */
    public Tracing(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("dev.banyan.runtime");
    }

    @Override
    @SuppressWarnings("MustBeClosed") // the scope is closed when the reconcile ends, on the same thread
    public Running began(Run run) {
        var span = tracer.spanBuilder("reconcile " + run.controller())
                .setAttribute(CONTROLLER, run.controller())
                .setAttribute(KEY, run.key().path())
                .setAttribute(ATTEMPT, run.failures() + 1L)
                .setAttribute(LANE, lower(run.lane()))
                .setAttribute(CAUSE, run.cause().what())
                .setAttribute(CAUSE_REVISION, run.cause().revision())
                .setAttribute(WAITED, run.waited().toMillis())
                .setNoParent() // a key runs for many causes at once
                .startSpan();
        var scope = span.makeCurrent();
        return (ending, failure) -> end(span, scope, ending, failure);
    }

    @Override
    @SuppressWarnings("MustBeClosed") // the scope is closed when the commit ends, on the same thread
    public Committing began(Commit commit) {
        var span = tracer.spanBuilder("commit")
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(KEY, commit.writes().getFirst().key().path())
                .setAttribute(WRITES, (long) commit.writes().size())
                .startSpan();
        var scope = span.makeCurrent();
        return (outcome, took) -> end(span, scope, outcome);
    }

    private static void end(Span span, Scope scope, Ending ending, Optional<Throwable> failure) {
        scope.close();
        span.setAttribute(OUTCOME, lower(ending));
        failure.ifPresent(thrown -> {
            span.recordException(thrown);
            span.setStatus(StatusCode.ERROR, thrown.getClass().getSimpleName());
        });
        span.end();
    }

    private static void end(Span span, Scope scope, Optional<WriteOutcome> outcome) {
        scope.close();
        var name = outcome.map(known -> known.getClass().getSimpleName()).orElse("Exception");
        span.setAttribute(OUTCOME, name);
        outcome.filter(WriteOutcome.Written.class::isInstance)
                .ifPresent(known -> span.setAttribute(REVISION, ((WriteOutcome.Written) known).revision()));
        if (outcome.filter(WriteOutcome::written).isEmpty()) {
            span.setStatus(StatusCode.ERROR, name);
        }
        span.end();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
