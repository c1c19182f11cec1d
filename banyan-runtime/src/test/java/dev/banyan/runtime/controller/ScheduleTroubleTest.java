package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.RecordingStore.OwnWrites;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.queue.QueueOptions;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys that hang, fail, or cannot be told whose they are. */
class ScheduleTroubleTest {
    private static final ObjectKey A = ObjectKey.cluster("things", "a");
    private static final ObjectKey B = ObjectKey.cluster("things", "b");

    private final Schedule schedule = schedule(Schedule.Rules.NONE);

    @Test
    void givesThePlacesOfStuckKeysToAsManyOthers() {
        var keys = IntStream.range(0, 9)
                .mapToObj(number -> ObjectKey.cluster("things", "k" + number))
                .toList();
        schedule.changed(keys, at(0));
        next(at(0));
        next(at(0));
        assertThat(next(at(29))).isEmpty();

        assertThat(schedule.overdue(at(30))).hasSize(2);
        assertThat(next(at(30))).contains(keys.get(2));
        assertThat(next(at(30))).contains(keys.get(3));
        assertThat(next(at(30))).isEmpty();
        assertThat(schedule.overdue(at(60))).hasSize(2);
        assertThat(next(at(60))).as("four places in all, and four are stuck").isEmpty();

        schedule.failed(keys.getFirst(), "late", OwnWrites.NONE, at(61));
        assertThat(next(at(61))).contains(keys.get(4));
        assertThat(schedule.describe(keys.getFirst(), at(61)).next().orElseThrow())
                .as("no sooner than it held its place")
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void doesNotRunAKeyWhoseRuleThrowsAndSaysSo() {
        var broken = schedule(new Schedule.Rules(
                key -> {
                    throw new IllegalStateException("whose?");
                },
                false));
        broken.changed(List.of(A), at(0));
        assertThat(broken.next(at(0))).isEmpty();
        broken.resync(List.of(B), at(0));
        assertThat(broken.next(at(0))).isEmpty();

        assertThat(broken.failing().keySet()).containsExactlyInAnyOrder(A, B);
        assertThat(broken.describe(A, at(0)).failures()).isEqualTo(1);
        assertThat(broken.running()).isZero();
    }

    @Test
    void forgetsAFailureWhenTheKeySucceedsOrIsNoLongerItsOwn() {
        var mine = new HashSet<>(List.of(A, B));
        var some = schedule(new Schedule.Rules(mine::contains, false));
        some.changed(List.of(A, B), at(0));
        some.next(at(0));
        some.next(at(0));
        some.failed(A, "first", OwnWrites.NONE, at(0));
        some.failed(B, "second", OwnWrites.NONE, at(0));
        assertThat(some.failing()).containsOnly(Map.entry(A, "first"), Map.entry(B, "second"));

        mine.remove(B);
        assertThat(some.next(at(9)).map(Schedule.Start::key)).contains(A);
        some.succeeded(A, ended(Result.done(), OwnWrites.NONE), at(9));
        assertThat(some.next(at(9))).isEmpty();
        assertThat(some.failing()).isEmpty();
    }

    @Test
    void comesBackAtTheTimeThatWasAskedFor() {
        schedule.changed(List.of(A), at(0));
        next(at(0));
        var wall = Instant.parse("2030-01-01T00:00:00Z");
        schedule.succeeded(A, new Schedule.Ended(Result.requeueAt(wall.plusSeconds(7)), OwnWrites.NONE, wall), at(5));

        assertThat(next(at(12) - 1)).isEmpty();
        assertThat(next(at(12))).contains(A);
    }

    private static Schedule.Ended ended(Result result, OwnWrites own) {
        return new Schedule.Ended(result, own, Instant.EPOCH);
    }

    private static Schedule schedule(Schedule.Rules rules) {
        return new Schedule(
                new Schedule.Limits(2, Duration.ofSeconds(30), Duration.ofSeconds(5)),
                rules,
                QueueOptions.of(Backoff.of(Duration.ofSeconds(1), Duration.ofSeconds(8), new SeededRandom(1))));
    }

    private Optional<ObjectKey> next(long now) {
        return schedule.next(now).map(Schedule.Start::key);
    }

    private static long at(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
