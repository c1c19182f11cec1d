package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The queue under real threads. {@code -Dbanyan.stress.operations=10000000} makes it as many operations as the goal names; the normal run
 * makes fewer.
 */
class QueueStressTest {
    private static final long OPERATIONS = Long.getLong("banyan.stress.operations", 300_000);
    private static final int ROUNDS = (int) Math.min(50_000, OPERATIONS / 100);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Env env = new SystemEnv();

    @Test
    void losesNothingAndRunsNoKeyTwiceAtATime() throws InterruptedException {
        new Mill(env).turn(OPERATIONS);
    }

    @Test
    void runsDifferentKeysAtTheSameTime() throws InterruptedException {
        var queue = queue();
        var meeting = new CyclicBarrier(4); // nobody passes it alone
        var workers = spawn(4, () -> {
            int key = queue.take().orElseThrow();
            meeting.await();
            queue.done(key);
        });
        IntStream.range(0, 4).forEach(key -> queue.add(key, Lane.FRESH));

        join(workers);
        assertThat(queue.load().running()).isZero();
    }

    /** A request beside the end of its key's run is in that run's future, always. */
    @Test
    void runsAKeyOnceMoreThatIsAskedForWhileItEnds() throws InterruptedException {
        race((queue, round) -> {
            queue.add(1, Lane.FRESH);
            int key = queue.take().orElseThrow();
            return new Race(() -> queue.add(1, Lane.FRESH), () -> queue.done(key), () -> {
                assertThat(queue.take()).as("round %d", round).contains(1);
                queue.done(1);
                assertThat(queue.load().of(Lane.FRESH).depth()).isZero();
            });
        });
    }

    /** Of two requests for one key beside a worker, one or two runs come, and none is left over. */
    @Test
    void mergesRequestsButLosesNone() throws InterruptedException {
        race((queue, round) -> {
            var runs = new AtomicInteger();
            var asked = new AtomicInteger();
            var seen = new AtomicInteger();
            return new Race(
                    () -> {
                        asked.incrementAndGet();
                        queue.add(1, Lane.FRESH);
                        asked.incrementAndGet();
                        queue.add(1, Lane.RESYNC);
                    },
                    () -> {
                        seen.set(run(queue, runs, asked));
                    },
                    () -> {
                        if (queue.load().of(Lane.FRESH).depth()
                                        + queue.load().of(Lane.RESYNC).depth()
                                > 0) {
                            seen.set(run(queue, runs, asked));
                        }
                        assertThat(seen)
                                .as("round %d: the last run saw all", round)
                                .hasValue(2);
                        assertThat(runs.get()).isBetween(1, 2);
                        assertThat(queue.describe(1).state()).isEqualTo(WorkQueue.State.IDLE);
                    });
        });
    }

    /** What is asked for beside the close is served or refused, and the worker ends. */
    @Test
    void endsItsWorkersWhateverComesBesideTheClose() throws InterruptedException {
        race((queue, round) -> {
            var runs = new AtomicInteger();
            var worker = env.tasks().spawn("worker", () -> {
                for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                    runs.incrementAndGet();
                    queue.done(key.get());
                }
            });
            return new Race(() -> queue.add(1, Lane.FRESH), queue::close, () -> {
                assertThat(worker.join(PATIENCE)).as("round %d", round).isTrue();
                assertThat(runs.get()).isLessThanOrEqualTo(1);
                assertThat(queue.load().of(Lane.FRESH).depth()).isZero();
            });
        });
    }

    /** A worker that is interrupted beside a request leaves it to the other. */
    @Test
    void losesNoRequestToAWorkerThatIsInterrupted() throws InterruptedException {
        race((queue, round) -> {
            var runs = new AtomicInteger();
            TaskSpawner.Body work = () -> {
                int key = queue.take().orElseThrow();
                runs.incrementAndGet();
                queue.done(key);
            };
            var first = env.tasks().spawn("first", work);
            var second = env.tasks().spawn("second", work);
            return new Race(() -> queue.add(1, Lane.FRESH), first::cancel, () -> {
                assertThat(first.join(PATIENCE)).isTrue();
                if (runs.get() == 0) {
                    assertThat(second.join(PATIENCE)).as("round %d", round).isTrue();
                }
                second.cancel();
                assertThat(second.join(PATIENCE)).isTrue();
                assertThat(runs).as("round %d", round).hasValue(1);
            });
        });
    }

    /** A key whose delay ends beside a request is one run or two, and none is left over. */
    @Test
    void mergesADelayThatEndsWithARequest() throws InterruptedException {
        race((queue, round) -> {
            queue.addAfter(1, Duration.ofNanos(1 + round % 50 * 1_000L));
            var runs = new AtomicInteger();
            return new Race(() -> queue.add(1, Lane.FRESH), () -> run(queue, runs, new AtomicInteger()), () -> {
                queue.close();
                for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                    runs.incrementAndGet();
                    queue.done(key.get());
                }
                assertThat(runs.get()).as("round %d", round).isBetween(1, 2);
                assertThat(queue.describe(1).state()).isEqualTo(WorkQueue.State.IDLE);
            });
        });
    }

    private static int run(SharedWorkQueue<Integer> queue, AtomicInteger runs, AtomicInteger asked)
            throws InterruptedException {
        int key = queue.take().orElseThrow();
        int seen = asked.get();
        runs.incrementAndGet();
        queue.forget(key);
        queue.done(key);
        return seen;
    }

    /** Two things that happen at once, and what must hold then. */
    private record Race(TaskSpawner.Body one, TaskSpawner.Body other, TaskSpawner.Body then) {}

    private interface Story {
        Race begin(SharedWorkQueue<Integer> queue, int round) throws InterruptedException;
    }

    /** Many rounds of one race, by two tasks that meet before each. */
    private void race(Story story) throws InterruptedException {
        var races = new ArrayList<Race>();
        var meet = new CyclicBarrier(2);
        var one = spawn(1, () -> {
            for (int round = 0; round < ROUNDS; round++) {
                var race = story.begin(queue(), round);
                races.add(race);
                meet.await();
                race.one().run();
                meet.await();
                race.then().run();
            }
        });
        var other = spawn(1, () -> {
            for (int round = 0; round < ROUNDS; round++) {
                await(meet);
                races.get(round).other().run();
                await(meet);
            }
        });
        if (!one.getFirst().join(PATIENCE) || one.getFirst().failure().isPresent()) {
            other.getFirst().cancel();
        }
        join(one);
        join(other);
    }

    private static void await(CyclicBarrier meet) throws InterruptedException {
        try {
            meet.await();
        } catch (BrokenBarrierException over) {
            throw new InterruptedException();
        }
    }

    private SharedWorkQueue<Integer> queue() {
        var backoff = Backoff.of(Duration.ofNanos(1), Duration.ofMillis(1), new SeededRandom(1));
        return new SharedWorkQueue<>(QueueOptions.of(backoff), env);
    }

    private List<Task> spawn(int count, TaskSpawner.Body body) {
        return IntStream.range(0, count)
                .mapToObj(number -> env.tasks().spawn("task" + number, body))
                .toList();
    }

    private static void join(List<Task> tasks) throws InterruptedException {
        for (var task : tasks) {
            assertThat(task.join(PATIENCE)).as(task.name()).isTrue();
            assertThat(task.failure()).as(task.name()).isEmpty();
        }
    }

    /** Producers and workers on a thousand keys; each request has a number, and some run has to see it. */
    private static final class Mill {
        private static final int KEYS = 1_000;
        private static final int PRODUCERS = 8;
        private static final int WORKERS = 16;

        private final Env env;
        private final SharedWorkQueue<Integer> queue;
        private final AtomicLongArray asked = new AtomicLongArray(KEYS);
        private final AtomicLongArray seen = new AtomicLongArray(KEYS);
        private final AtomicIntegerArray running = new AtomicIntegerArray(KEYS);
        private final AtomicInteger twice = new AtomicInteger();
        private final AtomicLong runs = new AtomicLong();

        Mill(Env env) {
            this.env = env;
            var backoff = Backoff.of(Duration.ofNanos(1_000), Duration.ofMillis(2), new SeededRandom(1));
            this.queue = new SharedWorkQueue<>(
                    QueueOptions.<Integer>of(backoff).fairness(Fairness.by(key -> "owner" + key % 7)), env);
        }

        void turn(long operations) throws InterruptedException {
            var workers = IntStream.range(0, WORKERS)
                    .mapToObj(number -> env.tasks().spawn("worker" + number, () -> work(new SeededRandom(number))))
                    .toList();
            var producers = IntStream.range(0, PRODUCERS)
                    .mapToObj(number -> env.tasks()
                            .spawn(
                                    "producer" + number,
                                    () -> ask(new SeededRandom(100 + number), operations / PRODUCERS)))
                    .toList();
            join(producers);
            var pause = env.signal();
            long until = env.time().nanos() + PATIENCE.toNanos();
            while (behind() > 0 && env.time().nanos() - until < 0) {
                pause.await(Duration.ofMillis(5)); // until every request was seen; a lost one is never
            }
            queue.close();
            join(workers);

            assertThat(behind()).as("keys with a request that no run saw").isZero();
            assertThat(twice).as("runs beside another of the same key").hasValue(0);
            assertThat(queue.load().running()).isZero();
            assertThat(runs.get()).isGreaterThan(KEYS);
        }

        private void ask(SeededRandom random, long operations) {
            for (long i = 0; i < operations; i++) {
                int key = random.nextInt(KEYS);
                asked.incrementAndGet(key);
                switch (random.nextInt(10)) {
                    case 0 -> queue.addAfter(key, Duration.ofNanos(random.nextLong(500_000)));
                    case 1 -> queue.retry(key);
                    default -> queue.add(key, Lane.values()[random.nextInt(4)]);
                }
            }
        }

        private void work(SeededRandom random) throws InterruptedException {
            for (var next = queue.take(); next.isPresent(); next = queue.take()) {
                int key = next.get();
                twice.addAndGet(running.getAndIncrement(key));
                seen.set(key, asked.get(key));
                runs.incrementAndGet();
                if (random.nextInt(10) == 0) {
                    queue.retry(key);
                } else {
                    queue.forget(key);
                }
                running.getAndDecrement(key);
                queue.done(key);
            }
        }

        private long behind() {
            return IntStream.range(0, KEYS)
                    .filter(key -> seen.get(key) < asked.get(key))
                    .count();
        }
    }
}
