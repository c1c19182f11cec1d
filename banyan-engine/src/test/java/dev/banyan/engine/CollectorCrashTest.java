package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.runtime.controller.ownership.DeletionPolicy;
import dev.banyan.runtime.controller.ownership.GarbageCollector;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.simulation.perturbation.CrashSweep;
import dev.banyan.runtime.simulation.perturbation.Scenario;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The collector may die at each of its writes: what it began is ended by the next one, and nothing else is touched. */
class CollectorCrashTest {
    private static final int SEEDS = 3;
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");
    private static final ObjectKey BLOG = Kinds.DEPLOYMENTS.key("default", "blog");

    @ParameterizedTest
    @EnumSource(DeletionPolicy.class)
    void leavesWhatThePolicySaysWhereverItDies(DeletionPolicy policy) {
        long writes = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            writes += CrashSweep.over(new AppGoes(policy), seed);
        }

        assertThat(writes).isGreaterThanOrEqualTo(SEEDS * 4L);
    }

    /** An app with services of its own and one that it shares goes; another app stays. */
    private record AppGoes(DeletionPolicy policy) implements Scenario {
        @Override
        public String name() {
            return "an app goes with the policy " + policy;
        }

        @Override
        public void start(Env env, Store store) {
            new GarbageCollector(List.of(Kinds.DEPLOYMENTS, Kinds.SERVICES, Kinds.ENDPOINTS), store, env).start();
        }

        @Override
        public void disturb(Store store) {
            var shop = create(store, SHOP);
            var blog = create(store, BLOG);
            for (var name : List.of("web", "db", "cache")) {
                var service = create(store, key(Kinds.SERVICES, name), shop);
                create(store, key(Kinds.ENDPOINTS, name), service);
            }
            create(store, key(Kinds.SERVICES, "shared"), shop, blog);
            create(store, key(Kinds.SERVICES, "blog"), blog);
            create(store, key(Kinds.SERVICES, "nobodys"));
            assertThat(policy.delete(store, SHOP, shop.uid()).written()).isTrue();
        }

        @Override
        public void check(Store store) {
            assertThat(store.get(SHOP, ReadAt.LATEST)).as("the app").isEmpty();
            assertThat(names(store, Kinds.SERVICES))
                    .isEqualTo(
                            policy == DeletionPolicy.ORPHAN
                                    ? List.of("blog", "cache", "db", "nobodys", "shared", "web")
                                    : List.of("blog", "nobodys", "shared"));
            assertThat(names(store, Kinds.ENDPOINTS))
                    .isEqualTo(policy == DeletionPolicy.ORPHAN ? List.of("cache", "db", "web") : List.of());
        }

        private static ObjectKey key(Kind<?, ?> kind, String name) {
            return kind.key("default", name);
        }

        private static OwnerReference create(Store store, ObjectKey key, OwnerReference... owners) {
            var draft = Draft.of(key, Bytes.EMPTY).ownedBy(owners);
            assertThat(store.commit(Commit.of(new Write.Create(draft))).written())
                    .isTrue();
            var uid = store.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
            return new OwnerReference(key, uid);
        }

        private static List<String> names(Store store, Kind<?, ?> kind) {
            return store.list(Selection.of(kind.name()), ReadAt.LATEST).objects().stream()
                    .map(object -> object.key().name())
                    .toList();
        }
    }
}
