package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.benchmark.measure.Figure;
import dev.banyan.runtime.benchmark.measure.Heap;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Lets one program list all objects, then hear of one change each, several times in one process: the first time with a cold virtual
 * machine, then with a warm one.
 */
public final class FollowTrial {
    static final int PAYLOAD = 1_024;

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(1);

    private final Env env = new SystemEnv();
    private final int objects;

    private FollowTrial(int objects) {
        this.objects = objects;
    }

    /** The program, {@code events} or {@code reconciles}, the number of objects, and the number of rounds. */
    public static void run(String program, String what, int objects, int rounds) throws Exception {
        var trial = new FollowTrial(objects);
        try (var field = trial.field(program, what.equals("reconciles"))) {
            for (int round = 1; round <= rounds; round++) {
                trial.round(field, round == 1 ? "cold" : "warm", what, round == rounds);
                field.reset();
            }
        }
    }

    private Field field(String program, boolean reconciles) throws Exception {
        return switch (program) {
            case "banyan-memory" -> StoreField.inMemory(env, objects, reconciles ? Use.RECONCILER : Use.INFORMER);
            case "banyan-etcd" -> StoreField.onEtcd(env, objects, reconciles ? Use.RECONCILER : Use.INFORMER);
            case "raw-etcd" -> StoreField.onEtcd(env, objects, Use.NOTHING);
            case "raw-http" -> new KubeField(objects, url -> new RawHttp(url, env));
            case "fabric8" -> new KubeField(objects, Fabric8::new);
            case "client-java" ->
                new KubeField(objects, reconciles ? ClientJavaController::new : url -> new ClientJava(url));
            case "josdk" -> new KubeField(objects, OperatorSdk::new);
            default -> throw new IllegalArgumentException("no program " + program);
        };
    }

    /** What the program does with a store. */
    enum Use {
        INFORMER,
        RECONCILER,
        NOTHING
    }

    private void round(Field field, String state, String what, boolean last) throws Exception {
        var told = new LongAdder();
        long before = last ? Heap.live(env) : 0;
        try (var subject = field.subject()) {
            long start = env.time().nanos();
            subject.start(told::increment);
            await(() -> subject.has(objects));
            Figure.tell("sync " + state, seconds(start), "s");
            await(() -> told.sum() >= objects);
            Figure.tell("sync and " + what + " " + state, seconds(start), "s");
            if (last) {
                Figure.tell("heap", (double) (Heap.live(env) - before) / objects, "bytes/object");
            }
            field.prepare(objects);
            long heard = told.sum();
            long released = env.time().nanos();
            field.release();
            await(() -> told.sum() >= heard + objects);
            Figure.tell(what + " " + state, objects / seconds(released), "/s");
        }
    }

    private double seconds(long since) {
        return env.time().since(since).toNanos() / 1e9;
    }

    private void await(BooleanSupplier reached) throws InterruptedException {
        long start = env.time().nanos();
        var pause = env.signal();
        while (!reached.getAsBoolean()) {
            if (env.time().since(start).compareTo(PATIENCE) > 0) {
                throw new IllegalStateException("not reached in " + PATIENCE);
            }
            pause.await(LOOK);
        }
    }
}
