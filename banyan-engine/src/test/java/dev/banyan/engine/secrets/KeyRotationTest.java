package dev.banyan.engine.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.api.compose.content.Content;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.SealedBox;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.WallClock;
import dev.banyan.engine.World;
import dev.banyan.runtime.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
    private static final ByteString VALUE = ByteString.copyFromUtf8("hunter2");
    private static final Content FILE = Sealed.large(ContentStore.PART_BYTES + 7);

    @TempDir
    private Path directory = Path.of("");

    private final World world = new World();
    private final WallClock clock = new WallClock(World.ENV);
    private Manifest sealed = Manifest.getDefaultInstance();

    @BeforeEach
    void sealAllSorts() {
        var vault = start(world.truth);
        var values = new ValueStore(world.truth, vault, clock.time());
        for (var kind : List.of(SetValueRequest.Kind.SECRET, SetValueRequest.Kind.CONFIG)) {
            values.set(SetValueRequest.newBuilder()
                    .setNamespace("default")
                    .setKind(kind)
                    .setName("db.password")
                    .setValue(VALUE)
                    .build());
        }
        upload(vault, FILE);
        sealed = seal(vault);
        release(1);
        var environment = sealed.getServices(0).getSealedEnvironment();
        world.task(
                "shop.web.1.0.0",
                "",
                task -> task.setContainer(ContainerSpec.newBuilder().setSealedEnvironment(environment)));
    }

    @Test
    void everythingIsUnderTheNewKeyAndTheFormerOneIsForgotten() {
        var first = file().load().orElseThrow();
        file().rotate(World.ENV.entropy());
        var vault = start(world.truth);
        assertThat(vault.keyId()).isNotEqualTo(first.id());
        assertAllOpens(vault);

        rounds(vault, world.truth);

        var last = file().load().orElseThrow();
        assertThat(last.former()).isEmpty();
        assertThat(last.text()).as("the key of digests stays").contains("digest ");
        assertThat(boxes()).hasSize(6).allMatch(box -> box.getKeyId().equals(last.id()));
        assertAllOpens(start(world.truth));
        var former = new Vault(first, World.ENV.entropy());
        assertThat(former.open(
                        Purpose.value("secrets", "default", "db.password"),
                        world.get(Kinds.SECRETS, "default", "db.password")
                                .spec()
                                .getBox()))
                .isEmpty();
    }

    @Test
    void nothingIsRestartedByIt() {
        file().rotate(World.ENV.entropy());
        var vault = start(world.truth);
        rounds(vault, world.truth);

        assertThat(seal(vault)).as("an up finds what it sealed before").isEqualTo(current());
        assertThat(new ValueStore(world.truth, vault, clock.time())
                        .set(SetValueRequest.newBuilder()
                                .setNamespace("default")
                                .setKind(SetValueRequest.Kind.SECRET)
                                .setName("db.password")
                                .setValue(VALUE)
                                .build())
                        .getChanged())
                .isFalse();
    }

    /** After any of its writes, however often. */
    @Test
    void aCrashAfterAnyStepLosesNothing() {
        file().rotate(World.ENV.entropy());
        for (int writes = 0; writes < 10; writes++) {
            try {
                var dying = dying(writes);
                rounds(start(dying), dying);
            } catch (IllegalStateException crashed) {
                assertThat(crashed).hasMessage("crashed");
            }
            assertAllOpens(start(world.truth));
        }

        rounds(start(world.truth), world.truth);

        assertThat(file().load().orElseThrow().former()).isEmpty();
        assertAllOpens(start(world.truth));
    }

    @Test
    void aCrashBetweenTheStoreAndTheFileIsMendedByTheNextStart() throws Exception {
        file().rotate(World.ENV.entropy());
        var before = Files.readString(directory.resolve("kek"));
        var turned = start(world.truth).keyId();
        Files.writeString(directory.resolve("kek"), before);

        var vault = start(world.truth);

        assertThat(vault.keyId()).isEqualTo(turned);
        assertAllOpens(vault);
    }

    @Test
    void anUploadUnderTheFormerKeyIsWaitedFor() {
        var other = Sealed.content("uploaded before, named after");
        upload(start(world.truth), other);
        file().rotate(World.ENV.entropy());
        var vault = start(world.truth);

        rounds(vault, world.truth);

        assertThat(file().load().orElseThrow().former())
                .as("nobody names it yet")
                .isPresent();
        var manifest = new ManifestSealing(world.truth, vault, clock.time())
                .seal(
                        "default",
                        "shop",
                        Sealed.manifest(
                                "shop",
                                Sealed.service("web")
                                        .addContentMounts(Sealed.mount(other))
                                        .build()),
                        List.of(),
                        new ArrayList<>());
        sealed = manifest;
        release(2);
        rounds(vault, world.truth);
        assertThat(file().load().orElseThrow().former()).isEmpty();
        var name = manifest.getServices(0).getContentMounts(0).getContent();
        assertThat(new ContentStore(world.truth, start(world.truth), clock.time()).open("default", "shop", name, 0))
                .contains(other.bytes());
    }

    @Test
    void aBoxThatNeverOpensHoldsNothingUp() {
        var key = Kinds.SECRETS.key("default", "db.password");
        world.update(Kinds.SECRETS, key, value -> value.toBuilder()
                .setBox(value.getBox().toBuilder().setWrappedKey(ByteString.copyFromUtf8("damaged")))
                .build());
        file().rotate(World.ENV.entropy());

        rounds(start(world.truth), world.truth);

        assertThat(file().load().orElseThrow().former()).isEmpty();
    }

    @Test
    void anEngineWithoutTheNewKeySealsNothingMore() throws Exception {
        var old = start(world.truth);
        var copy = Files.createDirectories(directory.resolve("other"));
        Files.copy(directory.resolve("kek"), copy.resolve("kek"));
        file().rotate(World.ENV.entropy());
        start(world.truth);

        var rotation = new KeyRotation(old, new KekFile(copy), world.truth, clock);
        rotation.round();

        assertThatThrownBy(() -> old.seal(Purpose.value("secrets", "default", "x"), VALUE))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("copy the file authority/kek");
        assertThatThrownBy(() -> new KekFile(copy).settle(world.truth, World.ENV.entropy()))
                .hasMessageContaining("another key");
        Files.delete(copy.resolve("kek"));
        Files.copy(directory.resolve("kek"), copy.resolve("kek"));
        assertThat(new KekFile(copy).settle(world.truth, World.ENV.entropy()).id())
                .isEqualTo(file().load().orElseThrow().id());
    }

    @Test
    void refusesASecondChangeDuringTheFirst() {
        file().rotate(World.ENV.entropy());
        assertThatThrownBy(() -> file().rotate(World.ENV.entropy())).hasMessageContaining("start the engines");
        var vault = start(world.truth);
        assertThatThrownBy(() -> file().rotate(World.ENV.entropy())).hasMessageContaining("forgotten the former one");
        rounds(vault, world.truth);
        var second = vault.keyId();

        file().rotate(World.ENV.entropy());
        var again = start(world.truth);
        rounds(again, world.truth);

        assertThat(again.keyId()).isNotEqualTo(second);
        assertAllOpens(again);
    }

    @Test
    void aFileThatIsNoKeyringIsRefused() {
        var key = "ab".repeat(32);
        for (var text : List.of("", "abc", key + "\nother " + key, key + "\nnext", key + "\nnext abc")) {
            assertThatThrownBy(() -> Keyring.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        var ring = Keyring.parse(key).withNext(World.ENV.entropy()).turned();
        assertThat(Keyring.parse(ring.text()).text()).isEqualTo(ring.text());
        assertThat(ring.toString()).doesNotContain(key);
    }

    private Vault start(Store store) {
        return new Vault(file().settle(store, World.ENV.entropy()), World.ENV.entropy());
    }

    /** As many as it takes, with time between them. */
    private void rounds(Vault vault, Store store) {
        var rotation = new KeyRotation(vault, file(), store, clock);
        for (int i = 0; i < 4; i++) {
            rotation.round();
            clock.pass(KeyRotation.CLEAN.plus(Duration.ofSeconds(1)));
        }
    }

    /** Takes so many commits, and then none. */
    private Store dying(int commits) {
        var left = new int[] {commits};
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, words) -> {
                    if (method.getName().equals("commit") && left[0]-- <= 0) {
                        throw new IllegalStateException("crashed");
                    }
                    try {
                        return method.invoke(world.truth, words);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private KekFile file() {
        return new KekFile(directory);
    }

    private void upload(Vault vault, Content content) {
        var uploads = new Uploads(world.truth, vault, clock.time());
        for (int part = 0; part < ContentStore.parts(content.bytes().size()); part++) {
            uploads.put(Sealed.part("shop", content, part).build());
        }
    }

    private Manifest seal(Vault vault) {
        var service = Sealed.service("web").putEnvironment("TOKEN", "hunter2").addContentMounts(Sealed.mount(FILE));
        var earlier = world.list(Kinds.RELEASES).stream()
                .map(release -> release.spec())
                .toList();
        return new ManifestSealing(world.truth, vault, clock.time())
                .seal("default", "shop", Sealed.manifest("shop", service.build()), earlier, new ArrayList<>());
    }

    private void release(int number) {
        var app = Kinds.DEPLOYMENTS.key("default", "shop");
        if (number == 1) {
            world.create(
                    Kinds.DEPLOYMENTS,
                    app,
                    dev.banyan.api.v1.DeploymentSpec.newBuilder()
                            .setName("shop")
                            .setRelease(1)
                            .build());
        } else {
            world.update(Kinds.DEPLOYMENTS, app, spec -> spec.toBuilder()
                    .setRelease(number)
                    .build());
        }
        world.create(
                Kinds.RELEASES,
                Kinds.RELEASES.key("default", "shop." + number),
                dev.banyan.api.v1.ReleaseSpec.newBuilder()
                        .setDeployment("shop")
                        .setNumber(number)
                        .setManifest(sealed)
                        .build());
    }

    private Manifest current() {
        return world.get(Kinds.RELEASES, "default", "shop.1").spec().getManifest();
    }

    private List<SealedBox> boxes() {
        return Stream.of(
                        world.list(Kinds.SECRETS).stream()
                                .map(value -> value.spec().getBox()),
                        world.list(Kinds.CONFIGS).stream()
                                .map(value -> value.spec().getBox()),
                        world.list(Kinds.CONTENTS).stream()
                                .map(part -> part.spec().getBox()),
                        Stream.of(
                                current().getServices(0).getSealedEnvironment().getBox()),
                        world.list(Kinds.TASKS).stream().map(task -> task.spec()
                                .getContainer()
                                .getSealedEnvironment()
                                .getBox()))
                .flatMap(boxes -> boxes)
                .toList();
    }

    private void assertAllOpens(Vault vault) {
        for (var kind : List.of(Kinds.SECRETS, Kinds.CONFIGS)) {
            var box = world.get(kind, "default", "db.password").spec().getBox();
            assertThat(vault.open(Purpose.value(kind.name(), "default", "db.password"), box))
                    .contains(VALUE);
        }
        var environments = new Environments(vault);
        var task = world.get(Kinds.TASKS, "default", "shop.web.1.0.0").spec().getContainer();
        for (var environment : List.of(current().getServices(0).getSealedEnvironment(), task.getSealedEnvironment())) {
            assertThat(environments
                            .open("default", "shop", "web", environment)
                            .orElseThrow()
                            .getVariablesMap())
                    .containsEntry("TOKEN", "hunter2");
        }
        var contents = new ContentStore(world.truth, vault, clock.time());
        var name = current().getServices(0).getContentMounts(0).getContent();
        assertThat(contents.open("default", "shop", name, 0)
                        .orElseThrow()
                        .concat(contents.open("default", "shop", name, 1).orElseThrow()))
                .isEqualTo(FILE.bytes());
    }
}
