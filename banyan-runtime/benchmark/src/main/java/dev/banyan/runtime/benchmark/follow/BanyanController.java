package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.Optional;

/** Banyan's informer, queue and a reconciler that does nothing. */
final class BanyanController implements Subject {
    private final Env env;
    private final Informer<Things.Payload, Bytes> informer;
    private Optional<Controller> controller = Optional.empty();

    BanyanController(Store store, Env env) {
        this.env = env;
        this.informer = Informer.of(Things.KIND, store, env).build();
    }

    @Override
    public void start(Runnable told) {
        var built = Controller.named("benchmark", env)
                .watches(informer, EventMapper.self())
                .resync(Duration.ofHours(1))
                .reconciler(request -> {
                    told.run();
                    return Result.done();
                })
                .build();
        controller = Optional.of(built);
        informer.start();
        built.start();
    }

    @Override
    public boolean has(int objects) {
        return informer.synced() && informer.lister().size() == objects;
    }

    @Override
    public void close() {
        controller.ifPresent(Controller::stop);
        informer.stop();
    }
}
