package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.RecordedEvent.Severity;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random events, some in floods, some with another message each time, to a sink that is away now and then. */
class EventAggregatePropertyTest {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final Duration REPEAT = Duration.ofSeconds(10);
    private static final ObjectKey THING = ObjectKey.cluster("things", "a");

    @Test
    void tellsOfEveryEventAndOfNoneTwiceInTooShortATime() {
        for (long seed = 0; seed < 100; seed++) {
            var run = new Run(seed);
            for (int step = 0; step < 400; step++) {
                run.step();
            }
            run.end();
        }
    }

    @Test
    void tellsFewMessagesOfOneReasonApart() {
        var aggregate = new EventAggregate(WINDOW, REPEAT);
        for (int i = 0; i < 1_000; i++) {
            aggregate.add(event("Failed", "attempt " + i), i);
        }
        var told = aggregate.due(1_000);

        assertThat(told).hasSize(EventAggregate.MESSAGES_MAX + 1);
        assertThat(told.getFirst().message()).isEqualTo("attempt 0");
        assertThat(told.getLast().message()).as("the latest").isEqualTo(EventAggregate.SIMILAR + "attempt 999");
        assertThat(told.getLast().count()).isEqualTo(1_000 - EventAggregate.MESSAGES_MAX);
        assertThat(aggregate.add(event("Created", "another reason"), 1_001)).isTrue();
        assertThat(aggregate.due(1_001)).singleElement().satisfies(event -> assertThat(event.message())
                .isEqualTo("another reason"));
    }

    @Test
    void tellsMessagesApartAgainAfterTheWindow() {
        var aggregate = new EventAggregate(WINDOW, REPEAT);
        for (int i = 0; i < 20; i++) {
            aggregate.add(event("Failed", "attempt " + i), 0);
        }
        assertThat(aggregate.due(0)).hasSize(EventAggregate.MESSAGES_MAX + 1);

        aggregate.add(event("Failed", "attempt 20"), WINDOW.toNanos());
        assertThat(aggregate.due(WINDOW.toNanos())).singleElement().satisfies(event -> assertThat(event.message())
                .isEqualTo("attempt 20"));
    }

    @Test
    void goesOnWithASeriesWhoseLastCountIsNotTold() {
        var aggregate = new EventAggregate(WINDOW, REPEAT);
        aggregate.add(event("Failed", "m"), 0);
        assertThat(aggregate.due(WINDOW.toNanos() - 5)).hasSize(1);
        aggregate.add(event("Failed", "m"), WINDOW.toNanos() - 4);
        aggregate.add(event("Failed", "m"), WINDOW.toNanos() + 4);

        assertThat(aggregate.due(WINDOW.plus(REPEAT).toNanos()))
                .singleElement()
                .satisfies(event -> assertThat(event.count()).isEqualTo(3));
    }

    @Test
    void tellsAgainTheSeriesOfManyMessagesThatWasNotTaken() {
        var aggregate = new EventAggregate(WINDOW, REPEAT);
        for (int i = 0; i < 20; i++) {
            aggregate.add(event("Failed", "attempt " + i), 0);
        }
        aggregate.untold(aggregate.due(0));

        assertThat(aggregate.due(REPEAT.toNanos())).hasSize(EventAggregate.MESSAGES_MAX + 1);
    }

    @Test
    void keepsABoundedNumberOfSeriesAndTopics() {
        var aggregate = new EventAggregate(WINDOW, REPEAT);
        for (int i = 0; i < 2 * EventAggregate.SERIES_MAX; i++) {
            aggregate.add(event("Reason" + i, "m"), i);
        }

        assertThat(aggregate.due(1L << 40)).hasSize(EventAggregate.SERIES_MAX);
        assertThat(aggregate.forgotten()).isEqualTo(EventAggregate.SERIES_MAX);
    }

    private static RecordedEvent event(String reason, String message) {
        return event(THING, reason, message, "series of " + reason + message);
    }

    private static RecordedEvent event(ObjectKey about, String reason, String message, String series) {
        return new RecordedEvent(about, Severity.NORMAL, reason, message, 1, Instant.EPOCH, Instant.EPOCH, series);
    }

    private static final class Run {
        private final long seed;
        private final SeededRandom random;
        private final EventAggregate aggregate = new EventAggregate(WINDOW, REPEAT);
        private final Map<String, Integer> told = new HashMap<>(); // by series, the latest count
        private final Map<String, Long> toldAt = new HashMap<>();
        private final Map<String, List<Long>> starts = new HashMap<>(); // of series, by object and reason
        private final Set<String> names = new HashSet<>();
        private int recorded;
        private long now;

        Run(long seed) {
            this.seed = seed;
            this.random = new SeededRandom(seed);
        }

        void step() {
            int flood = random.nextInt(5) == 0 ? 50 : 1;
            for (int i = 0; i < flood; i++) {
                var about = ObjectKey.cluster("things", "t" + random.nextInt(3));
                var message = random.nextInt(3) == 0 ? "attempt " + recorded : "m" + random.nextInt(4);
                recorded++;
                aggregate.add(event(about, "Reason" + random.nextInt(2), message, "series" + recorded), now);
            }
            long longest = random.nextInt(30) == 0 ? WINDOW.toNanos() : REPEAT.toNanos();
            now += random.nextLong(longest);
            tell(random.nextInt(4) == 0);
        }

        void end() {
            for (int round = 0; round < 3; round++) {
                now += REPEAT.toNanos();
                tell(false);
            }
            assertThat(told.values().stream().mapToInt(count -> count).sum())
                    .as("seed %d: events that were told", seed)
                    .isEqualTo(recorded);
            assertThat(aggregate.nextDueNanos()).isEmpty();
            starts.forEach(this::checkVariety);
        }

        private void tell(boolean away) {
            var due = aggregate.due(now);
            for (var event : due) {
                var last = toldAt.put(event.series(), now);
                assertThat(last == null || now - last >= REPEAT.toNanos())
                        .as("seed %d: %s was told at %s and at %d", seed, event, last, now)
                        .isTrue();
                if (names.add(event.series())) {
                    starts.computeIfAbsent(event.about() + event.reason(), topic -> new ArrayList<>())
                            .add(now);
                }
            }
            if (away) {
                aggregate.untold(due);
            } else {
                due.forEach(event -> told.put(event.series(), event.count()));
            }
        }

        /** However many messages there were: in any window few new series are told, counting those of two windows that meet. */
        private void checkVariety(String topic, List<Long> times) {
            for (int first = 0; first < times.size(); first++) {
                long from = times.get(first);
                long within = times.stream()
                        .filter(time -> time >= from && time - from < WINDOW.toNanos())
                        .count();
                assertThat(within)
                        .as("seed %d: new series of %s", seed, topic)
                        .isLessThanOrEqualTo(2 * (EventAggregate.MESSAGES_MAX + 1));
            }
        }
    }
}
