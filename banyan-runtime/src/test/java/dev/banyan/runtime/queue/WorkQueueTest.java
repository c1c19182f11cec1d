package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
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
    void servesFreshChangesBeforeRetriesAndRetriesBeforeResyncs() {
        queue.add("resync", Lane.RESYNC, 0);
        queue.add("retry", Lane.RETRY, 0);
        queue.add("fresh", Lane.FRESH, 0);

        assertThat(queue.take(0)).contains("fresh");
        assertThat(queue.take(0)).contains("retry");
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
        long now = 0;
        for (int i = 0; i < 100 && queue.describe("old").state() == WorkQueue.State.READY; i++) {
            now += SECOND;
            queue.add("fresh" + i, Lane.FRESH, now);
            var taken = queue.take(now).orElseThrow();
            queue.done(taken, now);
        }

        assertThat(now).isLessThanOrEqualTo(2 * WorkQueue.AGEING_STEP.toNanos() + SECOND);
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
        assertThat(queue.describe("a"))
                .isEqualTo(new WorkQueue.Description(WorkQueue.State.WAITING, Lane.RETRY, 7, 1, false));
        queue.add("a", Lane.FRESH, 8);
        queue.take(9);
        queue.add("a", Lane.RESYNC, 10);
        assertThat(queue.describe("a"))
                .isEqualTo(new WorkQueue.Description(WorkQueue.State.RUNNING, Lane.RESYNC, 9, 1, true));
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
