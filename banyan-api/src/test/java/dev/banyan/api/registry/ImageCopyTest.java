package dev.banyan.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SystemEnv;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageCopyTest {
    private final FakeRegistry source = new FakeRegistry();
    private final FakeRegistry target = new FakeRegistry();
    private final AtomicLong expected = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private Registry from;
    private Registry to;

    @BeforeEach
    void open() throws NoSuchAlgorithmException {
        from = Registry.at("the source", source.base(), SSLContext.getDefault(), Optional.empty());
        to = Registry.at("the target", target.base(), SSLContext.getDefault(), Optional.empty());
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
        source.close();
        target.close();
    }

    @Test
    void movesAnImageWithAllItsParts() throws InterruptedException {
        var digest = source.image("team/web", "1", "one", "two");

        var copied = copy("1", Set.of());

        assertThat(copied.digest()).isEqualTo(digest);
        assertThat(target.hasBlob("one")).isTrue();
        assertThat(target.hasBlob("two")).isTrue();
        assertThat(target.manifest("mirror/web:1"))
                .isEqualTo(source.manifest("team/web:1"))
                .isPresent();
        assertThat(target.manifest("mirror/web@" + digest)).isPresent();
        assertThat(moved).hasValue(expected.get());
        assertThat(expected.get()).isGreaterThan(6);
    }

    @Test
    void movesNothingThatIsThere() throws InterruptedException {
        source.image("team/web", "1", "one", "two");
        copy("1", Set.of());
        expected.set(-1);
        target.asked().clear();

        copy("1", Set.of());

        assertThat(expected).hasValue(0);
        assertThat(target.asked("POST")).isZero();

        source.image("team/web", "1", "one", "three");
        copy("1", Set.of());

        assertThat(target.asked("POST")).as("the new layer and the new config").isEqualTo(2);
    }

    @Test
    void movesALayerOnceThatIsThereTwice() throws InterruptedException {
        source.image("team/web", "1", "same", "same");

        copy("1", Set.of());

        assertThat(target.asked("POST")).isEqualTo(2);
    }

    @Test
    void keepsThePlatformsThatAreWanted() throws InterruptedException {
        var whole = source.index("team/web", "1", "!", "linux/amd64", "linux/arm64", "windows/amd64");

        var copied = copy("1", Set.of(Platform.parse("linux/arm64")));

        assertThat(copied.digest()).isNotEqualTo(whole);
        assertThat(copied.manifests())
                .singleElement()
                .extracting(part -> part.platform().orElseThrow().toString())
                .isEqualTo("linux/arm64");
        assertThat(target.hasBlob("linux/arm64!")).isTrue();
        assertThat(target.hasBlob("linux/amd64!")).isFalse();
        assertThat(target.manifest("mirror/web:1"))
                .contains(new String(copied.bytes(), java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void keepsTheDigestOfAnIndexThatIsWantedWhole() throws InterruptedException {
        var whole = source.index("team/web", "1", "!", "linux/amd64", "linux/arm64");

        assertThat(copy("1", Set.of()).digest()).isEqualTo(whole);
        assertThat(copy("1", Set.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64")))
                        .digest())
                .isEqualTo(whole);
    }

    @Test
    void saysForWhichPlatformsAnImageIs() {
        source.index("team/web", "1", "!", "linux/s390x", "windows/amd64");

        assertThatThrownBy(() -> copy("1", Set.of(Platform.parse("linux/amd64"))))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("it is there for [linux/s390x, windows/amd64] alone")
                .hasMessageContaining("linux/amd64");
        assertThat(target.asked("PUT")).isZero();
    }

    @Test
    void givesNoNameToAnImageWithAWrongPart() {
        source.image("team/web", "1", "one", "two");
        source.spoil(FakeRegistry.digest("two"));

        assertThatThrownBy(() -> copy("1", Set.of()))
                .isInstanceOfSatisfying(RegistryException.class, wrong -> assertThat(wrong.kind())
                        .isEqualTo(RegistryException.Kind.OTHER))
                .hasMessageContaining("what was sent as " + FakeRegistry.digest("two"));
        assertThat(target.hasBlob("two")).isFalse();
        assertThat(target.manifest("mirror/web:1")).isEmpty();
    }

    @Test
    void beginsAPartAgainThatWasCut() throws InterruptedException {
        source.image("team/web", "1", "a long layer, which is cut");
        source.cutOnce(FakeRegistry.digest("a long layer, which is cut"));

        copy("1", Set.of());

        assertThat(target.hasBlob("a long layer, which is cut")).isTrue();
        assertThat(source.asked("GET /v2/team/web/blobs/" + FakeRegistry.digest("a long layer, which is cut")))
                .isEqualTo(2);
        assertThat(moved).as("what was sent twice counts once").hasValue(expected.get());
    }

    private ImageManifest copy(String tag, Set<Platform> platforms) throws InterruptedException {
        moved.set(0);
        var image = from.manifest("team/web", tag).orElseThrow();
        var progress = new ImageCopy.Progress() {
            @Override
            public void expect(long bytes) {
                expected.set(bytes);
            }

            @Override
            public void moved(long bytes) {
                moved.addAndGet(bytes);
            }
        };
        return new ImageCopy(
                        from.source("team/web"),
                        new ImageCopy.Target(to, "mirror/web", platforms),
                        progress,
                        new SystemEnv())
                .copy(image, List.of(tag));
    }
}
