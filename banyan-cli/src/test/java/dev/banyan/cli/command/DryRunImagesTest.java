package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.registry.FakeRegistry;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.MirrorRequest.Policy;
import dev.banyan.api.v1.Mirrored;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code up --dry-run} says of images is what {@code up} does about them. */
class DryRunImagesTest {
    private static final int SEEDS = 60;
    private static final List<String> IMAGES = List.of("redis:7", "ghcr.io/x/y", "me/app:2");
    private static final List<String> POLICIES = List.of("", "missing", "always", "daily", "build");

    @TempDir
    private Path directory = Path.of("");

    private final FakeRegistry registry = new FakeRegistry();
    private CommandBench bench = new CommandBench(directory);

    /** Digests of what the cluster has, and of what other registries have, by image. */
    private final Map<String, String> there = new ConcurrentHashMap<>();

    private final Map<String, String> outside = new ConcurrentHashMap<>();

    @BeforeEach
    void open() throws IOException {
        fresh();
    }

    private void fresh() throws IOException {
        bench = new CommandBench(directory, new SystemEnv());
        bench.setting("HOME", directory.toString());
        bench.setting("PATH", directory.resolve("bin") + ":/usr/bin:/bin");
        bench.cluster.shelf.pushTo(registry.base());
        bench.cluster.shelf.answerMirror(this::answer);
        Files.createDirectories(directory.resolve("bin"));
        builder();
        there.clear();
        outside.clear();
        registry.asked().clear();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void saysWhatIsFetchedFromWhereAndWhatIsBuilt() {
        outside.put("redis:7", digest(1));
        there.put("ghcr.io/x/y", digest(2));
        compose("cache: {image: redis:7}", "there: {image: ghcr.io/x/y}", "web: {build: .}");

        var run = bench.run("up", "--dry-run");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith(
                        """
                        IMAGE                                 COMES                   NOTE
                        redis:7                               fetched from docker.io  12.3 MB
                        registry.banyan/apps/shop/web:latest  built here by buildah   counts as changed: what it is shows once it is built

                        """);
        assertThat(bench.cluster.asked().getImageDigestsMap()).containsExactly(Map.entry("ghcr.io/x/y", digest(2)));
        assertThat(bench.cluster.asked().getForeseenImagesMap())
                .containsOnly(Map.entry("redis:7", digest(1)), Map.entry("registry.banyan/apps/shop/web:latest", ""));
        assertThat(run.err()).doesNotContain("building", "fetched, done");
    }

    @Test
    void saysItToPrograms() {
        outside.put("redis:7", digest(1));
        compose("cache: {image: redis:7}", "web: {build: .}");

        assertThat(bench.run("up", "--dry-run", "-o", "json").out().replaceAll("\\s+", " "))
                .contains(
                        "{ \"image\": \"redis:7\", \"comes\": \"fetched\", \"from\": \"docker.io\", \"bytes\": 12345678,"
                                + " \"digest\": \"" + digest(1) + "\" }",
                        "\"comes\": \"built\", \"by\": \"buildah\", \"digest\": \"\"");
    }

    @Test
    void refusesWhatUpRefuses() {
        bench.setting("PATH", directory.resolve("nothing").toString());
        compose("a: {image: nowhere:1}", "b: {build: .}");

        var dry = bench.run("up", "--dry-run");

        assertThat(dry.err())
                .contains("services.a.image", "no nowhere:1", "services.b.image", "nothing on this machine to build");
        assertThat(bench.run("up")).isEqualTo(dry);
    }

    @Test
    void happensAsItSays() throws IOException {
        var seen = new HashMap<String, Integer>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            fresh();
            var random = new SeededRandom(seed);
            draw(random);
            var more = random.nextInt(4) == 0 ? List.of("--build") : List.<String>of();
            compare("seed " + seed, more, seen);
        }
        assertThat(seen.keySet()).contains("there", "fetched", "built", "refused");
        assertThat(seen.values()).allMatch(count -> count > 2);
    }

    private void compare(String where, List<String> more, Map<String, Integer> seen) {
        var before = Map.copyOf(there);
        var dry = run(more, "up", "--dry-run");
        assertThat(there).as(where).isEqualTo(before);
        assertThat(bench.cluster.shelf.mirrored()).as(where).allMatch(MirrorRequest::getTrial);
        assertThat(registry.asked()).as(where).isEmpty();
        var planned = bench.cluster.asked();
        var happens = run(more, "up", "--detach");
        assertThat(happens.exit()).as(where + dry.err() + happens.err()).isEqualTo(dry.exit());
        if (dry.exit() != 0) {
            assertThat(happens.err())
                    .as(where)
                    .contains(dry.err().lines().findFirst().orElseThrow());
            seen.merge("refused", 1, Integer::sum);
            return;
        }
        var applied = bench.cluster.applied().getImageDigestsMap();
        var told = new HashMap<>(planned.getImageDigestsMap());
        told.putAll(planned.getForeseenImagesMap());
        assertThat(applied.keySet()).as(where).isEqualTo(told.keySet());
        told.forEach((image, digest) -> {
            var way = planned.containsImageDigests(image) ? "there" : digest.isEmpty() ? "built" : "fetched";
            seen.merge(way, 1, Integer::sum);
            if (!way.equals("built")) {
                assertThat(applied).as(where).containsEntry(image, digest);
            }
            assertThat(happens.err().contains(image + ": 12.3 MB fetched, done"))
                    .as(where + " " + image + " " + way)
                    .isEqualTo(way.equals("fetched"));
            assertThat(happens.err().contains(image + ": 0.0 MB pushed, done"))
                    .as(where + " " + image + " " + way + happens.err())
                    .isEqualTo(way.equals("built"));
        });
    }

    private CommandBench.Run run(List<String> more, String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(more);
        return bench.run(all.toArray(String[]::new));
    }

    private void draw(RandomSource random) {
        for (int i = 0; i < IMAGES.size(); i++) {
            if (random.nextInt(8) > 0) {
                outside.put(IMAGES.get(i), digest(10 + random.nextInt(2)));
            }
            if (random.nextBoolean()) {
                there.put(IMAGES.get(i), digest(10 + random.nextInt(2)));
            }
        }
        var services = new ArrayList<String>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            var image = IMAGES.get(random.nextInt(IMAGES.size()));
            var policy = POLICIES.get(random.nextInt(POLICIES.size()));
            boolean built = policy.equals("build") || random.nextInt(4) == 0;
            services.add("s" + i + ": {image: '" + image + "'" + (built ? ", build: ." : "")
                    + (policy.isEmpty() ? "" : ", pull_policy: " + policy) + "}");
        }
        compose(services.toArray(String[]::new));
    }

    /** As an engine would. */
    private Mirrored answer(MirrorRequest request) {
        var image = request.getImage();
        var has = there.get(image);
        var other = outside.get(image);
        boolean asks = request.getPolicy() == Policy.ALWAYS || request.getPolicy() == Policy.REFRESH;
        if (has != null && (!asks || has.equals(other))) {
            return mirrored(has, 0);
        }
        if (other == null || request.getPolicy() == Policy.NEVER) {
            throw new ApiException(
                    Reason.REJECTED, "refused", Map.of(), List.of(new Violation("image", "no " + image + " there")));
        }
        if (!request.getTrial()) {
            there.put(image, other);
        }
        return mirrored(other, 12_345_678);
    }

    private static Mirrored mirrored(String digest, long bytes) {
        return Mirrored.newBuilder()
                .setReference("registry.banyan/x@" + digest)
                .setFetched(bytes > 0)
                .setBytes(bytes)
                .build();
    }

    private static String digest(int number) {
        return "sha256:" + "%064x".formatted(number);
    }

    private void builder() throws IOException {
        var script =
                """
                #!/bin/sh
                if test "$1" = build; then echo building; exit 0; fi
                for last; do :; done
                place=${last#oci:}; place=${place%:latest}
                mkdir -p "$place/blobs/sha256" && cd "$place"
                put() { printf %s "$1" > part; sum=$(sha256sum part | cut -d ' ' -f 1); mv part "blobs/sha256/$sum"; size=${#1}; }
                put '{}'; config="{\\"mediaType\\":\\"application/vnd.oci.image.config.v1+json\\",\\"digest\\":\\"sha256:$sum\\",\\"size\\":$size}"
                put "{\\"schemaVersion\\":2,\\"config\\":$config,\\"layers\\":[]}"
                printf %s "{\\"schemaVersion\\":2,\\"manifests\\":[{\\"mediaType\\":\\"application/vnd.oci.image.manifest.v1+json\\",\\"digest\\":\\"sha256:$sum\\",\\"size\\":$size}]}" > index.json
                """;
        var file = Files.writeString(directory.resolve("bin").resolve("buildah"), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void compose(String... services) {
        bench.file(
                "compose.yaml",
                "name: shop\nservices:\n" + String.join("\n", services).indent(2));
    }
}
