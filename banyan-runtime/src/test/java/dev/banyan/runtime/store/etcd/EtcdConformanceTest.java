package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.cache.WatchCacheConformanceTest;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import dev.banyan.runtime.store.Conformance;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EtcdConformanceTest {
    private EtcdProcess etcd;

    @BeforeAll
    void startEtcd() {
        etcd = EtcdProcess.start();
    }

    @AfterAll
    void stopEtcd() {
        etcd.close();
    }

    @TestFactory
    Stream<DynamicTest> etcdStore() {
        return Conformance.of(this::twoStores);
    }

    @TestFactory
    Stream<DynamicTest> watchCacheOverEtcd() {
        return Conformance.ofEach(promise -> {
            var store = TestStores.fresh(EtcdConfig.of(etcd.endpoint()));
            return WatchCacheConformanceTest.inFrontOf(promise, store, store.maintenance()::compact, store::close);
        });
    }

    /** Two connections to one prefix: two engines without caches. */
    private StoreFixture twoStores() {
        var first = TestStores.fresh(EtcdConfig.of(etcd.endpoint()));
        var second = TestStores.connect(EtcdConfig.of(etcd.endpoint()).under(first.prefix()));
        return new Conformance.Fixture(new SystemEnv(), first, second, first.maintenance()::compact, () -> {
            first.close();
            second.close();
        });
    }
}
