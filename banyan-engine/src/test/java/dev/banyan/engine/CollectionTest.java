package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.runtime.controller.ownership.GarbageCollector;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The collector of the library over the engine's kinds. What stays is looked at after something else was collected. */
class CollectionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectKey CLAIM = Kinds.CLAIMS.key("", "port.tcp.8080");

    private final World world = new World();
    private final GarbageCollector collector =
            new GarbageCollector(Controllers.OWNERS_AND_OWNED, world.store, World.ENV);
    private ObjectKey shop = Kinds.DEPLOYMENTS.key("default", "shop");
    private ObjectKey blog = shop;
    private int sweeps;

    @BeforeEach
    void deploy() {
        shop = world.app("shop");
        blog = world.app("blog");
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop();
    }

    @Test
    void keepsWhatAnOwnerHas() throws InterruptedException {
        claim(owner(shop));

        sweep();

        assertThat(world.names(Kinds.CLAIMS)).containsExactly(CLAIM.name());
    }

    @Test
    void deletesWhatNobodyOwnsAnyMore() throws InterruptedException {
        claim(owner(shop));
        world.delete(shop);

        awaitNoClaim();
        assertThat(world.names(Kinds.RELEASES)).contains("blog.1");
    }

    @Test
    void deletesEveryKindThatAnAppOwns() throws InterruptedException {
        var app = owner(shop);
        for (var kind : Controllers.OWNERS_AND_OWNED) {
            if (!List.of("deployments", "agents").contains(kind.name())) {
                var namespace = kind.scope() == Kind.Scope.CLUSTER ? "" : "default";
                var draft = Draft.of(kind.key(namespace, "owned"), Bytes.EMPTY);
                world.write(new Write.Create(draft.ownedBy(app)));
            }
        }
        world.delete(shop);

        for (var kind : Controllers.OWNERS_AND_OWNED) {
            await(() -> !world.names(kind).contains("owned"));
        }
    }

    @Test
    void deletesWhatAFormerIncarnationOwned() throws InterruptedException {
        var former = owner(shop);
        world.delete(shop);
        await(() -> !world.names(Kinds.RELEASES).contains("shop.1"));
        world.app("shop");
        claim(former);

        awaitNoClaim();
    }

    @Test
    void keepsWhatOneOfItsOwnersStillHas() throws InterruptedException {
        claim(owner(shop), owner(blog));
        world.delete(shop);
        sweep();
        assertThat(world.names(Kinds.CLAIMS)).containsExactly(CLAIM.name());

        world.delete(blog);

        awaitNoClaim();
    }

    @Test
    void keepsWhatNeverHadAnOwner() throws InterruptedException {
        claim();

        sweep();

        assertThat(world.names(Kinds.CLAIMS)).containsExactly(CLAIM.name());
    }

    @Test
    void leavesWhatGotAnotherOwnerMeanwhile() throws InterruptedException {
        claim(owner(shop));
        var other = owner(blog);
        world.store.beforeNextCommit(() -> {
            var base = world.truth.get(CLAIM, ReadAt.LATEST).orElseThrow();
            world.write(new Write.Update(base, Draft.from(base).ownedBy(other)));
        });
        world.delete(Kinds.RELEASES.key("default", "shop.1"));
        world.delete(shop);

        sweep();
        sweep();

        assertThat(world.names(Kinds.CLAIMS)).containsExactly(CLAIM.name());
    }

    @Test
    void deletesByMetadataAloneWhatNobodyCanDecode() throws InterruptedException {
        var garbage = Bytes.utf8("\u0007no claim");
        world.write(new Write.Create(Draft.of(CLAIM, garbage).ownedBy(owner(shop))));
        sweep();
        assertThat(world.names(Kinds.CLAIMS)).containsExactly(CLAIM.name());

        world.delete(shop);

        awaitNoClaim();
    }

    /** Until something without owner that was made now is gone: what came before it was looked at. */
    private void sweep() throws InterruptedException {
        sweeps++;
        var name = "swept-" + sweeps;
        var gone = new OwnerReference(Kinds.DEPLOYMENTS.key("default", "never-was"), "0".repeat(32));
        claim(Kinds.CLAIMS.key("", name), gone);
        await(() -> !world.names(Kinds.CLAIMS).contains(name));
    }

    private void awaitNoClaim() throws InterruptedException {
        await(() -> world.names(Kinds.CLAIMS).isEmpty());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        var pause = World.ENV.signal();
        long end = World.ENV.time().nanos() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(World.ENV.time().nanos()).as("in time").isLessThan(end);
            pause.await(Duration.ofMillis(5));
        }
    }

    private OwnerReference owner(ObjectKey deployment) {
        return world.get(Kinds.DEPLOYMENTS, "default", deployment.name()).asOwner();
    }

    private void claim(OwnerReference... owners) {
        claim(CLAIM, owners);
    }

    /** Not read back: the collector may have been there before. */
    private void claim(ObjectKey key, OwnerReference... owners) {
        var spec = Kinds.CLAIMS.spec().encode(ClaimSpec.getDefaultInstance());
        world.write(new Write.Create(Draft.of(key, spec).ownedBy(owners)));
    }
}
