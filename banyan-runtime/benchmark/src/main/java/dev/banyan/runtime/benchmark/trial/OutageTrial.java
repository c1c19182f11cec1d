package dev.banyan.runtime.benchmark.trial;

import dev.banyan.runtime.benchmark.follow.Things;
import dev.banyan.runtime.benchmark.measure.Figure;
import dev.banyan.runtime.benchmark.server.EtcdServer;
import dev.banyan.runtime.benchmark.server.Wire;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.ObjectKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A controller is cut off from etcd while others change objects there; the wire is mended. How long until all is reconciled, how many
 * reconciles and how many bytes that takes.
 */
public final class OutageTrial {
    private static final int OBJECTS = 20_000;
    private static final int PAYLOAD = 1_024;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Env env = new SystemEnv();
    private final Map<ObjectKey, Long> seen = new ConcurrentHashMap<>();
    private final LongAdder reconciles = new LongAdder();

    private OutageTrial() {}

    /** The outage lasts so many seconds, in which so many objects are changed. */
    public static void run(int seconds, int changed) throws InterruptedException, IOException {
        var trial = new OutageTrial();
        try (var etcd = EtcdServer.start();
                var writer = etcd.connect(trial.env);
                var wire = Wire.to(etcd.port(), trial.env);
                var reader = EtcdServer.connect(wire.port(), trial.env)) {
            var things = new Things(writer, trial.env);
            things.create(OBJECTS, PAYLOAD);
            var informer = Informer.of(Things.KIND, reader, trial.env).build();
            var controller = Controller.named("benchmark", trial.env)
                    .watches(informer, EventMapper.self())
                    .resync(Duration.ofHours(1))
                    .reconciler(request -> {
                        trial.reconciles.increment();
                        informer.lister()
                                .get(request.key())
                                .ifPresent(thing -> trial.seen.put(
                                        request.key(), thing.meta().revision()));
                        return Result.done();
                    })
                    .build();
            informer.start();
            controller.start();
            trial.await(OBJECTS, 0);
            wire.cut();
            long cutAt = trial.env.time().nanos();
            long before = informer.appliedRevision();
            things.change(changed);
            trial.env
                    .signal()
                    .await(Duration.ofSeconds(seconds).minus(trial.env.time().since(cutAt)));
            long reconciled = trial.reconciles.sum();
            long received = wire.received();
            long mended = trial.env.time().nanos();
            wire.mend();
            trial.await(changed, before);
            Figure.tell("all reconciled after", trial.env.time().since(mended).toMillis(), "ms");
            Figure.tell("reconciles", trial.reconciles.sum() - reconciled, "");
            Figure.tell("received", (wire.received() - received) / 1e6, "MB");
            controller.stop();
            informer.stop();
        }
    }

    /** Until so many objects were reconciled at a revision after {@code revision}. */
    private void await(int count, long revision) throws InterruptedException {
        long start = env.time().nanos();
        while (seen.values().stream().filter(at -> at > revision).count() < count) {
            if (env.time().since(start).compareTo(PATIENCE) > 0) {
                throw new IllegalStateException("not all was reconciled in " + PATIENCE);
            }
            env.signal().await(Duration.ofMillis(5));
        }
    }
}
