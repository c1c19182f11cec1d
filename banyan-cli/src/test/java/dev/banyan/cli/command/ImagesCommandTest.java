package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.KeptImage;
import dev.banyan.api.v1.ListImagesResponse;
import dev.banyan.api.v1.PruneImagesRequest;
import dev.banyan.api.v1.PruneImagesResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.output.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
        var now = bench.env.time().now();
        var old = now.minus(Duration.ofHours(5)).toEpochMilli();
        var used = KeptImage.newBuilder()
                .setRepository("mirror/docker.io/library/redis")
                .setDigest("sha256:" + "a".repeat(64))
                .addTags("7")
                .setBytes(41_200_000)
                .addAllApps(List.of("blog", "shop"))
                .setPushedMs(old)
                .setOwn(true);
        var unused = KeptImage.newBuilder()
                .setRepository("apps/shop/web")
                .setDigest("sha256:" + "b".repeat(64))
                .setBytes(1_000_000)
                .setPushedMs(old)
                .setOwn(true)
                .setGoesMs(now.plus(Duration.ofHours(3)).plusSeconds(1).toEpochMilli());
        var hand = KeptImage.newBuilder()
                .setRepository("examples/hand")
                .setDigest("sha256:" + "c".repeat(64))
                .addTags("1")
                .setPushedMs(old);
        bench.cluster.shelf.stock(
                ListImagesResponse.newBuilder()
                        .addImages(unused)
                        .addImages(hand)
                        .addImages(used)
                        .setBytes(40_000_000)
                        .build(),
                PruneImagesResponse.newBuilder().addRemoved(unused).build());
    }

    @Test
    void saysWhatIsThereWhoNamesItAndWhenItGoes() {
        var run = bench.run("images", "ls");

        assertThat(run.out())
                .isEqualTo(
                        """
                        IMAGE                           TAGS  DIGEST        MB    PUSHED  USED BY    NOTE
                        apps/shop/web                   -     bbbbbbbbbbbb  1.0   5h      -          goes in 3h
                        examples/hand                   1     cccccccccccc  0.0   5h      -          pushed by hand, stays
                        mirror/docker.io/library/redis  7     aaaaaaaaaaaa  41.2  5h      blog,shop  -
                        """);
        assertThat(run.err()).isEqualTo("3 images, 40.0 MB\n");
        assertThat(bench.run("images")).isEqualTo(run);
    }

    @Test
    void saysItToPrograms() {
        assertThat(bench.run("images", "ls", "-o", "json").out())
                .contains(
                        "\"schema\": \"banyan.images/1\"",
                        "\"repository\": \"mirror/docker.io/library/redis\"",
                        "\"bytes\": 41200000",
                        "\"blog\",\n        \"shop\"",
                        "\"own\": false");
    }

    @Test
    void removesWhatNothingNames() {
        var run = bench.run("images", "prune");

        assertThat(run.out()).contains("apps/shop/web").doesNotContain("redis");
        assertThat(run.err()).isEqualTo("1 image removed; the disk's room comes once nothing is being pushed\n");
        assertThat(bench.cluster.shelf.pruned()).containsExactly(PruneImagesRequest.getDefaultInstance());
    }

    @Test
    void onlySaysWhatItWouldRemove() {
        var run = bench.run("images", "prune", "--dry-run");

        assertThat(run.err()).isEqualTo("1 image would be removed\n");
        assertThat(bench.cluster.shelf.pruned()).singleElement().matches(PruneImagesRequest::getTrial);
    }

    @Test
    void saysWhatIsStillOnTheDisk() {
        bench.cluster.shelf.stock(
                ListImagesResponse.newBuilder().setUnusedBytes(7_000_000).build(),
                PruneImagesResponse.getDefaultInstance());

        assertThat(bench.run("images").err())
                .isEqualTo("0 images, 0.0 MB; 7.0 MB of removed ones are still on the disk\n");
        assertThat(bench.run("images", "prune").err()).startsWith("0 images removed");
    }

    @Test
    void endsAsEverythingDoesWhenNoEngineAnswers() {
        bench.cluster.failNext(new ApiException(Reason.UNAVAILABLE, "no engine answers"));

        assertThat(bench.run("images").exit()).isEqualTo(ExitCode.UNREACHABLE.number());
    }
}
