package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.StoreException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores on a real etcd. */
final class TestStores {
    /** Far more than etcd takes to start on a machine that is short of everything. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Env SYSTEM = new SystemEnv();
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private TestStores() {}

    /** A store under a prefix that no other test uses, as soon as etcd answers. */
    static EtcdStore fresh(EtcdConfig config) {
        return connect(config.under("/test-" + PREFIXES.incrementAndGet() + "/"));
    }

    /** A store as soon as etcd answers. */
    static EtcdStore connect(EtcdConfig config) {
        return connect(config, SYSTEM);
    }

    /** A store of other surroundings as soon as etcd answers. */
    static EtcdStore connect(EtcdConfig config, Env env) {
        long start = SYSTEM.time().nanos();
        while (true) {
            try {
                return EtcdStore.connect(config, env);
            } catch (StoreException starting) {
                if (SYSTEM.time().since(start).compareTo(PATIENCE) > 0) {
                    throw starting;
                }
                pause(SYSTEM);
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
