package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Workers that serve keys in simulated time under floods: how long whoever did not flood waits, in figures. */
class QueueSimulationTest {
    private static final Duration SERVICE = Duration.ofMillis(10);
    private static final int WORKERS = 4;
    private static final long SEEDS = 10;

    @Test
    void boundsTheWaitOfSmallOwnersBesideOneThatFloods() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var world = new World(seed, options -> options.fairness(Fairness.by(QueueSimulationTest::owner)));
            world.flood(20_000, Lane.FRESH);
            world.trickle(20, Duration.ofMillis(10), Duration.ofSeconds(20));

            // A turn of all 21 owners takes 21 services of 4 workers, and a key comes in during one.
            assertThat(world.p99(key -> !owner(key).equals("flood")))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(SERVICE.multipliedBy(21 / WORKERS + 2));
            assertThat(world.served(key -> owner(key).equals("flood")))
                    .as("seed %d: the big one gets what is left", seed)
                    .isGreaterThan(4_000);
        }
    }

    /** The same without fairness: the bound is worth something. */
    @Test
    void letsSmallOwnersWaitForTheWholeFloodWithoutFairness() {
        var world = new World(1, options -> options.maxWait(Duration.ofHours(1)));
        world.flood(1_000, Lane.FRESH);
        world.trickle(20, Duration.ofMillis(10), Duration.ofSeconds(5));

        assertThat(world.p99(key -> !owner(key).equals("flood"))).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void boundsTheWaitOfChangesBesideAFloodOfAStart() {
        for (long seed = 0; seed < SEEDS; seed++) {
            for (var lane : List.of(Lane.RETRY, Lane.INITIAL, Lane.RESYNC)) {
                var world = new World(seed, options -> options.maxWait(Duration.ofMinutes(10)));
                world.flood(10_000, lane);
                world.trickle(20, Duration.ofMillis(10), Duration.ofSeconds(10));

                // A change waits for the takes of the others in a round, and for the worker that is next.
                assertThat(world.p99(key -> !owner(key).equals("flood")))
                        .as("seed %d, %s", seed, lane)
                        .isLessThanOrEqualTo(SERVICE.multipliedBy(3));
                assertThat(world.served(key -> owner(key).equals("flood")))
                        .as("seed %d, %s", seed, lane)
                        .isGreaterThan(1_000);
            }
        }
    }

    @Test
    void boundsTheLongestWaitOfTheLeastUrgentByItsAge() {
        var maxWait = Duration.ofSeconds(2);
        for (long seed = 0; seed < SEEDS; seed++) {
            var world = new World(
                    seed, options -> options.shares(new Shares(100, 1, 1, 1)).maxWait(maxWait));
            world.flood(100, Lane.RESYNC);
            world.trickle(1_000, Duration.ofNanos(2_400_000), Duration.ofSeconds(10)); // more than can be served

            // From its age on each second take is of an old one: 100 of them in 200 takes of 4 workers.
            assertThat(world.longest(key -> owner(key).equals("flood")))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(maxWait.plus(SERVICE.multipliedBy(2 * 100 / WORKERS + 2)));
            assertThat(world.served(key -> owner(key).equals("flood")))
                    .as("seed %d", seed)
                    .isEqualTo(100);
        }
    }

    @Test
    void keepsItsGlobalRateInEverySecond() {
        var world = new World(3, options -> options.rate(Rate.perSecond(100, 20)));
        world.flood(5_000, Lane.FRESH);
        world.trickle(20, Duration.ofMillis(10), Duration.ofSeconds(10));

        for (int from = 0; from + 120 < world.starts.size(); from++) {
            assertThat(world.starts.get(from + 120) - world.starts.get(from))
                    .as("121 starts from number %d on", from)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(990).toNanos());
        }
        assertThat(world.starts).as("and uses it").hasSizeGreaterThan(1_000);
    }

    @Test
    void keepsTheOrderOfEachKeyAndOfEqualKeys() {
        var world = new World(4, options -> options);
        world.flood(1_000, Lane.FRESH);
        world.trickle(0, Duration.ofMillis(10), Duration.ofSeconds(5));

        assertThat(world.order).isSorted().hasSize(1_000);
    }

    private static String owner(int key) {
        return key < 100_000 ? "flood" : "small" + key % 20;
    }

    private interface Shape {
        QueueOptions<Integer> of(QueueOptions<Integer> standard);
    }

    /** Keys from 0 flood; keys from 100,000 come one by one. */
    private static final class World {
        private final WorkQueue<Integer> queue;
        private final SeededRandom random;
        private final PriorityQueue<long[]> busy =
                new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0])); // until, key
        private final Map<Integer, Long> since = new HashMap<>();
        private final Map<Integer, List<Duration>> waits = new HashMap<>();
        private final List<Long> starts = new ArrayList<>();
        private final List<Integer> order = new ArrayList<>();
        private long now;

        World(long seed, Shape shape) {
            random = new SeededRandom(seed);
            queue = new WorkQueue<>(shape.of(QueueOptions.of(Backoff.standard(random.fork("backoff")))));
        }

        void flood(int keys, Lane lane) {
            for (int key = 0; key < keys; key++) {
                add(key, lane);
            }
        }

        /** Distinct keys in turn, one each interval; and what is due is served. */
        void trickle(int keys, Duration interval, Duration time) {
            long end = now + time.toNanos();
            int next = 0;
            while (now < end) {
                if (keys > 0) {
                    add(100_000 + next++ % keys, Lane.FRESH);
                }
                serve(now + interval.toNanos());
            }
        }

        private void add(int key, Lane lane) {
            if (queue.add(key, lane, now)) {
                since.putIfAbsent(key, now);
            }
        }

        private void serve(long until) {
            while (true) {
                start();
                long due = busy.size() < WORKERS ? queue.nextDueNanos().orElse(until) : until;
                long next = busy.isEmpty() ? due : Math.min(due, busy.element()[0]);
                if (next >= until) {
                    now = until;
                    return;
                }
                now = Math.max(now, next);
                while (!busy.isEmpty() && busy.element()[0] <= now) {
                    queue.done((int) busy.remove()[1], now);
                }
            }
        }

        private void start() {
            while (busy.size() < WORKERS) {
                var key = queue.take(now);
                if (key.isEmpty()) {
                    return;
                }
                var wait = Duration.ofNanos(now - Objects.requireNonNull(since.remove(key.get())));
                waits.computeIfAbsent(key.get(), k -> new ArrayList<>()).add(wait);
                starts.add(now);
                order.add(key.get());
                long jitter = random.nextLong(SERVICE.toNanos() / 10);
                busy.add(new long[] {now + SERVICE.toNanos() - jitter, key.get()});
            }
        }

        Duration p99(Predicate<Integer> which) {
            var all = all(which);
            return all.get((int) (all.size() * 0.99));
        }

        Duration longest(Predicate<Integer> which) {
            return all(which).getLast();
        }

        int served(Predicate<Integer> which) {
            return all(which).size();
        }

        private List<Duration> all(Predicate<Integer> which) {
            return waits.entrySet().stream()
                    .filter(entry -> which.test(entry.getKey()))
                    .flatMap(entry -> entry.getValue().stream())
                    .sorted()
                    .toList();
        }
    }
}
