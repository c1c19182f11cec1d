package dev.banyan.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.runtime.controller.RecordedEvent;
import dev.banyan.runtime.controller.RecordedEvent.Severity;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final ObjectKey TASK = Kinds.TASKS.key("default", "shop.eu.web.2.0.1");
    private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05Z");

    private final MemoryStore truth = new MemoryStore(new SystemEnv());
    private final Counting store = new Counting(truth);

    @Test
    void writesWhatHappenedToATaskUnderTheTasksApp() {
        EventLog.ofEngine(store, "e1")
                .accept(List.of(new RecordedEvent(
                        TASK, Severity.WARNING, "PullFailed", "no such image", 1, FIRST, FIRST, "f00")));

        var event = events().getFirst();
        assertThat(event.key()).isEqualTo(Kinds.EVENTS.key("default", "f00"));
        assertThat(event.meta().labels())
                .containsEntry(Labels.DEPLOYMENT, "shop.eu")
                .hasSize(1);
        assertThat(event.spec())
                .isEqualTo(EventSpec.newBuilder()
                        .setObject("tasks/default/shop.eu.web.2.0.1")
                        .setSeverity(EventSpec.Severity.WARNING)
                        .setReason("PullFailed")
                        .setMessage("no such image")
                        .setCount(1)
                        .setFirstMs(FIRST.toEpochMilli())
                        .setLastMs(FIRST.toEpochMilli())
                        .setReporter("engine/e1")
                        .setDeployment("shop.eu")
                        .build());
    }

    @Test
    void keepsEventsOfTheClustersObjectsInTheUsualNamespaceAndUnderNoApp() {
        EventLog.ofAgent(store, "a1").accept(List.of(event(Kinds.AGENTS.key("", "a1"), "f00", 1)));

        var event = events().getFirst();
        assertThat(event.key()).isEqualTo(Kinds.EVENTS.key("default", "a1.f00"));
        assertThat(event.meta().labels()).isEmpty();
        assertThat(event.spec().getReporter()).isEqualTo("agent/a1");
        assertThat(event.spec().getDeployment()).isEmpty();
    }

    @Test
    void writesASeriesThatGrewOverItself() {
        var log = EventLog.ofEngine(store, "e1");
        log.accept(List.of(event(TASK, "f00", 1)));
        log.accept(List.of(event(TASK, "f00", 7), event(TASK, "f01", 1)));

        assertThat(events())
                .extracting(event -> event.name() + " " + event.spec().getCount())
                .containsExactlyInAnyOrder("f00 7", "f01 1");
    }

    @Test
    void writesASeriesThatGrewBeforeItWasTold() {
        EventLog.ofEngine(store, "e1").accept(List.of(event(TASK, "f00", 3)));

        assertThat(events())
                .singleElement()
                .satisfies(event -> assertThat(event.spec().getCount()).isEqualTo(3));
    }

    @Test
    void writesManyNewSeriesInFewCommits() {
        var many =
                IntStream.range(0, 150).mapToObj(i -> event(TASK, "f" + i, 1)).toList();

        EventLog.ofEngine(store, "e1").accept(many);

        assertThat(events()).hasSize(150);
        assertThat(store.commits).isEqualTo(3);
    }

    @Test
    void takesTheSameEventsAgain() {
        var log = EventLog.ofEngine(store, "e1");
        log.accept(List.of(event(TASK, "f00", 1)));
        log.accept(List.of(event(TASK, "f00", 1), event(TASK, "f01", 1)));

        assertThat(events()).extracting(Resource::name).containsExactly("f00", "f01");
    }

    @Test
    void throwsWhatTryingAgainMayMend() {
        var log = EventLog.ofEngine(store, "e1");
        for (var outcome : List.of(
                new WriteOutcome.Unavailable("no leader"),
                new WriteOutcome.Unknown("n", "cut"),
                new WriteOutcome.Fenced(TASK, 1, 2))) {
            store.answers.add(outcome);
            store.answers.add(outcome);

            assertThatThrownBy(() -> log.accept(List.of(event(TASK, "f00", 1))))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("events are not written: ");
        }
        log.accept(List.of(event(TASK, "f00", 1)));
        assertThat(events()).hasSize(1);
    }

    @Test
    void dropsWhatIsNotAcceptedAndGoesOnWithTheRest() {
        var log = EventLog.ofEngine(store, "e1");
        store.answers.add(new WriteOutcome.Denied("not yours")); // both together
        store.answers.add(new WriteOutcome.Denied("not yours")); // the first alone

        log.accept(List.of(event(TASK, "f00", 1), event(TASK, "f01", 1)));

        assertThat(events()).extracting(Resource::name).containsExactly("f01");
    }

    @Test
    void leavesASeriesThatWasDeletedMeanwhile() {
        var log = EventLog.ofEngine(store, "e1");
        log.accept(List.of(event(TASK, "f00", 1)));
        store.beforeCommit = commit -> {
            truth.commit(Commit.of(new Write.Delete(
                    events().getFirst().key(), events().getFirst().uid())));
            return commit;
        };

        log.accept(List.of(event(TASK, "f00", 2)));

        assertThat(events()).isEmpty();
    }

    private static RecordedEvent event(ObjectKey about, String series, int count) {
        return new RecordedEvent(about, Severity.NORMAL, "X", "m", count, FIRST, FIRST.plusSeconds(count), series);
    }

    private List<Resource<EventSpec, EventStatus>> events() {
        return truth.list(Selection.of(Kinds.EVENTS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.EVENTS::decode)
                .toList();
    }

    /** Answers what it is told to, and otherwise as the store behind it. */
    private static final class Counting implements Store {
        private final Store store;
        private final List<WriteOutcome> answers = new ArrayList<>();
        private UnaryOperator<Commit> beforeCommit = commit -> commit;
        private int commits;

        Counting(Store store) {
            this.store = store;
        }

        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return store.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return store.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            return store.watch(selection, afterRevision);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            commits++;
            return answers.isEmpty() ? store.commit(beforeCommit.apply(commit)) : answers.removeFirst();
        }
    }
}
