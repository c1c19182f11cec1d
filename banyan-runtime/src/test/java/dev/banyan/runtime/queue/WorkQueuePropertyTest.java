package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random calls against a model that only knows, for each key, by when it was asked to run. */
class WorkQueuePropertyTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 400;

    @Test
    void losesNoKeyAndNeverRunsOneTwiceAtATime() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new Run(seed).random(STEPS).drain();
        }
    }

    /** One take each tick, more requests than takes, keys of all lanes and of unequal owners. */
    @Test
    void neverLetsADueKeyWaitLongerThanStated() {
        long tick = Duration.ofMillis(100).toNanos();
        long maxWait = Duration.ofSeconds(3).toNanos();
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new SeededRandom(seed);
            var queue = new WorkQueue<Integer>(QueueOptions.<Integer>of(Backoff.standard(random.fork("backoff")))
                    .maxWait(Duration.ofNanos(maxWait))
                    .fairness(Fairness.by(key -> key < 150 ? "big" : "small" + key % 3)));
            var latest = new HashMap<Integer, Long>();
            for (long now = 0; now < 600 * tick; now += tick) {
                for (int call = 0; call < 3; call++) {
                    int key = random.nextInt(200);
                    boolean due = queue.describe(key).state() == WorkQueue.State.READY;
                    queue.add(key, Lane.values()[random.nextInt(4)], now);
                    if (!due) {
                        latest.put(key, now + maxWait + 2L * queue.depth() * tick);
                    }
                }
                int taken = queue.take(now).orElseThrow();
                assertThat(now).as("seed %d, key %d", seed, taken).isLessThanOrEqualTo(latest.get(taken));
                queue.done(taken, now);
            }
            long end = 600 * tick;
            assertThat(latest.entrySet())
                    .filteredOn(entry -> queue.describe(entry.getKey()).state() == WorkQueue.State.READY)
                    .as("seed %d", seed)
                    .allMatch(entry -> entry.getValue() >= end - tick);
        }
    }

    /** One seeded run: the queue beside its model. */
    private static final class Run {
        private static final int KEYS = 8;
        private static final int CALLS_PER_TURN = 4; // more work than one key a turn can serve
        private static final long STEP_NANOS_MAX = Duration.ofSeconds(2).toNanos();
        private static final long BACKOFF_MAX = Duration.ofSeconds(20).toNanos();

        private final long seed;
        private final SeededRandom random;
        private final WorkQueue<Integer> queue;
        private final Set<Integer> running = new HashSet<>();
        private final Map<Integer, Long> owed = new HashMap<>(); // key -> latest time at which it must be due
        private long now;

        Run(long seed) {
            this.seed = seed;
            this.random = new SeededRandom(seed);
            this.queue = new WorkQueue<>(options(seed));
        }

        /** Each seed its own mixture of owners, caps, rates and patience. */
        private static QueueOptions<Integer> options(long seed) {
            var backoff = Backoff.of(Duration.ofMillis(100), Duration.ofNanos(BACKOFF_MAX), new SeededRandom(seed + 1));
            var fairness = Fairness.<Integer>by(key -> "owner" + key % (1 + seed % 3))
                    .runningAtMost(1 + (int) (seed % 5))
                    .weighted(owner -> owner.hashCode() % 4);
            var options = QueueOptions.<Integer>of(backoff)
                    .maxWait(Duration.ofSeconds(1 + seed % 7))
                    .fairness(fairness);
            var slow = Rate.perSecond(0.5, 2);
            return options.rate(seed % 2 == 0 ? slow : Rate.UNLIMITED).retryRate(seed % 4 < 2 ? slow : Rate.UNLIMITED);
        }

        Run random(int steps) {
            for (int step = 0; step < steps; step++) {
                now += random.nextLong(STEP_NANOS_MAX);
                for (int call = 0; call < CALLS_PER_TURN; call++) {
                    call(random.nextInt(KEYS));
                }
                turn();
            }
            return this;
        }

        private void call(int key) {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> ask(key, Lane.values()[random.nextInt(4)]);
                case 3 -> askLater(key, random.nextLong(Duration.ofSeconds(30).toNanos()));
                case 4 -> fail(key);
                default -> queue.forget(key);
            }
        }

        /** Nothing is asked any more: everything owed must come out, and then nothing. */
        void drain() {
            for (int round = 0; round < 40 * KEYS && !(owed.isEmpty() && running.isEmpty()); round++) {
                now += BACKOFF_MAX;
                turn();
            }
            assertThat(owed).as("seed %d: keys lost", seed).isEmpty();
            now += Duration.ofHours(1).toNanos();
            assertThat(queue.take(now)).as("seed %d: key invented", seed).isEmpty();
            assertThat(queue.depth()).isZero();
            assertThat(queue.running()).isZero();
        }

        private void ask(int key, Lane lane) {
            queue.add(key, lane, now);
            owed.merge(key, now, Math::min);
        }

        private void askLater(int key, long delay) {
            queue.addAfter(key, Duration.ofNanos(delay), now);
            owed.merge(key, now + delay, Math::min);
        }

        private void fail(int key) {
            queue.retry(key, now);
            owed.merge(key, now + BACKOFF_MAX, Math::min);
        }

        /** Finishes what runs and takes one key. Some are left running over several turns. */
        private void turn() {
            for (int key = 0; key < KEYS; key++) {
                if (running.contains(key) && random.nextInt(3) > 0) {
                    queue.done(key, now);
                    running.remove(key);
                }
            }
            queue.take(now).ifPresent(this::started);
        }

        private void started(int key) {
            assertThat(running.add(key))
                    .as("seed %d: key %d runs twice", seed, key)
                    .isTrue();
            assertThat(owed).as("seed %d: key %d was not asked for", seed, key).containsKey(key);
            owed.remove(key);
        }
    }
}
