package dev.banyan.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.registry.FakeRegistry;
import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Login;
import dev.banyan.api.registry.Platform;
import dev.banyan.api.registry.Registry;
import dev.banyan.engine.image.ImageDesk.State;
import dev.banyan.engine.image.Order.Policy;
import dev.banyan.engine.image.shelf.Demand;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorTest {
    private static final Env ENV = new SystemEnv();
    private static final Duration PACE = Duration.ofMillis(20);

    @TempDir
    private Path directory = Path.of("");

    private final FakeRegistry other = new FakeRegistry();
    private final FakeRegistry own = new FakeRegistry();
    private final Set<Platform> agents = new CopyOnWriteArraySet<>(Set.of(Platform.parse("linux/amd64")));
    private Registry registry;
    private Mirror mirror;

    @BeforeEach
    void open() throws NoSuchAlgorithmException {
        registry = Registry.at("the cluster's registry", own.base(), SSLContext.getDefault(), Optional.empty());
        mirror = mirror();
    }

    private Mirror mirror() {
        return new Mirror(
                new Mirror.Place("engine:7444", registry, directory.resolve("notes"), new Demand(ENV.time()), () -> {
                    throw new IllegalStateException("nobody looks what is there");
                }),
                new Upstreams(directory.resolve("no-authorities"), Set.of()),
                () -> Set.copyOf(agents),
                ENV);
    }

    @AfterEach
    void close() {
        registry.close();
        other.close();
        own.close();
    }

    @Test
    void bringsAnImageInAndNamesItByItsContent() throws InterruptedException {
        var digest = other.image("team/web", "1", "layer");

        var done = done(new Policy.Missing());

        assertThat(done.reference()).isEqualTo("registry.banyan/" + place() + "@" + digest);
        assertThat(done.origin()).isEqualTo(digest);
        assertThat(done.fetched()).isTrue();
        assertThat(own.manifest(place() + ":1")).isEqualTo(other.manifest("team/web:1"));
    }

    @Test
    void asksNobodyForWhatTheClusterHas() throws InterruptedException {
        var digest = other.image("team/web", "1", "layer");
        done(new Policy.Missing());
        other.image("team/web", "1", "moved");
        other.asked().clear();

        for (var policy :
                new Policy[] {new Policy.Missing(), new Policy.Never(), new Policy.Refresh(Duration.ofDays(1))}) {
            assertThat(done(policy).reference()).as(policy.toString()).endsWith("@" + digest);
        }
        assertThat(mirror().mirror(order(new Policy.Missing())).next(PACE)).isNotNull();
        assertThat(other.asked()).isEmpty();
    }

    @Test
    void seesATagThatMovedWhenItIsToAsk() throws InterruptedException {
        other.image("team/web", "1", "layer");
        done(new Policy.Missing());
        assertThat(done(new Policy.Always()).fetched()).as("nothing moved yet").isFalse();

        var moved = other.image("team/web", "1", "moved");

        assertThat(done(new Policy.Refresh(Duration.ZERO)).reference()).endsWith("@" + moved);
        other.image("team/web", "1", "moved again");
        assertThat(done(new Policy.Always()).fetched()).isTrue();
        assertThat(own.manifest(place() + ":1")).isEqualTo(other.manifest("team/web:1"));
    }

    @Test
    void remembersAfterARestartWhenItAsked() throws InterruptedException {
        other.image("team/web", "1", "layer");
        done(new Policy.Missing());
        other.asked().clear();
        mirror = mirror();

        done(new Policy.Refresh(Duration.ofHours(1)));

        assertThat(other.asked()).isEmpty();
    }

    @Test
    void asksAgainWhenWhatIsRememberedIsLostOrOfAnotherContent() throws Exception {
        var first = other.image("team/web", "1", "layer");
        done(new Policy.Missing());
        try (var notes = Files.list(directory.resolve("notes"))) {
            Files.writeString(notes.findFirst().orElseThrow(), "garbage");
        }
        other.asked().clear();
        done(new Policy.Refresh(Duration.ofHours(1)));
        assertThat(other.asked("HEAD /v2/team/web/manifests/1")).isEqualTo(1);

        own.image(place(), "1", "pushed by somebody");
        assertThat(done(new Policy.Refresh(Duration.ofHours(1))).reference()).endsWith("@" + first);
    }

    @Test
    void takesWhatWasPushedUnderTheName() throws InterruptedException {
        var built = own.image(place(), "1", "built");

        assertThat(done(new Policy.Missing()).reference()).endsWith("@" + built);
        assertThat(done(new Policy.Never()).reference()).endsWith("@" + built);
        assertThat(other.asked()).isEmpty();
    }

    @Test
    void neverAsksWhenThatIsThePolicy() throws InterruptedException {
        other.image("team/web", "1", "layer");

        assertThat(failed(order(new Policy.Never())))
                .contains("is not in the cluster's registry", "pull_policy is never");
        assertThat(other.asked()).isEmpty();
    }

    @Test
    void keepsThePlatformsOfTheAgentsAndFetchesTheOthersOnceTheyAreThere() throws InterruptedException {
        other.index("team/web", "1", "!", "linux/amd64", "linux/arm64");
        done(new Policy.Missing());
        assertThat(own.hasBlob("linux/amd64!")).isTrue();
        assertThat(own.hasBlob("linux/arm64!")).isFalse();

        agents.add(Platform.parse("linux/arm64"));
        assertThat(done(new Policy.Missing()).fetched()).isTrue();

        assertThat(own.hasBlob("linux/arm64!")).isTrue();
    }

    @Test
    void fetchesAPlatformThatAServiceNames() throws InterruptedException {
        other.index("team/web", "1", "!", "linux/amd64", "linux/arm64");
        var order = new Order(
                name(),
                ImageName.parse(name()),
                new Policy.Missing(),
                Optional.of(Platform.parse("linux/arm64")),
                Optional.empty());

        ended(order);

        assertThat(own.hasBlob("linux/arm64!")).isTrue();
    }

    @Test
    void usesTheLoginAndKeepsItNowhere() throws Exception {
        other.image("team/web", "1", "layer");
        other.lock(FakeRegistry.Door.TOKEN);
        assertThat(failed(order(new Policy.Missing())))
                .contains(
                        name() + " cannot be had from " + other.host(),
                        "it wants a login",
                        "docker login " + other.host());

        var login = Optional.<Login>of(new Login.Password("alice", "secret"));
        var order = new Order(name(), ImageName.parse(name()), new Policy.Missing(), Optional.empty(), login);

        assertThat(ended(order)).isInstanceOf(State.Done.class);
        assertThat(order.toString()).doesNotContain("secret");
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain("secret", "good");
            }
        }
    }

    @Test
    void saysWhatARegistryDoesNotHaveAndThatItIsAway() throws InterruptedException {
        assertThat(failed(order(new Policy.Missing()))).contains("has no such image", "check its name and tag");

        other.close();
        assertThat(failed(order(new Policy.Missing()))).contains("cannot be reached", "the engine must reach it");
    }

    @Test
    void letsTwoWhoWantTheSameWaitForOneTransfer() throws Exception {
        other.image("team/web", "1", "layer");
        var gate = new CountDownLatch(1);
        other.before(() -> await(gate));
        var first = mirror.mirror(order(new Policy.Missing()));
        try (var second = mirror.mirror(order(new Policy.Missing()))) {
            assertThat(first.next(PACE)).isInstanceOf(State.Moving.class);
            first.close();
            gate.countDown();

            assertThat(end(second)).as("the other still waits").isInstanceOf(State.Done.class);
        }
        assertThat(other.asked("HEAD /v2/team/web/manifests")).isEqualTo(1);
    }

    @Test
    void stopsATransferForWhichNobodyWaits() throws Exception {
        other.image("team/web", "1", "layer");
        var gate = new CountDownLatch(1);
        other.before(() -> await(gate));
        var waiting = mirror.mirror(order(new Policy.Missing()));
        assertThat(waiting.next(PACE)).isInstanceOf(State.Moving.class);

        waiting.close();

        assertThat(waiting.next(PACE)).isEqualTo(new State.Failed("the transfer was cancelled"));
        gate.countDown();
        other.before(() -> {});
        assertThat(done(new Policy.Missing()).fetched())
                .as("a later order begins anew")
                .isTrue();
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String name() {
        return other.host() + "/team/web:1";
    }

    private String place() {
        return ImageName.parse(name()).clusterRepository();
    }

    private Order order(Policy policy) {
        return new Order(name(), ImageName.parse(name()), policy, Optional.empty(), Optional.empty());
    }

    private State.Done done(Policy policy) throws InterruptedException {
        var end = ended(order(policy));
        assertThat(end).isInstanceOf(State.Done.class);
        return (State.Done) end;
    }

    private String failed(Order order) throws InterruptedException {
        var end = ended(order);
        assertThat(end).isInstanceOf(State.Failed.class);
        return ((State.Failed) end).reason();
    }

    private State ended(Order order) throws InterruptedException {
        try (var waiting = mirror.mirror(order)) {
            return end(waiting);
        }
    }

    private static State end(ImageDesk.Waiting waiting) throws InterruptedException {
        var state = waiting.next(PACE);
        while (state instanceof State.Moving) {
            state = waiting.next(PACE);
        }
        return state;
    }
}
