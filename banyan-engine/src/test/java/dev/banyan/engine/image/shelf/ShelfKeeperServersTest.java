package dev.banyan.engine.image.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.registry.FakeRegistry;
import dev.banyan.api.registry.ImageCopy;
import dev.banyan.api.registry.Platform;
import dev.banyan.api.registry.Registry;
import dev.banyan.api.registry.RegistryException;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.engine.WallClock;
import dev.banyan.engine.World;
import dev.banyan.engine.backing.ManagedRegistry;
import dev.banyan.engine.backing.TlsFiles;
import dev.banyan.engine.identity.ClusterAuthority;
import dev.banyan.engine.identity.Subject;
import dev.banyan.engine.image.shelf.Shelf.Kept;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.ObjectKey;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry, whose directory is read and from which things go. */
@Tag("servers")
class ShelfKeeperServersTest {
    private static final Env ENV = new SystemEnv();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofHours(24);
    private static final String CLUSTER = ENV.entropy().uid();
    private static final ObjectKey RELEASE = Kinds.RELEASES.key("default", "shop.1");

    private final Path directory;
    private final FakeRegistry elsewhere = new FakeRegistry();
    private final World world = new World();
    private final WallClock clock = new WallClock(ENV);
    private final Demand demand = new Demand(clock.time());
    private final ClusterAuthority authority = ClusterAuthority.create(CLUSTER, ENV);
    private final ManagedRegistry managed;
    private final Registry registry;
    private final ShelfKeeper keeper;

    ShelfKeeperServersTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        int port = freePort();
        this.managed = new ManagedRegistry(directory, files(), port, ENV);
        this.registry = registry(port);
        this.keeper = keeper();
    }

    @BeforeEach
    void start() throws Exception {
        var server = new CredentialsDirectory(directory.resolve("tls"));
        server.save(authority.issue(
                Subject.server(new SpiffeId(CLUSTER, "registry", "registry"), List.of("127.0.0.1", "localhost"))));
        managed.child().start();
        assertThat(managed.child().awaitReady(PATIENCE)).isTrue();
    }

    @AfterEach
    void end() throws InterruptedException {
        managed.child().terminate();
        registry.close();
        elsewhere.close();
    }

    @Test
    void removesWhatNothingNamesAndGivesItsRoomBack() throws Exception {
        var used = put("mirror/docker.io/library/redis", "7", index("redis", "used layer"));
        var unused = put("mirror/docker.io/library/nginx", "1", image("nginx", "x".repeat(2_000_000)));
        var former = put("apps/shop/web", "latest", image("web1", "former", "base"));
        var built = put("apps/shop/web", "latest", image("web2", "newer", "base"));
        var hand = put("examples/hand", "1", image("hand", "pushed by hand"));
        release("registry.banyan/mirror/docker.io/library/redis@" + used, "registry.banyan/apps/shop/web@" + built);
        assertThat(keeper.stock().images())
                .extracting(Kept::digest)
                .as("with those that no tag leads to")
                .containsExactlyInAnyOrder(used, unused, former, built, hand);
        long before = bytes();

        keeper.sweep();
        clock.set(GRACE.minus(Duration.ofMinutes(1)));
        keeper.sweep();
        assertThat(keeper.stock().images()).as("not before the grace is over").hasSize(5);
        clock.set(GRACE.plus(Duration.ofMinutes(1)));
        keeper.sweep();

        assertThat(keeper.stock().images()).extracting(Kept::digest).containsExactlyInAnyOrder(used, built, hand);
        keeper.prune(false);
        keeper.start();
        await(() -> keeper.stock().unused() == 0 && Files.notExists(directory.resolve("collecting")));
        keeper.stop();
        assertThat(bytes()).isLessThan(before - 2_000_000);
        whole("mirror/docker.io/library/redis", used);
        whole("apps/shop/web", built);
        whole("examples/hand", hand);
        assertThat(registry.digest("mirror/docker.io/library/nginx", unused)).isEmpty();
        var again = put("mirror/docker.io/library/nginx", "1", image("nginx", "x".repeat(2_000_000)));
        whole("mirror/docker.io/library/nginx", again);
    }

    @Test
    void saysWhatIsThereAndWhoUsesIt() throws Exception {
        var used = put("mirror/docker.io/library/redis", "7", index("redis", "layer"));
        put("apps/shop/web", "latest", image("web", "built"));
        put("examples/hand", "1", image("hand", "pushed"));
        release("registry.banyan/mirror/docker.io/library/redis@" + used);

        var images = keeper.stock().images();

        assertThat(images)
                .extracting(Kept::repository)
                .as("an index is one image")
                .containsExactly("apps/shop/web", "examples/hand", "mirror/docker.io/library/redis");
        assertThat(images.get(0).apps()).isEmpty();
        assertThat(images.get(0).goes()).isPresent();
        assertThat(images.get(0).own()).isTrue();
        assertThat(images.get(1).goes()).isEmpty();
        assertThat(images.get(1).own()).isFalse();
        assertThat(images.get(2).apps()).containsExactly("shop");
        assertThat(images.get(2).tags()).containsExactly("7");
        assertThat(images.get(2).goes()).isEmpty();
        assertThat(images.get(2).bytes()).isGreaterThan("layer".length());
        assertThat(keeper.stock().unused()).isZero();
        assertThat(keeper.prune(true)).as("just pushed").isEmpty();
        clock.set(Duration.ofMinutes(3));
        assertThat(keeper.prune(true)).extracting(Kept::repository).containsExactly("apps/shop/web");
        assertThat(keeper.stock().images()).as("only tried").hasSize(3);
        demand.ask("apps/shop/web");
        assertThat(keeper.prune(false)).as("an up is under way").isEmpty();
    }

    @Test
    void collectsNothingWhileSomethingIsPushed() throws Exception {
        put("mirror/x", "1", image("x", "goes"));
        clock.set(Duration.ofMinutes(3));
        keeper.prune(false);
        assertThat(keeper.stock().unused()).isPositive();
        put("mirror/y", "1", image("y", "comes"));
        clock.set(Duration.ZERO);
        var pid = Files.readString(directory.resolve("registry.pid"));

        keeper.collectIfWorth();

        assertThat(keeper.stock().unused()).isPositive();
        assertThat(Files.readString(directory.resolve("registry.pid"))).isEqualTo(pid);
        clock.set(Duration.ofMinutes(1));
        keeper.collectIfWorth();
        assertThat(keeper.stock().unused()).isZero();
        whole("mirror/y", registry.digest("mirror/y", "1").orElseThrow());
    }

    @Test
    void takesPushesAgainAfterACrashInTheMiddle() throws Exception {
        Files.writeString(directory.resolve("collecting"), "");
        var config = directory.resolve("config.yml");
        Files.writeString(config, Files.readString(config).replace("enabled: false", "enabled: true"));
        managed.child().restart();
        await(() -> refusesPushes());

        managed.recover();

        put("mirror/x", "1", image("x", "comes"));
        assertThat(directory.resolve("collecting")).doesNotExist();
    }

    private boolean refusesPushes() throws InterruptedException {
        try {
            put("mirror/probe", "1", image("probe", "p"));
            return false;
        } catch (RegistryException refused) {
            return String.valueOf(refused.getMessage()).contains("405");
        }
    }

    @Test
    void whatWasRemovedIsNotPulled() throws Exception {
        var digest = put("mirror/x", "1", image("x", "goes"));
        clock.set(Duration.ofMinutes(3));
        keeper.prune(false);

        assertThat(registry.digest("mirror/x", "1")).isEmpty();
        assertThatThrownBy(() -> whole("mirror/x", digest)).isInstanceOf(java.util.NoSuchElementException.class);
    }

    private String image(String name, String... layers) {
        elsewhere.image(name, "1", layers);
        return name;
    }

    private String index(String name, String word) {
        elsewhere.index(name, "1", word, "linux/amd64", "linux/arm64");
        return name;
    }

    private String put(String repository, String tag, String name) throws InterruptedException {
        try (var from = at(elsewhere.base())) {
            var target = new ImageCopy.Target(registry, repository, Set.<Platform>of());
            return new ImageCopy(from.source(name), target, new Silent(), ENV)
                    .copy(from.manifest(name, "1").orElseThrow(), List.of(tag))
                    .digest();
        }
    }

    /** Pulls all of it, as an agent would. */
    private void whole(String repository, String digest) throws InterruptedException {
        try (var to = at(elsewhere.base())) {
            var target = new ImageCopy.Target(to, "pulled" + digest.substring(10, 20), Set.<Platform>of());
            new ImageCopy(registry.source(repository), target, new Silent(), ENV)
                    .copy(registry.manifest(repository, digest).orElseThrow(), List.of());
        }
    }

    private void release(String... images) {
        var spec = ReleaseSpec.newBuilder().setDeployment("shop").setNumber(1);
        for (int i = 0; i < images.length; i++) {
            spec.putImages("s" + i, images[i]);
        }
        world.create(Kinds.RELEASES, RELEASE, spec.build());
    }

    private long bytes() throws IOException {
        try (var files = Files.walk(directory.resolve("data"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long start = ENV.time().nanos();
        while (!condition.holds()) {
            assertThat(ENV.time().since(start)).isLessThan(PATIENCE);
            ENV.signal().await(Duration.ofMillis(50));
        }
    }

    private ShelfKeeper keeper() {
        var place = new ShelfKeeper.Place(registry, directory, demand, () -> false, () -> managed.collect());
        return new ShelfKeeper(place, world.store, GRACE, clock);
    }

    private TlsFiles files() {
        var files = new CredentialsDirectory(directory.resolve("tls"));
        return new TlsFiles(files.certificate(), files.key(), files.authority());
    }

    private Registry registry(int port) {
        return Registry.at("the registry", URI.create("https://127.0.0.1:" + port), tls(), Optional.empty());
    }

    private static Registry at(URI base) {
        try {
            return Registry.at("elsewhere", base, SSLContext.getDefault(), Optional.empty());
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private SSLContext tls() {
        try {
            Credentials own = authority.issue(Subject.member(new SpiffeId(CLUSTER, "engine", "e1")));
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new OwnKey(own)},
                    new TrustManager[] {new PeerTrust(authority.certificate(), CLUSTER, Set.of("registry"))},
                    null);
            return context;
        } catch (java.security.GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Below the range from which the kernel takes ports for connections, so that nobody takes it by chance. */
    private static int freePort() throws IOException {
        for (int port = 15_000 + (int) (ProcessHandle.current().pid() % 4_000); ; port++) {
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
    }

    private static final class Silent implements ImageCopy.Progress {
        @Override
        public void expect(long bytes) {}

        @Override
        public void moved(long bytes) {}
    }
}
