package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.queue.WorkQueue.Description;
import dev.banyan.runtime.queue.WorkQueue.State;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final WorkQueue<String> queue =
            new WorkQueue<>(Backoff.of(Duration.ofSeconds(1), Duration.ofSeconds(64), new SeededRandom(3)));

    @Test
    void handsOutAKeyOnceHoweverOftenItWasAdded() {
        queue.add("a", Lane.FRESH, 0);
        queue.add("a", Lane.FRESH, 0);

        assertThat(queue.take(0)).contains("a");
        assertThat(queue.take(0)).isEmpty();
    }

    @Test
    void servesAKeyAgainAfterItIsDoneWhenItWasAddedWhileRunning() {
        queue.add("a", Lane.FRESH, 0);
        queue.take(0);
        queue.add("a", Lane.FRESH, 1);

        assertThat(queue.take(1)).isEmpty();
        queue.done("a", 2);
        assertThat(queue.take(2)).contains("a");
        queue.done("a", 3);
        assertThat(queue.take(3)).isEmpty();
    }

    @Test
    void keepsTheEarlierTimeWhenARequestIsAddedTwice() {
        queue.addAfter("a", Duration.ofSeconds(5), 0);
        queue.addAfter("a", Duration.ofSeconds(2), 0);
        queue.addAfter("a", Duration.ofSeconds(9), 0);

        assertThat(queue.nextDueNanos()).hasValue(2 * SECOND);
        assertThat(queue.take(2 * SECOND - 1)).isEmpty();
        assertThat(queue.take(2 * SECOND)).contains("a");
    }

    @Test
    void keepsTheEarlierTimeOfWhatCameWhileRunning() {
        queue.add("a", Lane.FRESH, 0);
        queue.take(0);
        queue.addAfter("a", Duration.ofSeconds(5), 0);
        queue.addAfter("a", Duration.ofSeconds(2), 0);
        queue.addAfter("a", Duration.ofSeconds(9), 0);
        queue.done("a", SECOND);

        assertThat(queue.nextDueNanos()).hasValue(2 * SECOND);
    }

    @Test
    void keepsTheHigherLaneOfWhatCameWhileRunning() {
        queue.add("a", Lane.RESYNC, 0);
        queue.take(0);
        queue.add("a", Lane.FRESH, 0);
        queue.add("a", Lane.RESYNC, 0);
        queue.add("b", Lane.RETRY, 0);
        queue.done("a", 0);

        assertThat(queue.take(0)).contains("a");
    }

    @Test
    void makesAWaitingKeyDueAtOnceWhenSomethingChanges() {
        queue.addAfter("a", Duration.ofMinutes(5), 0);
        queue.add("a", Lane.FRESH, 1);

        assertThat(queue.take(1)).contains("a");
        assertThat(queue.nextDueNanos()).isEmpty();
    }

    @Test
    void leavesADueKeyWhereItIsWhenItIsAskedToComeLater() {
        queue.add("a", Lane.FRESH, 0);
        queue.addAfter("a", Duration.ofMinutes(5), 0);

        assertThat(queue.take(0)).contains("a");
        queue.done("a", 0);
        assertThat(queue.nextDueNanos()).isEmpty();
    }

    @Test
    void takesADelayThatIsOverForNoneAndOneThatNoClockHoldsForAYear() {
        queue.addAfter("over", Duration.ofSeconds(Long.MIN_VALUE), 0);
        queue.addAfter("never", Duration.ofSeconds(Long.MAX_VALUE), 0);

        assertThat(queue.take(0)).contains("over");
        assertThat(queue.nextDueNanos()).hasValue(WorkQueue.DELAY_MAX.toNanos());
    }

    @Test
    void servesFreshChangesBeforeRetriesAndWhatAStartFoundBeforeResyncs() {
        queue.add("resync", Lane.RESYNC, 0);
        queue.add("initial", Lane.INITIAL, 0);
        queue.add("retry", Lane.RETRY, 0);
        queue.add("fresh", Lane.FRESH, 0);

        assertThat(queue.take(0)).contains("fresh");
        assertThat(queue.take(0)).contains("retry");
        assertThat(queue.take(0)).contains("initial");
        assertThat(queue.take(0)).contains("resync");
    }

    @Test
    void movesAResyncedKeyUpWhenItChanges() {
        queue.add("a", Lane.RESYNC, 0);
        queue.add("b", Lane.FRESH, 0);
        queue.add("a", Lane.FRESH, 0);
        queue.add("c", Lane.FRESH, 0);

        assertThat(queue.take(0)).contains("b");
        assertThat(queue.take(0)).contains("a");
        assertThat(queue.take(0)).contains("c");
    }

    @Test
    void servesAResyncedKeyThoughFreshOnesNeverEnd() {
        queue.add("old", Lane.RESYNC, 0);
        int takes = 0;
        while (takes < 100 && queue.describe("old").state() == WorkQueue.State.READY) {
            queue.add("fresh" + takes, Lane.FRESH, 0);
            queue.done(queue.take(0).orElseThrow(), 0);
            takes++;
        }

        assertThat(takes).isLessThanOrEqualTo(Shares.STANDARD.total());
    }

    @Test
    void saysWhetherTwoRequestsBecameOne() {
        assertThat(queue.add("a", Lane.FRESH, 0)).isTrue();
        assertThat(queue.add("a", Lane.FRESH, 0)).isFalse();
        queue.take(0);
        assertThat(queue.add("a", Lane.FRESH, 0)).isTrue();
        assertThat(queue.add("a", Lane.FRESH, 0)).isFalse();
    }

    @Test
    void remembersNothingOfAKeyThatIsDone() {
        for (int i = 0; i < 100; i++) {
            queue.add("key" + i, Lane.FRESH, 0);
            queue.done(queue.take(0).orElseThrow(), 0);
        }

        assertThat(queue.size()).isZero();
    }

    @Test
    void losesNoneOfManyDelayedKeys() {
        for (int i = 0; i < 100_000; i++) {
            queue.addAfter("key" + i, Duration.ofMillis(500), i);
        }
        int taken = 0;
        for (var key = queue.take(SECOND); key.isPresent(); key = queue.take(SECOND)) {
            queue.done(key.get(), SECOND);
            taken++;
        }

        assertThat(taken).isEqualTo(100_000);
        assertThat(queue.size()).isZero();
    }

    @Test
    void waitsLongerAfterEachFailureAndStartsOverAfterForget() {
        for (int failure = 1; failure <= 3; failure++) {
            assertThat(retryDelaySeconds()).isBetween(0.8 * (1 << (failure - 1)), 1.0 * (1 << (failure - 1)));
        }
        queue.forget("a");
        assertThat(retryDelaySeconds()).isBetween(0.8, 1.0);
    }

    @Test
    void keepsTheStreakOfAKeyThatIsNotQueued() {
        queue.add("a", Lane.FRESH, 0);
        queue.take(0);
        queue.retry("a", 0);
        queue.done("a", 0);
        queue.take(2 * SECOND);
        queue.done("a", 2 * SECOND);

        assertThat(queue.failures("a")).isEqualTo(1);
        queue.forget("a");
        assertThat(queue.failures("a")).isZero();
    }

    @Test
    void saysWhyAKeyWaits() {
        assertThat(queue.describe("a").state()).isEqualTo(WorkQueue.State.IDLE);
        queue.retry("a", 7);
        var waiting = queue.describe("a");
        assertThat(waiting)
                .isEqualTo(new Description(State.WAITING, Lane.RETRY, Cause.FAILURE, 7, waiting.dueNanos(), 1, false));
        assertThat(waiting.dueNanos().orElseThrow()).isBetween(SECOND * 4 / 5, SECOND + 7);

        var changed = new Cause("things changed", 12);
        queue.add("a", Lane.FRESH, changed, 8);
        assertThat(queue.describe("a"))
                .isEqualTo(new Description(State.READY, Lane.FRESH, changed, 8, OptionalLong.empty(), 1, false));
        assertThat(changed).hasToString("things changed at revision 12");

        queue.take(9);
        queue.addAfter("a", Duration.ofNanos(20), 10);
        assertThat(queue.describe("a"))
                .isEqualTo(new Description(State.RUNNING, Lane.RETRY, Cause.DELAY, 9, OptionalLong.of(30), 1, true));
    }

    @Test
    void refusesToFinishAKeyThatDoesNotRun() {
        assertThatThrownBy(() -> queue.done("a", 0)).isInstanceOf(IllegalStateException.class);
        queue.add("a", Lane.FRESH, 0);
        assertThatThrownBy(() -> queue.done("a", 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void worksAcrossTheOverflowOfTheClock() {
        long now = Long.MAX_VALUE - SECOND;
        queue.addAfter("late", Duration.ofSeconds(3), now);
        queue.addAfter("early", Duration.ofMillis(500), now);

        assertThat(queue.take(now + SECOND)).contains("early");
        assertThat(queue.take(now + SECOND)).isEmpty();
        assertThat(queue.take(now + 3 * SECOND)).contains("late");
    }

    private double retryDelaySeconds() {
        long base = 0;
        queue.retry("a", base);
        long due = queue.nextDueNanos().orElseThrow();
        queue.take(due);
        queue.done("a", base);
        return (due - base) / (double) SECOND;
    }
}
