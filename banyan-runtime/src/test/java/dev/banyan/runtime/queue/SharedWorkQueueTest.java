package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedWorkQueueTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void handsEachKeyToOneWorkerAtATimeAndLosesNone() throws InterruptedException {
        var env = new SystemEnv();
        var queue = queue(env);
        var running = new ConcurrentHashMap<Integer, Boolean>();
        var asked = new AtomicInteger[100];
        var seen = new ConcurrentHashMap<Integer, Integer>(); // key -> what was asked before the last run began
        var twice = new AtomicLong();
        for (int key = 0; key < asked.length; key++) {
            asked[key] = new AtomicInteger();
        }
        var workers = spawn(
                env,
                8,
                () -> drain(queue, key -> {
                    twice.addAndGet(running.putIfAbsent(key, true) == null ? 0 : 1);
                    seen.put(key, asked[key].get());
                    running.remove(key);
                }));
        var producers = spawn(env, 4, () -> {
            var random = env.random().fork(Thread.currentThread().getName());
            for (int i = 0; i < 50_000; i++) {
                int key = random.nextInt(asked.length);
                asked[key].incrementAndGet();
                queue.add(key, Lane.values()[random.nextInt(4)]);
            }
        });
        join(producers);
        queue.close();
        join(workers);

        assertThat(twice.get()).isZero();
        for (int key = 0; key < asked.length; key++) {
            assertThat(seen).as("the last request of key %d", key).containsEntry(key, asked[key].get());
        }
    }

    @Test
    void wakesAWorkerWhenADelayIsOver() {
        try (var simulation = new Simulation(1)) {
            var env = simulation.process("worker").env();
            var queue = queue(env);
            var taken = new ArrayList<Integer>();
            env.tasks().spawn("worker", () -> drain(queue, taken::add));
            queue.addAfter(1, Duration.ofSeconds(10));
            queue.addAfter(2, Duration.ofSeconds(5));
            simulation.runFor(Duration.ofSeconds(6));
            assertThat(taken).containsExactly(2);

            queue.addAfter(3, Duration.ofSeconds(1));
            simulation.runFor(Duration.ofSeconds(2));
            assertThat(taken).containsExactly(2, 3);

            simulation.runFor(MINUTE);
            assertThat(taken).containsExactly(2, 3, 1);
        }
    }

    @Test
    void keepsAllWorkersBusyWhileThereIsWork() {
        try (var simulation = new Simulation(2)) {
            var env = simulation.process("worker").env();
            var queue = queue(env);
            var taken = new ArrayList<Integer>();
            for (int worker = 0; worker < 3; worker++) {
                env.tasks()
                        .spawn(
                                "worker",
                                () -> drain(queue, key -> {
                                    taken.add(key);
                                    env.signal().await(MINUTE);
                                }));
            }
            simulation.runFor(Duration.ofSeconds(1));
            for (int key = 0; key < 5; key++) {
                queue.addAfter(key, Duration.ofSeconds(1));
            }
            simulation.runFor(Duration.ofSeconds(2));

            assertThat(taken).hasSize(3);
            assertThat(queue.load().running()).isEqualTo(3);
        }
    }

    @Test
    void finishesWhatIsDueAndDropsWhatIsLaterWhenItIsClosed() {
        try (var simulation = new Simulation(3)) {
            var env = simulation.process("worker").env();
            var queue = queue(env);
            var taken = new ArrayList<Integer>();
            var worker = env.tasks().spawn("worker", () -> drain(queue, taken::add));
            var idle = env.tasks().spawn("idle", () -> drain(queue, taken::add));
            simulation.runFor(Duration.ofSeconds(1));
            queue.add(1, Lane.FRESH);
            queue.add(2, Lane.RESYNC);
            queue.addAfter(3, MINUTE);
            queue.close();
            queue.add(4, Lane.FRESH);
            simulation.runFor(Duration.ofHours(1));

            assertThat(taken).containsExactlyInAnyOrder(1, 2);
            assertThat(List.of(worker.done(), idle.done())).containsOnly(true);
        }
    }

    @Test
    void finishesAtItsRateWhenItIsClosed() {
        try (var simulation = new Simulation(3)) {
            var env = simulation.process("worker").env();
            var slow = QueueOptions.<Integer>of(Backoff.standard(env.random())).rate(Rate.perSecond(1, 1));
            var queue = new SharedWorkQueue<>(slow, env);
            var taken = new ArrayList<Integer>();
            var worker = env.tasks().spawn("worker", () -> drain(queue, taken::add));
            for (int key = 0; key < 5; key++) {
                queue.add(key, Lane.FRESH);
            }
            queue.close();
            simulation.runFor(Duration.ofMillis(2_500));
            assertThat(taken).hasSize(3);

            simulation.runFor(Duration.ofSeconds(10));
            assertThat(taken).hasSize(5);
            assertThat(worker.done()).isTrue();
        }
    }

    @Test
    void passesTheWakeUpOfAnInterruptedWorkerOn() {
        for (long seed = 0; seed < 20; seed++) {
            try (var simulation = new Simulation(seed)) {
                var env = simulation.process("worker").env();
                var queue = queue(env);
                var taken = new ArrayList<Integer>();
                var first = env.tasks().spawn("first", () -> drain(queue, taken::add));
                env.tasks().spawn("second", () -> drain(queue, taken::add));
                simulation.runFor(Duration.ofSeconds(1));
                queue.add(1, Lane.FRESH);
                first.cancel();
                simulation.runFor(Duration.ofSeconds(1));

                assertThat(taken).as("seed %d", seed).containsExactly(1);
            }
        }
    }

    @Test
    void comesBackToAFailingKeyUntilItIsForgotten() {
        try (var simulation = new Simulation(4)) {
            var env = simulation.process("worker").env();
            var queue = queue(env);
            var runs = new AtomicInteger();
            env.tasks().spawn("worker", () -> {
                for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                    if (runs.incrementAndGet() < 4) {
                        queue.retry(key.get());
                    } else {
                        queue.forget(key.get());
                    }
                    queue.done(key.get());
                }
            });
            queue.add(1, Lane.FRESH);
            simulation.runFor(MINUTE);

            assertThat(runs).hasValue(4);
            assertThat(queue.describe(1).failures()).isZero();
            assertThat(queue.load().failing()).isZero();
        }
    }

    private interface Work {
        void on(int key) throws InterruptedException;
    }

    private static void drain(SharedWorkQueue<Integer> queue, Work work) throws InterruptedException {
        for (var key = queue.take(); key.isPresent(); key = queue.take()) {
            work.on(key.get());
            queue.done(key.get());
        }
    }

    private static SharedWorkQueue<Integer> queue(Env env) {
        return new SharedWorkQueue<>(QueueOptions.of(Backoff.standard(env.random())), env);
    }

    private static List<Task> spawn(Env env, int count, dev.banyan.runtime.env.TaskSpawner.Body body) {
        var tasks = new ArrayList<Task>();
        for (int i = 0; i < count; i++) {
            tasks.add(env.tasks().spawn("task" + i, body));
        }
        return tasks;
    }

    private static void join(List<Task> tasks) throws InterruptedException {
        for (var task : tasks) {
            assertThat(task.join(MINUTE)).isTrue();
            assertThat(task.failure()).isEmpty();
        }
    }
}
