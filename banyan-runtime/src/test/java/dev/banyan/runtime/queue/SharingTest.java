package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How lanes, owners and rates share the takes of a queue. Keys are texts such as {@code owner/name}. */
class SharingTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final QueueOptions<String> options =
            QueueOptions.of(Backoff.of(Duration.ofSeconds(1), Duration.ofSeconds(64), new SeededRandom(3)));
    private final QueueOptions<String> fair = options.fairness(Fairness.by(SharingTest::owner));

    @Test
    void givesEveryLaneItsShareWhileAllAreFull() {
        var queue = new WorkQueue<>(options.shares(new Shares(5, 3, 2, 1)));
        fill(queue, 200);

        var taken = lanesOf(takeAll(queue, 110, 0));

        assertThat(taken).isEqualTo(Map.of(Lane.FRESH, 50, Lane.RETRY, 30, Lane.INITIAL, 20, Lane.RESYNC, 10));
    }

    @Test
    void givesWhatALaneDoesNotNeedToTheOthers() {
        var queue = new WorkQueue<>(options);
        for (int i = 0; i < 30; i++) {
            queue.add("retry" + i, Lane.RETRY, 0);
            queue.add("resync" + i, Lane.RESYNC, 0);
        }

        assertThat(lanesOf(takeAll(queue, 30, 0))).isEqualTo(Map.of(Lane.RETRY, 20, Lane.RESYNC, 10));
    }

    @Test
    void servesAChangeAfterAFewTakesThoughAFloodIsDue() {
        var queue = new WorkQueue<>(options);
        for (int i = 0; i < 1_000; i++) {
            queue.add("initial" + i, Lane.INITIAL, 0);
            queue.add("resync" + i, Lane.RESYNC, 0);
        }
        takeAll(queue, 100, 0);
        queue.add("fresh", Lane.FRESH, 0);

        assertThat(takeAll(queue, 4, 0)).contains("fresh");
    }

    @Test
    void servesEverySecondTakeToWhatIsDueTooLong() {
        var queue = new WorkQueue<>(options.maxWait(Duration.ofSeconds(5)));
        for (int i = 0; i < 3; i++) {
            queue.add("old" + i, Lane.RESYNC, i);
        }
        for (int i = 0; i < 10; i++) {
            queue.add("fresh" + i, Lane.FRESH, 4 * SECOND);
        }

        assertThat(takeAll(queue, 6, 5 * SECOND + 2))
                .containsExactly("old0", "fresh0", "old1", "fresh1", "old2", "fresh2");
    }

    @Test
    void keepsTheAgeOfAKeyThatIsRaised() {
        var queue = new WorkQueue<>(options.maxWait(Duration.ofSeconds(5)));
        queue.add("old", Lane.RESYNC, 0);
        for (int i = 0; i < 10; i++) {
            queue.add("fresh" + i, Lane.FRESH, 4 * SECOND);
        }
        queue.add("old", Lane.FRESH, 4 * SECOND);

        assertThat(queue.take(5 * SECOND)).contains("old");
    }

    @Test
    void letsOwnersTakeTurns() {
        var queue = new WorkQueue<>(fair);
        for (int i = 0; i < 100; i++) {
            queue.add("big/" + i, Lane.FRESH, 0);
        }
        queue.add("small/0", Lane.FRESH, 0);
        queue.add("small/1", Lane.FRESH, 0);

        assertThat(takeAll(queue, 5, 0)).containsExactly("big/0", "small/0", "big/1", "small/1", "big/2");
    }

    @Test
    void givesHeavierOwnersLongerTurns() {
        var queue = new WorkQueue<>(
                options.fairness(Fairness.by(SharingTest::owner).weighted(name -> name.equals("heavy") ? 3 : 1)));
        for (int i = 0; i < 100; i++) {
            queue.add("heavy/" + i, Lane.FRESH, 0);
            queue.add("light/" + i, Lane.FRESH, 0);
        }

        var taken = new TreeMap<String, Integer>();
        takeAll(queue, 40, 0).forEach(key -> taken.merge(owner(key), 1, Integer::sum));
        assertThat(taken).isEqualTo(Map.of("heavy", 30, "light", 10));
    }

    @Test
    void capsTheRunningKeysOfAnOwner() {
        var queue =
                new WorkQueue<>(options.fairness(Fairness.by(SharingTest::owner).runningAtMost(2)));
        for (int i = 0; i < 5; i++) {
            queue.add("big/" + i, Lane.FRESH, 0);
        }
        queue.add("small/0", Lane.RESYNC, 0);

        assertThat(running(queue, 10, 0)).containsExactly("big/0", "big/1", "small/0");
        assertThat(queue.take(60 * SECOND)).as("not even what is due too long").isEmpty();
        queue.done("big/0", 60 * SECOND);
        assertThat(running(queue, 10, 60 * SECOND)).containsExactly("big/2");
    }

    @Test
    void servesAnOwnerInItsLaneAgainWhenItIsBelowItsCap() {
        var queue =
                new WorkQueue<>(options.fairness(Fairness.by(SharingTest::owner).runningAtMost(1)));
        queue.add("a/0", Lane.FRESH, 0);
        queue.add("a/1", Lane.FRESH, 0);
        queue.add("a/2", Lane.RESYNC, 0);
        assertThat(running(queue, 10, 0)).containsExactly("a/0");

        queue.done("a/0", 1);
        assertThat(running(queue, 10, 1)).containsExactly("a/1");
        queue.done("a/1", 2);
        assertThat(running(queue, 10, 2)).containsExactly("a/2");
    }

    @Test
    void remembersTheAgeOfAnOwnerThatWasAtItsCap() {
        var queue =
                new WorkQueue<>(options.fairness(Fairness.by(SharingTest::owner).runningAtMost(1)));
        queue.add("a/0", Lane.FRESH, 0);
        queue.take(0);
        queue.add("a/old", Lane.RESYNC, 1);
        queue.take(1);
        for (int i = 0; i < 10; i++) {
            queue.add("b" + i + "/0", Lane.FRESH, 50 * SECOND);
        }
        queue.done("a/0", 60 * SECOND);

        assertThat(queue.take(60 * SECOND)).contains("a/old");
    }

    @Test
    void servesTheOldestOfAllOwnersThatMayRun() {
        var queue =
                new WorkQueue<>(options.fairness(Fairness.by(SharingTest::owner).runningAtMost(1)));
        queue.add("a/0", Lane.FRESH, 0);
        queue.take(0);
        queue.add("a/1", Lane.RESYNC, 1);
        queue.add("b/1", Lane.RESYNC, 2);
        queue.add("c/1", Lane.FRESH, 3);

        assertThat(queue.take(60 * SECOND)).contains("b/1");
        queue.done("a/0", 60 * SECOND);
        queue.take(60 * SECOND);
        assertThat(running(queue, 10, 60 * SECOND)).containsExactly("a/1");
    }

    @Test
    void forgetsOwnersWithoutKeys() {
        var queue = new WorkQueue<>(fair);
        for (int i = 0; i < 1_000; i++) {
            queue.add("owner" + i + "/key", Lane.FRESH, 0);
        }
        takeAll(queue, 1_000, 0);

        assertThat(queue.size()).isZero();
        assertThat(queue.owners()).isZero();
        assertThat(queue.load(0).of(Lane.FRESH)).isEqualTo(new WorkQueue.LaneLoad(0, Duration.ZERO));
    }

    @Test
    void limitsTheRateOfRetriesApartFromTheRest() {
        var queue = new WorkQueue<>(options.retryRate(Rate.perSecond(1, 2)));
        for (int i = 0; i < 5; i++) {
            queue.add("retry" + i, Lane.RETRY, 0);
            queue.add("fresh" + i, Lane.FRESH, 0);
        }

        assertThat(lanesOf(takeAll(queue, 10, 0))).isEqualTo(Map.of(Lane.FRESH, 5, Lane.RETRY, 2));
        assertThat(queue.nextDueNanos()).hasValue(SECOND);
        assertThat(takeAll(queue, 10, SECOND - 1)).isEmpty();
        assertThat(takeAll(queue, 10, SECOND)).hasSize(1);
    }

    @Test
    void limitsTheRateOfTheRestApartFromRetries() {
        var queue = new WorkQueue<>(options.rate(Rate.perSecond(10, 1)));
        for (int i = 0; i < 5; i++) {
            queue.add("retry" + i, Lane.RETRY, 0);
            queue.add("resync" + i, Lane.RESYNC, 0);
        }

        assertThat(lanesOf(takeAll(queue, 10, 0))).isEqualTo(Map.of(Lane.RETRY, 5, Lane.RESYNC, 1));
        assertThat(takeAll(queue, 10, 60 * SECOND)).as("nor by age").hasSize(1);
    }

    @Test
    void wakesForAWaitingKeyOrTheRateWhicheverIsFirst() {
        var queue = new WorkQueue<>(options.rate(Rate.perSecond(1, 1)));
        queue.add("a", Lane.FRESH, 0);
        queue.add("b", Lane.FRESH, 0);
        takeAll(queue, 2, 0);

        queue.addAfter("later", Duration.ofSeconds(2), 0);
        assertThat(queue.nextDueNanos()).hasValue(SECOND);
        queue.addAfter("sooner", Duration.ofMillis(500), 0);
        assertThat(queue.nextDueNanos()).hasValue(SECOND / 2);
    }

    @Test
    void saysHowMuchThereIsToDo() {
        var queue = new WorkQueue<>(fair);
        queue.add("a/0", Lane.FRESH, 0);
        queue.add("b/0", Lane.FRESH, SECOND);
        queue.add("b/1", Lane.RESYNC, 2 * SECOND);
        queue.retry("c/0", 2 * SECOND);
        queue.add("d/0", Lane.FRESH, 2 * SECOND);
        queue.take(2 * SECOND);

        var load = queue.load(3 * SECOND);

        assertThat(load.of(Lane.FRESH)).isEqualTo(new WorkQueue.LaneLoad(2, Duration.ofSeconds(2)));
        assertThat(load.of(Lane.RESYNC)).isEqualTo(new WorkQueue.LaneLoad(1, Duration.ofSeconds(1)));
        assertThat(List.of(load.waiting(), load.running(), load.failing())).containsExactly(1, 1, 1);
    }

    @Test
    void refusesSharingThatWouldStarve() {
        assertThatThrownBy(() -> new Shares(8, 2, 0, 1)).hasMessageContaining("never be served");
        assertThatThrownBy(() -> new Shares(101, 2, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> fair.fairness().runningAtMost(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.maxWait(Duration.ZERO)).hasMessageContaining("maxWait");
    }

    private static String owner(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    private static void fill(WorkQueue<String> queue, int each) {
        for (var lane : Lane.values()) {
            for (int i = 0; i < each; i++) {
                queue.add(lane.name().toLowerCase(java.util.Locale.ROOT) + i, lane, 0);
            }
        }
    }

    private static Map<Lane, Integer> lanesOf(List<String> keys) {
        var lanes = new EnumMap<Lane, Integer>(Lane.class);
        for (var key : keys) {
            lanes.merge(Lane.valueOf(key.replaceAll("[^a-z]", "").toUpperCase(java.util.Locale.ROOT)), 1, Integer::sum);
        }
        return lanes;
    }

    /** Takes at most {@code count} keys, each done before the next is taken. */
    private static List<String> takeAll(WorkQueue<String> queue, int count, long now) {
        var taken = new ArrayList<String>();
        Optional<String> next = queue.take(now);
        while (next.isPresent()) {
            taken.add(next.get());
            queue.done(next.get(), now);
            next = taken.size() < count ? queue.take(now) : Optional.empty();
        }
        return taken;
    }

    /** Takes at most {@code count} keys and leaves them running. */
    private static List<String> running(WorkQueue<String> queue, int count, long now) {
        var taken = new ArrayList<String>();
        Optional<String> next = queue.take(now);
        while (next.isPresent()) {
            taken.add(next.get());
            next = taken.size() < count ? queue.take(now) : Optional.empty();
        }
        return taken;
    }
}
