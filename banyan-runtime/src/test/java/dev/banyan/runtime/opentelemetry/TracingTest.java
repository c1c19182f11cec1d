package dev.banyan.runtime.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.CacheMetrics;
import dev.banyan.runtime.observe.FanOut;
import dev.banyan.runtime.observe.Greeter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracingTest {
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    private final Tracing tracing = new Tracing(sdk);

    @AfterEach
    void close() {
        sdk.close();
    }

    @Test
    void showsEachReconcileWithItsAttemptCauseAndOutcome() {
        run("shy");

        var attempts = named("reconcile hello");
        assertThat(attempts.getFirst().getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("banyan.controller"), "hello")
                .containsEntry(AttributeKey.stringKey("banyan.key"), "greetings/default/shy")
                .containsEntry(AttributeKey.longKey("banyan.attempt"), 1L)
                .containsEntry(AttributeKey.stringKey("banyan.outcome"), "failed")
                .containsKey(AttributeKey.stringKey("banyan.cause"));
        assertThat(attempts.getFirst().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attempts.getFirst().getEvents()).singleElement().satisfies(event -> assertThat(event.getName())
                .isEqualTo("exception"));
        assertThat(attempts.get(1).getAttributes().asMap())
                .containsEntry(AttributeKey.longKey("banyan.attempt"), 2L)
                .containsEntry(AttributeKey.stringKey("banyan.lane"), "retry")
                .containsEntry(AttributeKey.stringKey("banyan.outcome"), "done");
        assertThat(attempts.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void showsCommitsAsChildrenOfTheirReconcile() {
        run("ada");

        var reconciles =
                named("reconcile hello").stream().map(SpanData::getSpanId).toList();
        var child = named("commit").stream()
                .filter(commit -> commit.getParentSpanContext().isValid())
                .toList();
        assertThat(child).singleElement().satisfies(commit -> {
            assertThat(reconciles).contains(commit.getParentSpanId());
            assertThat(commit.getAttributes().get(AttributeKey.stringKey("banyan.outcome")))
                    .isEqualTo("Written");
            assertThat(commit.getAttributes().get(AttributeKey.longKey("banyan.revision")))
                    .isPositive();
        });
    }

    @Test
    void givesItsContextToWhatTheReconcilerCalls() {
        run("ada");

        var inside = named("inside");
        var reconciles =
                named("reconcile hello").stream().map(SpanData::getSpanId).toList();
        assertThat(inside).isNotEmpty().allSatisfy(span -> assertThat(reconciles)
                .contains(span.getParentSpanId()));
    }

    @Test
    void leavesNothingBehindOnAThread() {
        assertThat(Span.fromContext(Context.current()).getSpanContext().isValid())
                .isFalse();
        run("ada");
        assertThat(Span.fromContext(Context.current()).getSpanContext().isValid())
                .isFalse();
        assertThat(named("reconcile hello"))
                .allSatisfy(span ->
                        assertThat(span.getParentSpanContext().isValid()).isFalse());
    }

    private void run(String name) {
        var tracer = sdk.getTracer("test");
        try (var greeter =
                new Greeter(FanOut.controllers(tracing), CacheMetrics.NONE, tracing, () -> tracer.spanBuilder("inside")
                        .startSpan()
                        .end())) {
            greeter.greet(name);
            greeter.await(() -> named("reconcile hello").stream().anyMatch(span -> "done"
                    .equals(span.getAttributes().get(AttributeKey.stringKey("banyan.outcome")))));
        }
    }

    private List<SpanData> named(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }
}
