package dev.banyan.runtime.benchmark.trial;

import dev.banyan.runtime.benchmark.measure.Delays;
import dev.banyan.runtime.benchmark.measure.Figure;
import dev.banyan.runtime.benchmark.micro.KeyQueue;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.timer.TimerEventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keys that are added with delays and come out when those are over: what an add costs, how late they are, and how many never come. The
 * delays are spread over a second so that no queue has to be faster than 100,000 keys a second.
 */
public final class DelayTrial {
    private static final Duration FIRST = Duration.ofSeconds(1);

    /** Longer than any heartbeat of a queue: what has not come then does not come. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration PATIENCE_WARMING = Duration.ofSeconds(1);
    private static final int WORKERS = 4;

    private final Env env = new SystemEnv();
    private final int keys;
    private final long[] due;
    private final AtomicLongArray out;

    private DelayTrial(int keys) {
        this.keys = keys;
        this.due = new long[keys];
        this.out = new AtomicLongArray(keys);
    }

    /** The library and how many keys. */
    public static void run(String library, int keys) throws InterruptedException {
        for (int round = 1; round < 3; round++) { // warms up
            new DelayTrial(keys).measure(library, false);
        }
        new DelayTrial(keys).measure(library, true);
    }

    private interface Adder {
        void add(int key, Duration delay);
    }

    private void measure(String library, boolean tell) throws InterruptedException {
        if (library.equals("josdk")) {
            var timer = new TimerEventSource<ConfigMap>();
            timer.setEventHandler(event ->
                    came(Integer.parseInt(event.getRelatedCustomResourceID().getName())));
            timer.start();
            addAll((key, delay) -> timer.scheduleOnce(new ResourceID(Integer.toString(key)), delay.toMillis()), tell);
            timer.stop();
        } else {
            var queue = KeyQueue.of(library, env);
            var workers = new ArrayList<Thread>();
            for (int worker = 0; worker < WORKERS; worker++) {
                workers.add(Thread.ofVirtual().start(() -> empty(queue)));
            }
            addAll(queue::addAfter, tell);
            queue.close();
            workers.forEach(Thread::interrupt);
        }
    }

    private void empty(KeyQueue queue) {
        try {
            for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                came(key.get());
                queue.done(key.get());
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void came(int key) {
        out.set(key, env.time().nanos());
    }

    private void addAll(Adder adder, boolean tell) throws InterruptedException {
        long start = env.time().nanos();
        for (int key = 0; key < keys; key++) {
            var delay = FIRST.plusNanos((long) (1e9 * ((key * 7_919L) % keys) / keys));
            due[key] = env.time().nanos() + delay.toNanos();
            adder.add(key, delay);
        }
        double each = (double) (env.time().nanos() - start) / keys;
        long last = Arrays.stream(due).max().orElse(start) + (tell ? PATIENCE : PATIENCE_WARMING).toNanos();
        while (arrived().size() < keys && env.time().nanos() - last < 0) {
            env.signal().await(Duration.ofMillis(10));
        }
        if (tell) {
            var late = arrived();
            Figure.tell("add", each, "ns");
            Figure.tell("came out", 100.0 * late.size() / keys, "%");
            Delays.of(late).tell("late");
        }
    }

    private List<Long> arrived() {
        var late = new ArrayList<Long>();
        for (int key = 0; key < keys; key++) {
            if (out.get(key) != 0) {
                late.add(out.get(key) - due[key]);
            }
        }
        return late;
    }
}
