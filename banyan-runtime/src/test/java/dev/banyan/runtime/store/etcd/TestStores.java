package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.StoreException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores on a real etcd. */
final class TestStores {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private TestStores() {}

    /** A store under a prefix that no other test uses, as soon as etcd answers. */
    static EtcdStore fresh(EtcdConfig config) {
        return connect(config.under("/test-" + PREFIXES.incrementAndGet() + "/"));
    }

    /** A store as soon as etcd answers. */
    static EtcdStore connect(EtcdConfig config) {
        return connect(config, new SystemEnv());
    }

    static EtcdStore connect(EtcdConfig config, Env env) {
        long start = env.time().nanos();
        while (true) {
            try {
                return EtcdStore.connect(config, env);
            } catch (StoreException starting) {
                if (env.time().since(start).compareTo(PATIENCE) > 0) {
                    throw starting;
                }
                pause(env);
            }
        }
    }

    static void pause(Env env) {
        try {
            env.signal().await(Duration.ofMillis(20));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
