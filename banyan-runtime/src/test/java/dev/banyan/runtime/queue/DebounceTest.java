package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DebounceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final WorkQueue<String> queue = queue(Duration.ofSeconds(10));

    @Test
    void servesTheFirstChangeAtOnceAndThoseThatFollowTogether() {
        queue.add("a", Lane.FRESH, 0);
        assertThat(queue.take(0)).contains("a");
        queue.done("a", SECOND);

        assertThat(queue.add("a", Lane.FRESH, 2 * SECOND)).isTrue();
        queue.add("a", Lane.FRESH, 9 * SECOND);
        assertThat(queue.take(9 * SECOND)).isEmpty();
        assertThat(queue.nextDueNanos())
                .as("from its start on, not later with each change")
                .hasValue(10 * SECOND);
        assertThat(queue.take(10 * SECOND)).contains("a");
    }

    @Test
    void holdsBackWhatCameWhileItRan() {
        queue.add("a", Lane.FRESH, 0);
        queue.take(0);
        queue.add("a", Lane.FRESH, SECOND);
        queue.done("a", 2 * SECOND);

        assertThat(queue.describe("a").state()).isEqualTo(WorkQueue.State.WAITING);
        assertThat(queue.take(9 * SECOND)).isEmpty();
        assertThat(queue.take(10 * SECOND)).contains("a");
    }

    @Test
    void bringsNoDelayedKeyForwardBeyondTheWindow() {
        queue.add("a", Lane.FRESH, 0);
        queue.take(0);
        queue.addAfter("a", Duration.ofSeconds(30), SECOND);
        queue.done("a", SECOND);
        queue.add("a", Lane.FRESH, 2 * SECOND);

        assertThat(queue.nextDueNanos()).hasValue(10 * SECOND);
        assertThat(queue.take(10 * SECOND)).contains("a");
        queue.done("a", 20 * SECOND);
        assertThat(queue.take(60 * SECOND)).as("one run was for both").isEmpty();
    }

    @Test
    void doesNotDelayAKeyThatRanLongAgoNorAnother() {
        queue.add("a", Lane.FRESH, 0);
        queue.take(0);
        queue.done("a", SECOND);
        queue.add("b", Lane.FRESH, SECOND);
        assertThat(queue.take(SECOND)).contains("b");

        queue.add("a", Lane.FRESH, 11 * SECOND);
        assertThat(queue.take(11 * SECOND)).contains("a");
    }

    @Test
    void remembersAKeyForTheWindowAndNoLonger() {
        for (int i = 0; i < 100; i++) {
            queue.add("k" + i, Lane.FRESH, 0);
            queue.take(0);
            queue.done("k" + i, 0);
        }
        assertThat(queue.size()).isEqualTo(100);
        assertThat(queue.depth()).isZero();

        assertThat(queue.take(10 * SECOND)).isEmpty();
        assertThat(queue.size()).isZero();
        assertThat(queue.owners()).isZero();
    }

    @Test
    void keepsTheStreakOfAKeyBeyondTheWindow() {
        queue.add("a", Lane.FRESH, 0);
        queue.take(0);
        queue.done("a", 0);
        queue.retry("a", SECOND);
        assertThat(queue.take(10 * SECOND)).contains("a");
        queue.done("a", 11 * SECOND);
        assertThat(queue.take(60 * SECOND)).isEmpty();
        assertThat(queue.failures("a")).isEqualTo(1);

        queue.forget("a");
        assertThat(queue.size()).isZero();
    }

    @Test
    void forgetsAStreakThatEndsWithinTheWindow() {
        queue.retry("a", 0);
        assertThat(queue.take(2 * SECOND)).contains("a");
        queue.done("a", 2 * SECOND);
        queue.forget("a");
        assertThat(queue.size()).as("it ran just now").isEqualTo(1);

        assertThat(queue.take(12 * SECOND)).isEmpty();
        assertThat(queue.size()).isZero();
    }

    /** Whatever is asked: two starts of one key are a window apart, and no key waits for longer than one window beyond its time. */
    @Test
    void keepsStartsApartAndLosesNone() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new SeededRandom(seed);
            var window = Duration.ofMillis(1 + random.nextInt(3_000));
            var busy = queue(window);
            Map<String, Long> started = new HashMap<>();
            Map<String, Long> wanted = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 600; step++) {
                now += random.nextLong(SECOND / 5);
                var key = "k" + random.nextInt(5);
                if (step < 500) {
                    ask(busy, key, random, now, wanted);
                } else {
                    now += SECOND; // whatever was asked comes now
                }
                for (var next = busy.take(now); next.isPresent(); next = busy.take(now)) {
                    var before = started.put(next.get(), now);
                    assertThat(before == null || now - before >= window.toNanos())
                            .as("seed %d: %s started at %s and at %d", seed, next.get(), before, now)
                            .isTrue();
                    wanted.remove(next.get());
                    busy.done(next.get(), now);
                }
            }
            assertThat(wanted).as("seed %d", seed).isEmpty();
            assertThat(busy.depth()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void refusesWindowsThatAreNone() {
        var options = QueueOptions.<String>of(Backoff.standard(new SeededRandom(1)));
        assertThatThrownBy(() -> options.debounce(Duration.ofNanos(-1))).hasMessageContainingAll("debounce", "PT-0.0");
        assertThatThrownBy(() -> options.debounce(Duration.ofHours(1))).hasMessageContainingAll("debounce", "PT5M");
        assertThatThrownBy(() -> options.maxWait(Duration.ofDays(2))).hasMessageContainingAll("maxWait", "a day");
    }

    @Test
    void givesKeysWhoseOwnerOrWeightCannotBeToldTurnsOfTheirOwn() {
        var lost = new WorkQueue<String>(QueueOptions.<String>of(Backoff.standard(new SeededRandom(1)))
                .fairness(Fairness.<String>by(key -> {
                            if (key.startsWith("bad")) {
                                throw new IllegalStateException(key);
                            }
                            return "good";
                        })
                        .weighted(owner -> {
                            throw new IllegalStateException(owner);
                        })));
        lost.add("bad", Lane.FRESH, 0);
        lost.add("bad too", Lane.FRESH, 0);
        lost.add("good", Lane.FRESH, 0);

        assertThat(lost.owners()).isEqualTo(2);
        assertThat(lost.take(0)).contains("bad");
        assertThat(lost.take(0)).contains("good");
        assertThat(lost.take(0)).contains("bad too");
    }

    private static void ask(
            WorkQueue<String> queue, String key, SeededRandom random, long now, Map<String, Long> wanted) {
        switch (random.nextInt(4)) {
            case 0 -> queue.addAfter(key, Duration.ofNanos(random.nextLong(5 * SECOND)), now);
            case 1 -> queue.retry(key, now);
            default -> queue.add(key, Lane.values()[random.nextInt(4)], now);
        }
        wanted.put(key, now);
    }

    private static WorkQueue<String> queue(Duration window) {
        return new WorkQueue<>(
                QueueOptions.<String>of(Backoff.of(Duration.ofSeconds(1), Duration.ofSeconds(8), new SeededRandom(1)))
                        .debounce(window));
    }
}
