package dev.banyan.engine.collection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CollectionReconcilerTest {
    private static final ObjectKey CLAIM = Kinds.CLAIMS.key("", "port.tcp.8080");

    private final World world = new World();
    private final CollectionReconciler collection = new CollectionReconciler(world.store);
    private ObjectKey shop = Kinds.DEPLOYMENTS.key("default", "shop");
    private ObjectKey blog = shop;

    @BeforeEach
    void deploy() {
        shop = world.app("shop");
        blog = world.app("blog");
    }

    @Test
    void keepsWhatAnOwnerHas() {
        claim(owner(shop));

        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(world.store.commits()).isEmpty();
    }

    @Test
    void deletesWhatNobodyOwnsAnyMore() {
        claim(owner(shop));
        world.delete(shop);

        assertThat(reconcile()).isEqualTo(Result.done());

        assertThat(world.names(Kinds.CLAIMS)).isEmpty();
    }

    @Test
    void deletesWhatAFormerIncarnationOwned() {
        claim(owner(shop));
        world.delete(shop);
        world.delete(Kinds.RELEASES.key("default", "shop.1"));
        world.app("shop");

        reconcile();

        assertThat(world.names(Kinds.CLAIMS)).isEmpty();
    }

    @Test
    void keepsWhatOneOfItsOwnersStillHas() {
        claim(owner(shop), owner(blog));
        world.delete(shop);

        reconcile();
        assertThat(world.names(Kinds.CLAIMS)).hasSize(1);

        world.delete(blog);
        reconcile();
        assertThat(world.names(Kinds.CLAIMS)).isEmpty();
    }

    @Test
    void keepsWhatNeverHadAnOwner() {
        claim();

        reconcile();

        assertThat(world.names(Kinds.CLAIMS)).hasSize(1);
    }

    @Test
    void asksTheStoreBeforeItBelievesACacheThatMissesTheOwner() {
        claim(owner(shop));
        var behind = new Behind(world.store, shop);

        new CollectionReconciler(behind).reconcile(new Request(CLAIM));

        assertThat(behind.asked).isTrue();
        assertThat(world.names(Kinds.CLAIMS)).hasSize(1);
    }

    @Test
    void leavesWhatGotAnotherOwnerMeanwhile() {
        claim(owner(shop));
        var other = owner(blog);
        world.delete(shop);
        world.store.beforeNextCommit(() -> {
            var base = world.truth.get(CLAIM, ReadAt.LATEST).orElseThrow();
            world.write(new Write.Update(base, Draft.from(base).ownedBy(other)));
        });

        assertThat(reconcile()).isInstanceOf(Result.Await.class);

        assertThat(world.names(Kinds.CLAIMS)).hasSize(1);
        assertThat(reconcile()).isEqualTo(Result.done());
        assertThat(world.names(Kinds.CLAIMS)).hasSize(1);
    }

    @Test
    void isDoneWhenSomebodyElseDeletedIt() {
        claim(owner(shop));
        world.delete(shop);
        world.store.beforeNextCommit(() -> world.delete(CLAIM));

        assertThat(reconcile()).isInstanceOf(Result.RequeueAfter.class);
        assertThat(reconcile()).isEqualTo(Result.done());
    }

    @Test
    void findsTheDependentsOfAnIncarnationOverAllKinds() {
        claim(owner(shop));
        var metadata = Dependents.metadataOf(Kinds.CLAIMS);
        var releases = Dependents.metadataOf(Kinds.RELEASES);
        var dependents = new Dependents(java.util.List.of(
                world.lister(metadata, Map.of(Dependents.BY_OWNER, Dependents::ownersOf)),
                world.lister(releases, Map.of(Dependents.BY_OWNER, Dependents::ownersOf))));

        assertThat(dependents.of(owner(shop).uid())).containsExactly(CLAIM, Kinds.RELEASES.key("default", "shop.1"));
        assertThat(dependents.of(owner(blog).uid())).containsExactly(Kinds.RELEASES.key("default", "blog.1"));
        assertThat(dependents.of("unknown")).isEmpty();
    }

    private Result reconcile() {
        return collection.reconcile(new Request(CLAIM));
    }

    private OwnerReference owner(ObjectKey deployment) {
        return world.get(Kinds.DEPLOYMENTS, "default", deployment.name()).asOwner();
    }

    private void claim(OwnerReference... owners) {
        world.create(Kinds.CLAIMS, CLAIM, ClaimSpec.getDefaultInstance(), owners);
    }

    /** A cache that has not seen one object yet. */
    private static final class Behind implements Store {
        private final Store store;
        private final ObjectKey unseen;
        private boolean asked;

        Behind(Store store, ObjectKey unseen) {
            this.store = store;
            this.unseen = unseen;
        }

        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            if (key.equals(unseen) && !at.equals(ReadAt.LATEST)) {
                return Optional.empty();
            }
            asked |= key.equals(unseen);
            return store.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return store.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            return store.watch(selection, afterRevision);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            return store.commit(commit);
        }
    }
}
