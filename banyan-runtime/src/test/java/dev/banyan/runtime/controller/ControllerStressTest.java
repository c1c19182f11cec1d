package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A whole controller under real threads; {@code -Dbanyan.stress.operations} sets how many writes and requests it meets. */
class ControllerStressTest {
    private static final Kind<String, String> THINGS = Texts.kind("things");
    private static final long OPERATIONS = Long.getLong("banyan.stress.operations", 40_000);
    private static final int KEYS = 200;
    private static final int WRITERS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Env env = new SystemEnv();
    private final MemoryStore store = new MemoryStore(env);
    private final Informer<String, String> things =
            Informer.of(THINGS, store, env).build();

    @Test
    void seesTheLastOfAllWritesAndRunsNoKeyTwiceAtATime() throws InterruptedException {
        var seen = new ConcurrentHashMap<ObjectKey, Long>(); // the newest revision that a run of the key found
        var asked = new ConcurrentHashMap<ObjectKey, AtomicInteger>();
        var answered = new ConcurrentHashMap<ObjectKey, Integer>();
        var running = new ConcurrentHashMap<ObjectKey, Boolean>();
        var twice = new AtomicInteger();
        var random = new SeededRandom(1);
        var controller = controller(request -> {
            var key = request.key();
            if (running.put(key, true) != null) {
                twice.incrementAndGet();
            }
            try {
                int requests =
                        asked.computeIfAbsent(key, k -> new AtomicInteger()).get();
                var thing = things.lister().get(key).orElseThrow(); // fails while its cache is behind a request
                seen.merge(key, thing.meta().revision(), Math::max);
                answered.merge(key, requests, Math::max);
                if (key.name().endsWith("7") && thing.meta().revision() % 3 == 0) {
                    throw new IllegalStateException("now and then");
                }
            } finally {
                running.remove(key);
            }
            return key.name().endsWith("3") ? Result.requeueAfter(Duration.ofNanos(50_000)) : Result.done();
        });
        var manager = ControllerManager.of(things, controller);
        manager.start();
        var writers = IntStream.range(0, WRITERS)
                .mapToObj(number -> env.tasks()
                        .spawn("writer" + number, () -> write(number, random.fork("w" + number), asked, controller)))
                .toList();
        for (var writer : writers) {
            assertThat(writer.join(PATIENCE)).isTrue();
            assertThat(writer.failure()).isEmpty();
        }

        await(() -> IntStream.range(0, KEYS).allMatch(number -> {
            var key = key(number);
            long newest = store.get(key, ReadAt.LATEST).orElseThrow().meta().revision();
            return seen.getOrDefault(key, 0L) >= newest
                    && answered.getOrDefault(key, 0)
                            >= asked.getOrDefault(key, new AtomicInteger()).get();
        }));
        manager.stop();
        assertThat(twice).hasValue(0);
        assertThat(controller.health().detail()).isEqualTo("not running");
    }

    @Test
    void runsAsManyDifferentKeysAtATimeAsItMay() throws InterruptedException {
        var meeting = new CyclicBarrier(8); // nobody passes it alone
        var met = new AtomicInteger();
        var controller = controller(request -> {
            meeting.await();
            met.incrementAndGet();
            return Result.done();
        });
        IntStream.range(0, 8).forEach(this::create);
        var manager = ControllerManager.of(things, controller);
        manager.start();

        await(() -> met.get() >= 8);
        manager.stop();
    }

    /** Conditions are asked beside the writes that make them true; none is missed. */
    @Test
    void missesNoConditionThatComesTrue() throws InterruptedException {
        var rounds = new ConcurrentHashMap<ObjectKey, Integer>();
        var controller = controller(request -> {
            int round = rounds.merge(request.key(), 1, Integer::sum);
            return round > 20
                    ? Result.done()
                    : Result.awaitChange(
                            "round " + round,
                            PATIENCE,
                            () -> Integer.parseInt(things.lister()
                                            .get(request.key())
                                            .orElseThrow()
                                            .status())
                                    >= round);
        });
        IntStream.range(0, 20).forEach(this::create);
        IntStream.range(0, 20).forEach(number -> status(number, 0));
        var manager = ControllerManager.of(things, controller);
        manager.start();
        for (int round = 1; round <= 20; round++) {
            int now = round;
            IntStream.range(0, 20).forEach(number -> status(number, now));
        }

        await(() -> rounds.size() == 20 && rounds.values().stream().allMatch(round -> round > 20));
        manager.stop();
    }

    private void write(int number, RandomSource random, Map<ObjectKey, AtomicInteger> asked, Controller controller) {
        int own = KEYS / WRITERS; // each writer has keys of its own, so no write meets another
        IntStream.range(number * own, (number + 1) * own).forEach(this::create);
        for (long i = 0; i < OPERATIONS / WRITERS; i++) {
            var key = key(number * own + random.nextInt(own));
            if (random.nextInt(3) == 0) {
                asked.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
                controller.enqueue(List.of(key));
            } else {
                var object = store.get(key, ReadAt.LATEST).orElseThrow();
                var draft = Draft.from(object).withSpec(Bytes.utf8("spec " + i));
                assertThat(store.commit(Commit.of(new Write.Update(object, draft)))
                                .written())
                        .isTrue();
            }
        }
    }

    private void create(int number) {
        assertThat(store.commit(Commit.of(new Write.Create(Draft.of(key(number), Bytes.EMPTY))))
                        .written())
                .isTrue();
    }

    private void status(int number, int round) {
        var uid = store.get(key(number), ReadAt.LATEST).orElseThrow().meta().uid();
        var status = Bytes.utf8(String.valueOf(round));
        assertThat(store.commit(Commit.of(new Write.UpdateStatus(key(number), uid, status)))
                        .written())
                .isTrue();
    }

    private Controller controller(Reconciler reconciler) {
        return Controller.named("things", env)
                .watches(things, EventMapper.self())
                .concurrency(8)
                .resync(Duration.ofHours(1))
                .deadline(PATIENCE)
                .reconciler(reconciler)
                .build();
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        var pause = env.signal();
        long until = env.time().nanos() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(env.time().nanos() - until).as("patience").isNegative();
            pause.await(Duration.ofMillis(5));
        }
    }

    private static ObjectKey key(int number) {
        return THINGS.key("default", "t" + number);
    }
}
