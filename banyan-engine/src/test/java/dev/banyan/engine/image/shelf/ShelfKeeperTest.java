package dev.banyan.engine.image.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.registry.FakeRegistry;
import dev.banyan.api.registry.Registry;
import dev.banyan.api.registry.RegistryException;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.engine.WallClock;
import dev.banyan.engine.World;
import dev.banyan.engine.image.shelf.Shelf.Kept;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a registry in memory that is asked to delete, and a directory in which its images are. */
class ShelfKeeperTest {
    private static final Duration GRACE = Duration.ofHours(24);
    private static final String LARGE = "x".repeat(70_000_000);

    @TempDir
    private Path directory = Path.of("");

    private final World world = new World();
    private final WallClock clock = new WallClock(World.ENV);
    private final Demand demand = new Demand(clock.time());
    private final FakeRegistry fake = new FakeRegistry();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicInteger collections = new AtomicInteger();
    private Runnable collector = () -> {};
    private Registry registry = registry();
    private RegistryTree tree = new RegistryTree(directory.resolve("data"));
    private ShelfKeeper keeper = keeper();

    @BeforeEach
    void open() {
        tree = new RegistryTree(directory.resolve("data"));
        keeper = keeper();
    }

    @AfterEach
    void close() {
        registry.close();
        fake.close();
    }

    @Test
    void remembersAfterARestartWhenAnImageWasNeeded() throws InterruptedException {
        var digest = tree.image("apps/shop/web", "latest", "layer");
        keeper.sweep();
        clock.set(GRACE.plusMinutes(1));
        keeper = keeper();

        keeper.sweep();

        assertThat(fake.asked("DELETE /v2/apps/shop/web/manifests/" + digest)).isEqualTo(1);
    }

    @Test
    void beginsEachGraceAnewWhenItHasForgotten() throws Exception {
        tree.image("apps/shop/web", "latest", "layer");
        keeper.sweep();
        Files.delete(directory.resolve("needed"));
        clock.set(GRACE.plusMinutes(1));

        keeper.sweep();

        assertThat(fake.asked("DELETE")).isZero();
    }

    @Test
    void doesNotDeleteWhatWasAskedForMeanwhile() throws InterruptedException {
        tree.image("apps/shop/web", "latest", "layer");
        keeper.sweep();
        clock.set(GRACE.plusMinutes(1));
        demand.ask("apps/shop/web");

        keeper.sweep();

        assertThat(fake.asked("DELETE")).isZero();
    }

    @Test
    void triesAgainAfterTheRegistryWasAway() throws InterruptedException {
        tree.image("apps/shop/web", "latest", "layer");
        keeper.sweep();
        clock.set(GRACE.plusMinutes(1));
        fake.refusePushes("DELETE", 1);
        assertThatThrownBy(() -> keeper.sweep()).isInstanceOf(RegistryException.class);

        keeper.sweep();

        assertThat(fake.asked("DELETE")).isEqualTo(2);
    }

    @Test
    void collectsOnlyWhatIsWorthIt() throws InterruptedException {
        tree.image("mirror/x", "1", "layer");
        tree.blob("left over");
        clock.set(Duration.ofMinutes(1));
        keeper.collectIfWorth();
        assertThat(collections).hasValue(0);

        tree.blob(LARGE);
        clock.set(Duration.ofMinutes(2));
        keeper.collectIfWorth();

        assertThat(collections).hasValue(1);
    }

    @Test
    void collectsNotAgainWhatItCouldNotGiveBack() throws InterruptedException {
        tree.blob(LARGE);
        clock.set(Duration.ofMinutes(1));
        keeper.collectIfWorth();
        keeper.collectIfWorth();

        assertThat(collections).as("the collector leaves it").hasValue(1);
    }

    @Test
    void collectsForWhoPrunesHoweverLittleItIs() throws InterruptedException {
        var digest = tree.image("mirror/x", "1", "layer");
        fake.image("mirror/x", "1", "layer");
        clock.set(Duration.ofMinutes(3));
        collector = () -> tree.deleteBlob(FakeRegistry.digest("layer"));

        assertThat(keeper.prune(false)).extracting(Kept::digest).containsExactly(digest);
        tree.delete("mirror/x", digest);
        keeper.collectIfWorth();
        keeper.collectIfWorth();

        assertThat(collections).hasValue(1);
    }

    @Test
    void waitsWhileAnImageIsBroughtIn() throws InterruptedException {
        tree.blob(LARGE);
        clock.set(Duration.ofMinutes(1));
        busy.set(true);
        keeper.collectIfWorth();
        assertThat(collections).hasValue(0);

        busy.set(false);
        keeper.collectIfWorth();

        assertThat(collections).hasValue(1);
    }

    @Test
    void collectsLaterWhenItFailed() throws InterruptedException {
        tree.blob(LARGE);
        clock.set(Duration.ofMinutes(1));
        collector = () -> {
            throw new IllegalStateException("the collector is broken");
        };
        assertThatThrownBy(() -> keeper.collectIfWorth()).hasMessage("the collector is broken");
        collector = () -> {};

        keeper.collectIfWorth();

        assertThat(collections).hasValue(2);
    }

    @Test
    void countsSharedPartsOnce() {
        tree.image("mirror/x", "1", "base", "one");
        tree.image("mirror/y", "1", "base", "two");
        tree.blob("left over");
        var stock = keeper.stock();

        long together = stock.images().stream().mapToLong(Kept::bytes).sum();
        assertThat(stock.bytes()).isEqualTo(together - "base".length());
        assertThat(stock.unused()).isEqualTo("left over".length());
    }

    @Test
    void saysOfEachWhetherAndWhenItGoes() {
        tree.image("mirror/x", "1", "unused");
        var used = tree.image("mirror/y", "1", "used");
        tree.image("team/z", "1", "by hand");
        world.create(
                Kinds.RELEASES,
                Kinds.RELEASES.key("default", "shop.1"),
                ReleaseSpec.newBuilder()
                        .setDeployment("shop")
                        .putImages("web", "registry.banyan/mirror/y@" + used)
                        .build());

        var images = keeper.stock().images();

        assertThat(images).extracting(Kept::repository).containsExactly("mirror/x", "mirror/y", "team/z");
        assertThat(images.get(0).goes()).hasValueSatisfying(goes -> assertThat(goes)
                .isAfter(clock.time().now().plus(GRACE).minus(Duration.ofMinutes(10))));
        assertThat(images.get(1).goes()).isEmpty();
        assertThat(images.get(1).apps()).containsExactly("shop");
        assertThat(images.get(2).goes()).isEmpty();
        assertThat(images.get(2).own()).isFalse();
    }

    @Test
    void worksOnByItself() {
        assertThat(keeper.health().ready()).isFalse();
        keeper.start();

        assertThat(keeper.health().ready()).isTrue();
        keeper.stop();
        assertThat(keeper.health().ready()).isFalse();
    }

    private ShelfKeeper keeper() {
        var place = new ShelfKeeper.Place(registry, directory, demand, busy::get, () -> {
            collections.incrementAndGet();
            collector.run();
        });
        return new ShelfKeeper(place, world.store, GRACE, clock);
    }

    private Registry registry() {
        try {
            return Registry.at("the fake", fake.base(), SSLContext.getDefault(), Optional.empty());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
