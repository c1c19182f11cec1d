package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.ChangeSet.Part;
import dev.banyan.runtime.controller.RecordingStore.OwnWrites;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.queue.QueueOptions;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final ObjectKey A = ObjectKey.cluster("things", "a");
    private static final ObjectKey B = ObjectKey.cluster("things", "b");
    private static final ObjectKey C = ObjectKey.cluster("things", "c");

    private final Schedule schedule = schedule(Schedule.Rules.NONE);

    @Test
    void startsAsManyAsItsConcurrencyAllows() {
        schedule.changed(List.of(A, B, C), at(0));

        assertThat(next(at(0))).contains(A);
        assertThat(next(at(0))).contains(B);
        assertThat(next(at(0))).isEmpty();
        schedule.succeeded(A, ended(Result.done(), OwnWrites.NONE), at(1));
        assertThat(next(at(1))).contains(C);
    }

    @Test
    void comesBackAfterTheDelayThatWasAskedFor() {
        run(A, Result.requeueAfter(Duration.ofSeconds(7)));

        assertThat(schedule.wakeAt()).hasValue(at(7));
        assertThat(next(at(7) - 1)).isEmpty();
        assertThat(next(at(7))).contains(A);
    }

    @Test
    void waitsLongerWithEachFailureAndSaysHowManyThereWere() {
        schedule.changed(List.of(A), at(0));
        schedule.next(at(0));
        assertThat(schedule.failed(A, "IllegalStateException: broken", OwnWrites.NONE, at(0)))
                .isEqualTo(1);
        assertThat(next(at(1))).contains(A);
        assertThat(schedule.failed(A, "IllegalStateException: broken", OwnWrites.NONE, at(1)))
                .isEqualTo(2);
        assertThat(next(at(2))).isEmpty();
        assertThat(schedule.describe(A, at(2)).toString())
                .startsWith("WAITING for PT1S, RETRY by failure, due in PT0.")
                .endsWith("S, after 2 failures: IllegalStateException: broken");

        assertThat(next(at(3))).contains(A);
        assertThat(schedule.succeeded(A, ended(Result.done(), OwnWrites.NONE), at(3)))
                .isEqualTo(2);
        schedule.changed(List.of(A), at(4));
        schedule.next(at(4));
        assertThat(schedule.failed(A, "IllegalStateException: broken", OwnWrites.NONE, at(4)))
                .isEqualTo(1);
    }

    @Test
    void holdsAKeyUntilItsRevisionIsAppliedThoughEventsCome() {
        run(A, Result.await(50));
        schedule.changed(List.of(A), at(1));
        schedule.applied(49, at(1));
        assertThat(next(at(1))).isEmpty();
        assertThat(schedule.awaitsCaches()).isTrue();
        assertThat(schedule.describe(A, at(1)).toString())
                .isEqualTo("HELD for PT1S, due in PT9S, awaiting revision 50");

        schedule.applied(50, at(2));

        assertThat(next(at(2))).contains(A);
        assertThat(next(at(2))).isEmpty();
        assertThat(schedule.awaitsCaches()).isFalse();
    }

    @Test
    void stopsHoldingAKeyWhoseRevisionDoesNotCome() {
        run(A, Result.await(50));

        assertThat(schedule.wakeAt()).hasValue(at(10));
        schedule.applied(1, at(10));
        assertThat(next(at(10))).contains(A);
    }

    @Test
    void keepsAStalledKeyUntilSomethingChanges() {
        run(A, Result.stalled("no such image"));
        schedule.resync(List.of(A, B), at(1));

        assertThat(schedule.stalled()).containsEntry(A, "no such image");
        assertThat(schedule.describe(A, at(1)).toString()).isEqualTo("STALLED: no such image");
        assertThat(next(at(1))).contains(B);
        assertThat(next(at(1))).isEmpty();

        schedule.changed(List.of(A), at(2));
        assertThat(schedule.stalled()).isEmpty();
        assertThat(next(at(2))).contains(A);
    }

    @Test
    void runsAStalledKeyAgainWhenItChangedWhileItRan() {
        schedule.changed(List.of(A), at(0));
        schedule.next(at(0));
        schedule.changed(List.of(A), at(1));
        schedule.succeeded(A, ended(Result.stalled("too early"), OwnWrites.NONE), at(2));

        assertThat(schedule.stalled()).isEmpty();
        assertThat(next(at(2))).contains(A);
    }

    @Test
    void leavesTheBackoffOfAFailingKeyAloneAtAResync() {
        schedule.changed(List.of(A), at(0));
        schedule.next(at(0));
        schedule.failed(A, "IllegalStateException: broken", OwnWrites.NONE, at(0));
        schedule.resync(List.of(A), at(0));

        assertThat(next(at(0))).isEmpty();
    }

    @Test
    void tellsOnceThatAReconcileIsOverdueAndKeepsItsKeyBusy() {
        schedule.changed(List.of(A), at(0));
        schedule.next(at(0));
        assertThat(schedule.wakeAt()).hasValue(at(30));
        assertThat(schedule.overdue(at(30) - 1)).isEmpty();

        assertThat(schedule.overdue(at(30))).containsExactly(A);
        assertThat(schedule.overdue(at(31))).isEmpty();
        assertThat(schedule.stuck(at(31))).containsExactly(Map.entry(A, Duration.ofSeconds(31)));
        assertThat(schedule.describe(A, at(31)).toString())
                .isEqualTo("STUCK for PT31S, FRESH by enqueued, past its deadline");
        schedule.changed(List.of(A), at(32));
        assertThat(next(at(32))).isEmpty();

        schedule.failed(A, "IllegalStateException: broken", OwnWrites.NONE, at(33));
        assertThat(schedule.stuck(at(33))).isEmpty();
    }

    @Test
    void doesNotWakeForADueKeyThatHasNoRoom() {
        run(C, Result.requeueAfter(Duration.ofSeconds(1)));
        schedule.changed(List.of(A, B), at(0));
        schedule.next(at(0));
        schedule.next(at(0));

        assertThat(schedule.wakeAt()).hasValue(at(30));
    }

    @Test
    void holdsAKeyUntilItsCachesShowWhatItWrote() {
        schedule.changed(List.of(A, B), at(0));
        next(at(0));
        next(at(0));
        schedule.succeeded(A, ended(Result.done(), written(50)), at(0));
        schedule.succeeded(B, ended(Result.done(), OwnWrites.NONE), at(0));
        schedule.changed(List.of(A, B), at(1));

        assertThat(next(at(1))).as("only that key waits").contains(B);
        assertThat(next(at(1))).isEmpty();
        schedule.applied(50, at(2));
        assertThat(next(at(2))).contains(A);
    }

    @Test
    void doesNotRunAKeyAgainOnlyBecauseItWrote() {
        schedule.changed(List.of(A), at(0));
        next(at(0));
        schedule.succeeded(A, ended(Result.done(), written(50)), at(0));
        schedule.applied(50, at(1));

        assertThat(next(at(1))).isEmpty();
        assertThat(schedule.awaitsCaches()).isFalse();
    }

    @Test
    void holdsAFailedKeyThatWroteBeyondItsBackoff() {
        schedule.changed(List.of(A), at(0));
        next(at(0));
        schedule.failed(A, "IllegalStateException: broken", written(50), at(0));

        assertThat(next(at(3))).isEmpty();
        schedule.applied(50, at(3));
        assertThat(next(at(3))).contains(A);
    }

    @Test
    void runsWithoutWhatItsCachesDoNotShowInTimeAndSaysSo() {
        schedule.changed(List.of(A), at(0));
        next(at(0));
        schedule.succeeded(A, ended(Result.requeueAfter(Duration.ofSeconds(1)), written(50)), at(0));
        assertThat(next(at(1))).isEmpty();

        assertThat(schedule.wakeAt()).hasValue(at(5));
        assertThat(schedule.applied(1, at(5))).containsExactly(A);
        assertThat(next(at(5))).contains(A);
    }

    @Test
    void waitsForTheLaterOfWhatItWroteAndWhatItAwaits() {
        schedule.changed(List.of(A, B), at(0));
        next(at(0));
        next(at(0));
        schedule.succeeded(A, ended(Result.await(50), written(60)), at(0));
        schedule.succeeded(B, ended(Result.await(60), written(50)), at(0));

        schedule.applied(50, at(1));
        assertThat(next(at(1))).isEmpty();
        schedule.applied(60, at(1));
        assertThat(next(at(1))).contains(A);
        assertThat(next(at(1))).contains(B);
    }

    @Test
    void keepsAHotKeySlowThoughItIsResynced() {
        schedule.changed(List.of(A), at(0));
        for (int run = 0; run <= Track.HOT_RUNS; run++) {
            assertThat(next(at(0))).contains(A);
            schedule.succeeded(A, ended(Result.requeueAfter(Duration.ZERO), OwnWrites.NONE), at(0));
        }
        schedule.resync(List.of(A), at(0));

        assertThat(next(at(0))).isEmpty();
    }

    @Test
    void doesNotHoldAKeyForWhatItsCachesShowAlready() {
        schedule.applied(50, at(0));
        schedule.changed(List.of(A), at(0));
        next(at(0));
        schedule.succeeded(A, ended(Result.done(), written(50)), at(0));

        assertThat(schedule.awaitsCaches()).isFalse();
    }

    @Test
    void waitsForAConditionThroughOrdinaryEvents() {
        var there = new AtomicBoolean();
        run(A, Result.awaitChange("the children", Duration.ofSeconds(20), there::get));
        schedule.applied(0, at(1));
        ask(at(1));
        schedule.changed(List.of(A), event(9, Part.STATUS), at(1));
        schedule.resync(List.of(A), at(1));
        assertThat(next(at(1))).isEmpty();
        assertThat(schedule.describe(A, at(1)).toString())
                .isEqualTo("HELD for PT1S, due in PT20S, awaiting the children");

        there.set(true);
        ask(at(2));
        assertThat(next(at(2))).as("no cache has changed").isEmpty();
        schedule.cacheChanged();
        ask(at(2));
        assertThat(next(at(2))).contains(A);
        assertThat(next(at(2))).isEmpty();
    }

    @Test
    void endsTheWaitForAConditionWhenTheObjectIsToGoOrIsWantedOtherwise() {
        for (var part : List.of(Part.SPEC, Part.DELETION, Part.FINALIZERS, Part.GONE)) {
            run(A, Result.awaitChange("never", Duration.ofSeconds(20), () -> false));
            schedule.applied(0, at(0));
            schedule.changed(List.of(A), event(9, part), at(0));

            assertThat(next(at(0))).as("%s", part).contains(A);
            schedule.succeeded(A, ended(Result.done(), OwnWrites.NONE), at(0));
        }
    }

    @Test
    void endsTheWaitForAConditionAfterItsTime() {
        run(A, Result.awaitChange("never", Duration.ofSeconds(20), () -> false));
        schedule.applied(0, at(0));

        assertThat(schedule.wakeAt()).hasValue(at(20));
        schedule.applied(0, at(20));
        assertThat(next(at(20))).contains(A);
    }

    @Test
    void tellsItsOwnWritesFromThoseOfOthersWhileItRuns() {
        var quiet = schedule(new Schedule.Rules(key -> true, true));
        quiet.changed(List.of(A), at(0));
        quiet.next(at(0));
        quiet.changed(List.of(A), event(50, Part.STATUS), at(0));
        quiet.succeeded(A, ended(Result.done(), written(50)), at(0));
        quiet.changed(List.of(A), event(50, Part.STATUS), at(0));
        quiet.applied(51, at(1));
        assertThat(quiet.next(at(1))).isEmpty();

        quiet.changed(List.of(A), event(51, Part.STATUS), at(1));
        assertThat(quiet.next(at(1))).isPresent();
        quiet.changed(List.of(A), event(52, Part.STATUS), at(1));
        quiet.succeeded(A, ended(Result.done(), written(53)), at(1));
        quiet.applied(53, at(2));
        assertThat(quiet.next(at(2))).as("52 was somebody else").isPresent();
    }

    @Test
    void runsAgainForItsOwnWritesUnlessToldNotTo() {
        schedule.changed(List.of(A), at(0));
        next(at(0));
        schedule.changed(List.of(A), event(50, Part.STATUS), at(0));
        schedule.succeeded(A, ended(Result.done(), written(50)), at(0));
        schedule.applied(50, at(1));

        assertThat(next(at(1))).contains(A);
    }

    @Test
    void keepsAStalledKeyThatOnlySeesItsOwnWrite() {
        schedule.changed(List.of(A), at(0));
        next(at(0));
        schedule.changed(List.of(A), event(50, Part.STATUS), at(0));
        schedule.succeeded(A, ended(Result.stalled("bad spec"), written(50)), at(0));
        schedule.changed(List.of(A), event(50, Part.STATUS), at(1));
        schedule.applied(50, at(1));
        assertThat(schedule.stalled()).containsKey(A);
        assertThat(next(at(1))).isEmpty();

        schedule.changed(List.of(A), event(51, Part.STATUS), at(2));
        assertThat(schedule.stalled()).isEmpty();
        assertThat(next(at(2))).contains(A);
    }

    @Test
    void doesNotStallAKeyThatSomebodyElseChangedWhileItRan() {
        schedule.changed(List.of(A), at(0));
        next(at(0));
        schedule.changed(List.of(A), event(49, Part.STATUS), at(0));
        schedule.succeeded(A, ended(Result.stalled("bad spec"), OwnWrites.NONE), at(0));

        assertThat(schedule.stalled()).isEmpty();
        assertThat(next(at(0))).contains(A);
    }

    @Test
    void startsOverWithTheBackoffWhenTheSpecChanges() {
        schedule.changed(List.of(A), at(0));
        next(at(0));
        schedule.failed(A, "IllegalStateException: broken", OwnWrites.NONE, at(0));
        schedule.changed(List.of(A), event(9, Part.STATUS), at(0));
        next(at(0));
        assertThat(schedule.failed(A, "IllegalStateException: broken", OwnWrites.NONE, at(0)))
                .isEqualTo(2);

        schedule.changed(List.of(A), event(10, Part.SPEC), at(0));
        next(at(0));
        assertThat(schedule.failed(A, "IllegalStateException: broken", OwnWrites.NONE, at(0)))
                .isEqualTo(1);
    }

    @Test
    void slowsDownAKeyThatRunsAgainAndAgainForNothing() {
        schedule.changed(List.of(A), at(0));
        long now = at(0);
        int hot = 0;
        int runs = 0;
        while (now < at(60)) {
            var start = schedule.next(now);
            hot += start.filter(Schedule.Start::hot).isPresent() ? 1 : 0;
            runs += start.isPresent() ? 1 : 0;
            if (start.isPresent()) {
                schedule.succeeded(A, ended(Result.requeueAfter(Duration.ZERO), OwnWrites.NONE), now);
            }
            now += Duration.ofMillis(1).toNanos();
        }

        assertThat(hot).isEqualTo(1);
        assertThat(runs).isBetween(15, 30);
        assertThat(schedule.describe(A, now).toString()).contains("running hot");
        schedule.changed(List.of(A), event(9, Part.SPEC), now);
        assertThat(next(now)).as("a change is served at once").contains(A);
    }

    @Test
    void doesNotSlowDownAFailingKeyBeyondItsBackoff() {
        var failing = new Schedule(
                new Schedule.Limits(2, Duration.ofSeconds(30), Duration.ofSeconds(5)),
                Schedule.Rules.NONE,
                QueueOptions.of(Backoff.of(Duration.ofMillis(1), Duration.ofMillis(10), new SeededRandom(1))));
        failing.changed(List.of(A), at(0));
        long now = at(0);
        for (int run = 0; run < 50; run++) {
            assertThat(failing.next(now))
                    .hasValueSatisfying(start -> assertThat(start.hot()).isFalse());
            failing.failed(A, "IllegalStateException: broken", OwnWrites.NONE, now);
            now += Duration.ofMillis(10).toNanos();
        }
    }

    @Test
    void runsOnlyItsOwnKeysAndForgetsTheRest() {
        var mine = new HashSet<>(Set.of(A));
        var sharded = schedule(new Schedule.Rules(mine::contains, false));
        sharded.changed(List.of(A, B), at(0));

        assertThat(sharded.next(at(0)).map(Schedule.Start::key)).contains(A);
        assertThat(sharded.next(at(0))).isEmpty();
        assertThat(sharded.running()).isEqualTo(1);
        sharded.resync(List.of(B), at(0));
        assertThat(sharded.depth()).isZero();
        mine.add(B);
        assertThat(sharded.next(at(0))).isEmpty();
        sharded.resync(List.of(B), at(1));
        assertThat(sharded.next(at(1)).map(Schedule.Start::key)).contains(B);
    }

    @Test
    void remembersNothingOfKeysThatAreOver() {
        for (int i = 0; i < 100; i++) {
            var key = ObjectKey.cluster("things", "t" + i);
            schedule.changed(List.of(key), at(0));
            next(at(0));
            schedule.succeeded(key, ended(Result.done(), written(50)), at(0));
        }
        schedule.applied(50, at(1));
        assertThat(schedule.tracked()).isEqualTo(100);
        schedule.resync(List.of(), at(2));

        assertThat(schedule.tracked()).isZero();
        assertThat(schedule.depth()).isZero();
    }

    @Test
    void saysHowManyRequestsBecameOneAndHowLongAKeyWasDue() {
        assertThat(schedule.changed(List.of(A, B), event(9, Part.SPEC), at(0))).isZero();
        assertThat(schedule.changed(List.of(A, B), event(9, Part.SPEC), at(0))).isEqualTo(2);

        assertThat(schedule.next(at(3))).contains(new Schedule.Start(A, Lane.FRESH, Duration.ofSeconds(3), false));
    }

    /** What the task that asks conditions does. */
    private void ask(long now) {
        schedule.hireAsker(now).ifPresent(asker -> {
            for (var next = schedule.nextQuestion(asker, now);
                    next.isPresent();
                    next = schedule.nextQuestion(asker, now)) {
                schedule.answered(next.get(), next.get().condition().holds().getAsBoolean(), now);
            }
        });
    }

    private static Schedule.Ended ended(Result result, OwnWrites own) {
        return new Schedule.Ended(result, own, Instant.EPOCH);
    }

    private static OwnWrites written(long revision) {
        return new OwnWrites(List.of(new OwnWrites.OwnWrite(A, revision, OwnWrites.ANY)), revision);
    }

    private static Source.Trigger event(long revision, Part part) {
        return new Source.Trigger(
                Lane.FRESH, new Cause("things changed", revision), new ChangeSet(Set.of(part)), A, revision, 1);
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

    private void run(ObjectKey key, Result result) {
        schedule.changed(List.of(key), at(0));
        assertThat(next(at(0))).contains(key);
        schedule.succeeded(key, ended(result, OwnWrites.NONE), at(0));
    }

    private static long at(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
