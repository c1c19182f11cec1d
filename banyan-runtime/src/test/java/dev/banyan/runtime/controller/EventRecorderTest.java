package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.RecordedEvent.Severity;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedTime;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventRecorderTest {
    private static final ObjectKey A = ObjectKey.cluster("things", "a");
    private static final ObjectKey B = ObjectKey.cluster("things", "b");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(31);
    private final SimulatedProcess process = simulation.process("engine");
    private final List<RecordedEvent> told = new ArrayList<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void tellsANewEventAtOnce() {
        var recorder = started(new EventRecorder(process.env(), told::addAll));
        simulation.runFor(SECOND);
        recorder.warning(A, "PullFailed", "no such image");
        simulation.runFor(Duration.ofMillis(1));

        assertThat(told).singleElement().satisfies(event -> {
            assertThat(event.about()).isEqualTo(A);
            assertThat(event.severity()).isEqualTo(Severity.WARNING);
            assertThat(event.reason()).isEqualTo("PullFailed");
            assertThat(event.message()).isEqualTo("no such image");
            assertThat(event.count()).isEqualTo(1);
            assertThat(event.first()).isEqualTo(event.last()).isEqualTo(SimulatedTime.START.plusSeconds(1));
            assertThat(event.series()).hasSize(32);
        });
    }

    @Test
    void countsEqualEventsInOneSeriesAndTellsItNowAndThen() {
        var recorder = started(new EventRecorder(process.env(), told::addAll));
        for (int i = 0; i < 100; i++) {
            recorder.normal(A, "Again", "still waiting");
            simulation.runFor(Duration.ofMillis(250));
        }
        simulation.runFor(EventRecorder.REPEAT);

        assertThat(told).hasSizeBetween(3, 5);
        assertThat(told.getLast().count()).isEqualTo(100);
        assertThat(told)
                .extracting(RecordedEvent::series)
                .containsOnly(told.getFirst().series());
        assertThat(told).extracting(RecordedEvent::first).containsOnly(SimulatedTime.START);
        assertThat(told.getLast().last()).isAfter(told.getFirst().last());
    }

    @Test
    void keepsDifferentEventsApart() {
        var recorder = started(new EventRecorder(process.env(), told::addAll));
        recorder.normal(A, "X", "m");
        recorder.normal(B, "X", "m");
        recorder.normal(A, "Y", "m");
        recorder.normal(A, "X", "n");
        recorder.warning(A, "X", "m");
        simulation.runFor(SECOND);

        assertThat(told).hasSize(5).extracting(RecordedEvent::series).doesNotHaveDuplicates();
    }

    @Test
    void startsAnotherSeriesAfterTheWindow() {
        var recorder = started(new EventRecorder(process.env(), told::addAll));
        recorder.normal(A, "X", "m");
        simulation.runFor(EventRecorder.WINDOW);
        recorder.normal(A, "X", "m");
        simulation.runFor(SECOND);

        assertThat(told).hasSize(2).allMatch(event -> event.count() == 1);
        assertThat(told.getFirst().series()).isNotEqualTo(told.getLast().series());
    }

    @Test
    void tellsLaterWhatTheSinkDidNotTake() {
        var away = new AtomicBoolean(true);
        var recorder = started(new EventRecorder(process.env(), events -> {
            if (away.get()) {
                throw new IllegalStateException("store is away");
            }
            told.addAll(events);
        }));
        recorder.normal(A, "X", "m");
        simulation.runFor(SECOND);
        recorder.normal(B, "X", "m");
        simulation.runFor(EventRecorder.REPEAT.multipliedBy(3));
        assertThat(recorder.health().ready()).isTrue();

        away.set(false);
        simulation.runFor(EventRecorder.REPEAT.multipliedBy(2));

        assertThat(told).extracting(RecordedEvent::about).containsExactlyInAnyOrder(A, B);
        assertThat(told).extracting(RecordedEvent::count).containsOnly(1);
    }

    @Test
    void countsOnInASeriesThatTheSinkDidNotTake() {
        var away = new AtomicBoolean(true);
        var recorder = started(new EventRecorder(process.env(), events -> {
            if (away.getAndSet(false)) {
                throw new IllegalStateException("store is away");
            }
            told.addAll(events);
        }));
        recorder.normal(A, "X", "m");
        simulation.runFor(SECOND);
        recorder.normal(A, "X", "m");
        simulation.runFor(EventRecorder.REPEAT.multipliedBy(3));

        assertThat(told).singleElement().satisfies(event -> assertThat(event.count())
                .isEqualTo(2));
    }

    @Test
    void handsOverTogetherWhatIsDueTogether() {
        var calls = new ArrayList<List<RecordedEvent>>();
        var recorder = new EventRecorder(process.env(), calls::add);
        recorder.normal(A, "X", "m");
        recorder.normal(B, "X", "m");
        started(recorder);
        simulation.runFor(SECOND);

        assertThat(calls).singleElement().satisfies(events -> assertThat(events).hasSize(2));
    }

    @Test
    void cutsAMessageThatIsTooLong() {
        var recorder = started(new EventRecorder(process.env(), told::addAll));
        recorder.normal(A, "X", "m".repeat(EventRecorder.MESSAGE_MAX));
        recorder.normal(A, "X", "n".repeat(EventRecorder.MESSAGE_MAX + 1));
        simulation.runFor(SECOND);

        assertThat(told).extracting(event -> event.message().length()).containsOnly(EventRecorder.MESSAGE_MAX);
        assertThat(told.getFirst().message()).endsWith("m");
        assertThat(told.getLast().message()).endsWith("n...");
    }

    @Test
    void forgetsTheQuietestSeriesWhenThereAreTooMany() {
        var aggregate = new EventAggregate(EventRecorder.WINDOW, EventRecorder.REPEAT);
        for (int i = 0; i <= EventAggregate.SERIES_MAX; i++) {
            add(aggregate, ObjectKey.cluster("things", "n" + i));
            add(aggregate, ObjectKey.cluster("things", "n0"));
        }

        assertThat(aggregate.forgotten()).isEqualTo(1);
        assertThat(aggregate.due(0))
                .hasSize(EventAggregate.SERIES_MAX)
                .extracting(event -> event.about().name())
                .contains("n0")
                .doesNotContain("n1");
    }

    @Test
    void handsOverWhatIsLeftWhenItStops() {
        var recorder = new EventRecorder(process.env(), told::addAll);
        recorder.normal(A, "X", "m");
        recorder.start();
        simulation.runIn(process, SECOND, recorder::stop);

        assertThat(told).hasSize(1);
        assertThat(recorder.health().ready()).isFalse();
    }

    private EventRecorder started(EventRecorder recorder) {
        recorder.start();
        return recorder;
    }

    private static void add(EventAggregate aggregate, ObjectKey about) {
        aggregate.add(
                new RecordedEvent(about, Severity.NORMAL, "X", "m", 1, SimulatedTime.START, SimulatedTime.START, "id"),
                0);
    }
}
