package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.store.Store;

/** Banyan's informer with one handler. */
final class BanyanInformer implements Subject {
    private final Informer<Things.Payload, Bytes> informer;

    BanyanInformer(Store store, Env env) {
        this.informer = Informer.of(Things.KIND, store, env).build();
    }

    @Override
    public void start(Runnable told) {
        informer.addDirectHandler(event -> told.run());
        informer.start();
    }

    @Override
    public boolean has(int objects) {
        return informer.synced() && informer.lister().size() == objects;
    }

    @Override
    public void close() {
        informer.stop();
    }
}
