package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final ObjectKey A = ObjectKey.cluster("things", "a");
    private static final ObjectKey B = ObjectKey.cluster("things", "b");
    private static final ObjectKey C = ObjectKey.cluster("things", "c");

    private final Schedule schedule = new Schedule(
            new Schedule.Limits(2, Duration.ofSeconds(30), Duration.ofSeconds(10)),
            Backoff.of(Duration.ofSeconds(1), Duration.ofSeconds(8), new SeededRandom(1)));

    @Test
    void startsAsManyAsItsConcurrencyAllows() {
        schedule.changed(List.of(A, B, C), at(0));

        assertThat(schedule.next(at(0))).contains(A);
        assertThat(schedule.next(at(0))).contains(B);
        assertThat(schedule.next(at(0))).isEmpty();
        schedule.succeeded(A, Result.done(), at(1));
        assertThat(schedule.next(at(1))).contains(C);
    }

    @Test
    void comesBackAfterTheDelayThatWasAskedFor() {
        run(A, Result.requeueAfter(Duration.ofSeconds(7)));

        assertThat(schedule.wakeAt()).hasValue(at(7));
        assertThat(schedule.next(at(7) - 1)).isEmpty();
        assertThat(schedule.next(at(7))).contains(A);
    }

    @Test
    void waitsLongerWithEachFailureAndSaysHowManyThereWere() {
        schedule.changed(List.of(A), at(0));
        schedule.next(at(0));
        assertThat(schedule.failed(A, at(0))).isEqualTo(1);
        assertThat(schedule.next(at(1))).contains(A);
        assertThat(schedule.failed(A, at(1))).isEqualTo(2);
        assertThat(schedule.next(at(2))).isEmpty();
        assertThat(schedule.describe(A)).isEqualTo("WAITING after 2 failures");

        assertThat(schedule.next(at(3))).contains(A);
        assertThat(schedule.succeeded(A, Result.done(), at(3))).isEqualTo(2);
        schedule.changed(List.of(A), at(4));
        schedule.next(at(4));
        assertThat(schedule.failed(A, at(4))).isEqualTo(1);
    }

    @Test
    void holdsAKeyUntilItsRevisionIsAppliedThoughEventsCome() {
        run(A, Result.await(50));
        schedule.changed(List.of(A), at(1));
        schedule.applied(49, at(1));
        assertThat(schedule.next(at(1))).isEmpty();
        assertThat(schedule.awaitsRevision()).isTrue();
        assertThat(schedule.describe(A)).isEqualTo("IDLE awaiting revision 50");

        schedule.applied(50, at(2));

        assertThat(schedule.next(at(2))).contains(A);
        assertThat(schedule.next(at(2))).isEmpty();
        assertThat(schedule.awaitsRevision()).isFalse();
    }

    @Test
    void stopsHoldingAKeyWhoseRevisionDoesNotCome() {
        run(A, Result.await(50));

        assertThat(schedule.wakeAt()).hasValue(at(10));
        schedule.applied(1, at(10));
        assertThat(schedule.next(at(10))).contains(A);
    }

    @Test
    void keepsAStalledKeyUntilSomethingChanges() {
        run(A, Result.stalled("no such image"));
        schedule.resync(List.of(A, B), at(1));

        assertThat(schedule.stalled()).containsEntry(A, "no such image");
        assertThat(schedule.describe(A)).isEqualTo("IDLE stalled: no such image");
        assertThat(schedule.next(at(1))).contains(B);
        assertThat(schedule.next(at(1))).isEmpty();

        schedule.changed(List.of(A), at(2));
        assertThat(schedule.stalled()).isEmpty();
        assertThat(schedule.next(at(2))).contains(A);
    }

    @Test
    void runsAStalledKeyAgainWhenItChangedWhileItRan() {
        schedule.changed(List.of(A), at(0));
        schedule.next(at(0));
        schedule.changed(List.of(A), at(1));
        schedule.succeeded(A, Result.stalled("too early"), at(2));

        assertThat(schedule.stalled()).isEmpty();
        assertThat(schedule.next(at(2))).contains(A);
    }

    @Test
    void leavesTheBackoffOfAFailingKeyAloneAtAResync() {
        schedule.changed(List.of(A), at(0));
        schedule.next(at(0));
        schedule.failed(A, at(0));
        schedule.resync(List.of(A), at(0));

        assertThat(schedule.next(at(0))).isEmpty();
    }

    @Test
    void tellsOnceThatAReconcileIsOverdueAndKeepsItsKeyBusy() {
        schedule.changed(List.of(A), at(0));
        schedule.next(at(0));
        assertThat(schedule.wakeAt()).hasValue(at(30));
        assertThat(schedule.overdue(at(30) - 1)).isEmpty();

        assertThat(schedule.overdue(at(30))).containsExactly(A);
        assertThat(schedule.overdue(at(31))).isEmpty();
        assertThat(schedule.stuck()).containsExactly(A);
        assertThat(schedule.describe(A)).isEqualTo("RUNNING past its deadline");
        schedule.changed(List.of(A), at(32));
        assertThat(schedule.next(at(32))).isEmpty();

        schedule.failed(A, at(33));
        assertThat(schedule.stuck()).isEmpty();
    }

    @Test
    void doesNotWakeForADueKeyThatHasNoRoom() {
        run(C, Result.requeueAfter(Duration.ofSeconds(1)));
        schedule.changed(List.of(A, B), at(0));
        schedule.next(at(0));
        schedule.next(at(0));

        assertThat(schedule.wakeAt()).hasValue(at(30));
    }

    private void run(ObjectKey key, Result result) {
        schedule.changed(List.of(key), at(0));
        assertThat(schedule.next(at(0))).contains(key);
        schedule.succeeded(key, result, at(0));
    }

    private static long at(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
