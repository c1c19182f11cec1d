package dev.banyan.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageCopyTest {
    private static final Env ENV = new SystemEnv();

    private final FakeRegistry from = new FakeRegistry();
    private final FakeRegistry to = new FakeRegistry();
    private final AtomicLong expected = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    @Test
    void movesSeveralBlobsAtATime() throws Exception {
        from.image("web", "1", "one", "two", "three", "four");
        var three = new CountDownLatch(3);
        from.before(() -> {
            if (expected.get() > 0) {
                three.countDown();
                await(three);
            }
        });

        copy();

        assertThat(three.getCount()).as("three were under way at once").isZero();
        assertThat(to.manifest("x:1")).isEqualTo(from.manifest("web:1"));
        assertThat(moved.get()).isEqualTo(expected.get());
    }

    @Test
    void waitsWhileARegistryTakesNoPushes() throws Exception {
        from.image("web", "1", "one", "two");
        to.refusePushes("POST", 2);
        to.refusePushes("PUT", 2);

        copy();

        assertThat(to.manifest("x:1")).isEqualTo(from.manifest("web:1"));
        assertThat(moved.get()).as("what was refused counts once").isEqualTo(expected.get());
    }

    @Test
    void sendsAgainWhatWasCollectedBeforeItWasNamed() throws Exception {
        from.image("web", "1", "one", "two");
        var once = new AtomicBoolean();
        to.before(() -> {
            if (to.hasBlob("one") && to.hasBlob("two") && !once.getAndSet(true)) {
                to.forgetBlob("one");
            }
        });

        copy();

        assertThat(to.hasBlob("one")).isTrue();
        assertThat(to.manifest("x:1")).isEqualTo(from.manifest("web:1"));
    }

    @Test
    void oneThatFailsEndsAll() {
        from.image("web", "1", "one", "two", "three", "four");
        from.spoil(FakeRegistry.digest("two"));

        assertThatThrownBy(this::copy).isInstanceOf(RegistryException.class);
        assertThat(to.manifest("x:1")).as("no name leads to half an image").isEmpty();
    }

    @Test
    void foreseesWhatItWouldMoveAndLeave() throws Exception {
        from.index("web", "1", "!", "linux/amd64", "linux/arm64");
        var platforms = Set.of(Platform.parse("linux/amd64"));
        to.image("x", "base", "linux/amd64!");

        var prospect = prospect(platforms);

        assertThat(to.asked("PUT") + to.asked("POST")).isZero();
        var copied = copy(platforms);
        assertThat(prospect).isEqualTo(new ImageCopy.Prospect(copied.digest(), expected.get()));
        assertThat(prospect(platforms).bytes()).as("it is there now").isZero();
        assertThatThrownBy(() -> prospect(Set.of(Platform.parse("linux/s390x"))))
                .hasMessageContaining("wanted for [linux/s390x]");
    }

    private ImageManifest copy() throws InterruptedException {
        return copy(Set.of());
    }

    private ImageManifest copy(Set<Platform> platforms) throws InterruptedException {
        try (var source = at(from);
                var target = at(to)) {
            var image = source.manifest("web", "1").orElseThrow();
            return copy(source, target, platforms).copy(image, List.of("1"));
        }
    }

    private ImageCopy.Prospect prospect(Set<Platform> platforms) throws InterruptedException {
        try (var source = at(from);
                var target = at(to)) {
            return copy(source, target, platforms)
                    .foresee(source.manifest("web", "1").orElseThrow());
        }
    }

    private ImageCopy copy(Registry source, Registry target, Set<Platform> platforms) {
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
        return new ImageCopy(source.source("web"), new ImageCopy.Target(target, "x", platforms), progress, ENV);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Registry at(FakeRegistry registry) {
        try {
            return Registry.at("the fake", registry.base(), SSLContext.getDefault(), Optional.empty());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
