package dev.banyan.engine.image.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.registry.FakeRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryDiskTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void isEmptyBeforeTheFirstPush() {
        assertThat(disk().holdings()).isEmpty();
        assertThat(disk().blobs()).isEmpty();
        assertThat(disk().writtenSince(Instant.EPOCH)).isFalse();
    }

    @Test
    void findsImagesOfAllRepositoriesWithTheirTags() {
        var tree = new RegistryTree(directory);
        var redis = tree.image("mirror/docker.io/library/redis", "7", "base", "redis");
        tree.manifest("mirror/docker.io/library/redis", "latest", manifestOf(redis));
        var web = tree.image("apps/shop/web", "latest", "base", "web");
        tree.written(THEN);

        assertThat(disk().holdings())
                .extracting(Holding::name)
                .containsExactlyInAnyOrder("mirror/docker.io/library/redis@" + redis, "apps/shop/web@" + web);
        var holding = holding(redis);
        assertThat(holding.tags()).containsExactly("7", "latest");
        assertThat(holding.pushed()).isEqualTo(THEN);
        assertThat(holding.parts()).isEmpty();
        assertThat(holding.blobs())
                .containsOnlyKeys(
                        redis,
                        FakeRegistry.digest("base"),
                        FakeRegistry.digest("redis"),
                        FakeRegistry.digest("config of base,redis"))
                .containsEntry(FakeRegistry.digest("base"), 4L);
    }

    @Test
    void findsWhatNoTagLeadsToAnyMore() {
        var tree = new RegistryTree(directory);
        var former = tree.image("apps/shop/web", "latest", "one");
        var now = tree.image("apps/shop/web", "latest", "two");

        assertThat(holding(former).tags()).isEmpty();
        assertThat(holding(now).tags()).containsExactly("latest");
    }

    @Test
    void knowsThePartsOfAnIndex() {
        var tree = new RegistryTree(directory);
        var amd = tree.image("mirror/x", "", "amd");
        var arm = tree.image("mirror/x", "", "arm");
        var index = tree.index("mirror/x", "1", amd, arm);

        assertThat(holding(index).parts()).containsExactly(amd, arm);
        assertThat(holding(index).blobs()).as("itself alone").containsOnlyKeys(index);
    }

    @Test
    void leavesOutWhatIsNoImage() {
        var tree = new RegistryTree(directory);
        var good = tree.image("mirror/x", "1", "good");
        var gone = tree.image("mirror/x", "2", "gone");
        tree.manifest("mirror/x", "3", "{\"schemaVersion\": 2, \"config\":");
        tree.manifest("mirror/x", "4", "{\"config\": {\"digest\": \"md5:1\", \"size\": 1}, \"layers\": []}");
        tree.manifest("mirror/x", "5", "{\"mediaType\": \"application/x-strange\"}");
        tree.deleteBlob(gone);

        assertThat(disk().holdings()).extracting(Holding::digest).containsExactly(good);
    }

    @Test
    void countsAllContentsAlsoThoseThatNoManifestNames() {
        var tree = new RegistryTree(directory);
        tree.image("mirror/x", "1", "layer");
        tree.blob("left over");

        assertThat(disk().blobs())
                .hasSize(4)
                .containsEntry(FakeRegistry.digest("layer"), 5L)
                .containsEntry(FakeRegistry.digest("left over"), 9L);
    }

    @Test
    void seesThatSomethingIsBeingPushed() {
        var tree = new RegistryTree(directory);
        tree.image("mirror/x", "1", "layer");
        tree.written(THEN);
        assertThat(disk().writtenSince(THEN)).isTrue();
        assertThat(disk().writtenSince(THEN.plusSeconds(1))).isFalse();

        tree.upload("mirror/y");

        assertThat(disk().writtenSince(THEN.plusSeconds(1))).isTrue();
    }

    @Test
    void readsNoImageFromAnUnfinishedUpload() {
        new RegistryTree(directory).upload("mirror/y");

        assertThat(disk().holdings()).isEmpty();
    }

    private String manifestOf(String digest) {
        return List.of(digest).stream().map(each -> read(each)).findFirst().orElseThrow();
    }

    private String read(String digest) {
        var hex = digest.substring("sha256:".length());
        try {
            return java.nio.file.Files.readString(directory
                    .resolve("docker/registry/v2/blobs/sha256")
                    .resolve(hex.substring(0, 2))
                    .resolve(hex)
                    .resolve("data"));
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private RegistryDisk disk() {
        return new RegistryDisk(directory);
    }

    private Holding holding(String digest) {
        return disk().holdings().stream()
                .filter(holding -> holding.digest().equals(digest))
                .findFirst()
                .orElseThrow();
    }
}
