package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.registry.FakeRegistry;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.MirrorRequest.Policy;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code up} and {@code build} do about images before they hand over a manifest. */
class UpImagesTest {
    private static final String CONTENT = "sha256:" + "0".repeat(64);

    @TempDir
    private Path directory = Path.of("");

    private final FakeRegistry registry = new FakeRegistry();
    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void open() throws IOException {
        bench = new CommandBench(directory, new SystemEnv());
        bench.setting("HOME", directory.toString());
        bench.setting("PATH", directory.resolve("bin") + ":/usr/bin:/bin");
        bench.cluster.shelf.pushTo(registry.base());
        Files.createDirectories(directory.resolve("bin"));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void ordersEachImageOnceAndHandsItsContentOver() {
        compose(
                "a: {image: redis:7}",
                "b: {image: redis:7}",
                "c: {image: ghcr.io/x/y}",
                "d: {image: registry.banyan/e/f:1}");

        assertThat(up().exit()).isZero();

        assertThat(bench.cluster.shelf.mirrored())
                .extracting(MirrorRequest::getImage)
                .containsExactlyInAnyOrder("redis:7", "ghcr.io/x/y");
        assertThat(bench.cluster.applied().getImageDigestsMap())
                .containsExactlyInAnyOrderEntriesOf(Map.of("redis:7", CONTENT, "ghcr.io/x/y", CONTENT));
    }

    @Test
    void sendsALoginToNobodyButItsRegistry() {
        var alice = Base64.getEncoder().encodeToString("alice:pw".getBytes(StandardCharsets.UTF_8));
        bench.file(".docker/config.json", "{\"auths\": {\"ghcr.io\": {\"auth\": \"" + alice + "\"}}}");
        compose("a: {image: redis:7}", "c: {image: ghcr.io/x/y}");

        var run = up();

        for (var request : bench.cluster.shelf.mirrored()) {
            assertThat(request.getLogin().getPassword())
                    .as(request.getImage())
                    .isEqualTo(request.getImage().startsWith("ghcr.io") ? "pw" : "");
        }
        assertThat(run.out() + run.err()).doesNotContain("pw", alice);
    }

    @ParameterizedTest
    @CsvSource({
        "missing,, MISSING, 0",
        ",, MISSING, 0",
        "always,, ALWAYS, 0",
        "never,, NEVER, 0",
        "daily,, REFRESH, 86400000",
        "missing, always, ALWAYS, 0",
        "always, never, NEVER, 0",
        "daily, missing, MISSING, 0",
    })
    void asksAsThePolicySays(String written, String said, Policy policy, long after) {
        compose("a: {image: redis:7" + (written == null ? "" : ", pull_policy: " + written) + "}");

        var run = said == null ? up() : up("--pull", said);

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(bench.cluster.shelf.mirrored()).singleElement().satisfies(request -> {
            assertThat(request.getPolicy()).isEqualTo(policy);
            assertThat(request.getRefreshAfterMs()).isEqualTo(after);
        });
    }

    @Test
    void followsThePolicyThatAsksMostForAnImageOfSeveralServices() {
        compose("a: {image: x}", "b: {image: x, pull_policy: always}", "c: {image: x, pull_policy: never}");

        up();

        assertThat(bench.cluster.shelf.mirrored())
                .singleElement()
                .extracting(MirrorRequest::getPolicy)
                .isEqualTo(Policy.ALWAYS);
    }

    @Test
    void saysOfAllImagesThatCannotBeHadWhereTheyAreNamed() {
        bench.cluster.shelf.failMirror("redis:7", rejected("redis:7 cannot be had from docker.io: it wants a login"));
        bench.cluster.shelf.failMirror(
                "registry.banyan/x:1", rejected("registry.banyan/x:1 is not in the cluster's registry"));
        compose("a: {image: redis:7}", "b: {image: redis:8}", "c: {image: registry.banyan/x:1}");

        var run = up();

        assertThat(run.exit()).isNotZero();
        assertThat(run.err())
                .containsSubsequence(
                        "compose.yaml:3:",
                        "services.a.image",
                        "cannot be had from docker.io",
                        "compose.yaml:5:",
                        "services.c.image",
                        "2 problems");
        assertThat(bench.cluster.applied().hasManifest())
                .as("nothing is handed over")
                .isFalse();
    }

    @Test
    void endsAsWithoutImagesWhenNoEngineAnswers() {
        bench.cluster.shelf.failMirror("redis:7", new ApiException(Reason.UNAVAILABLE, "no engine answers"));
        compose("a: {image: redis:7}", "b: {image: redis:8}", "c: {image: redis:9}");

        var run = up();

        assertThat(run.exit()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(run.err()).contains("no engine answers");
    }

    @Test
    void refusesANameThatIsNone() {
        compose("a: {image: 'registry.example.org:port/x'}");

        assertThat(up().err()).contains("services.a.image");
    }

    @Test
    void buildsWhatTheClusterLacksAndPushesIt() throws IOException {
        builder("built");
        bench.cluster.shelf.failMirror(
                "registry.banyan/apps/shop/web:latest", rejected("is not in the cluster's registry"));
        compose("web: {build: .}");

        var run = up();

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).contains("web | building", "registry.banyan/apps/shop/web:latest: ", " MB pushed, done");
        assertThat(registry.hasBlob("built")).isTrue();
        var digest = bench.cluster.applied().getImageDigestsOrThrow("registry.banyan/apps/shop/web:latest");
        assertThat(registry.manifest("apps/shop/web:latest")).isEqualTo(registry.manifest("apps/shop/web@" + digest));
    }

    @Test
    void buildsNothingThatTheClusterHasUnlessItIsToldTo() throws IOException {
        builder("built");
        compose("web: {build: .}", "other: {build: ., image: me/other, pull_policy: build}");

        var run = up();

        assertThat(run.err()).contains("other | building").doesNotContain("web | building");
        assertThat(registry.manifest("mirror/docker.io/me/other:latest")).isPresent();
        assertThat(up("--build").err()).contains("other | building", "web | building");
    }

    @Test
    void buildsNothingWhenThatIsForbidden() {
        bench.cluster.shelf.failMirror(
                "registry.banyan/apps/shop/web:latest", rejected("is not in the cluster's registry"));
        compose("web: {build: .}");

        assertThat(up("--no-build").err()).contains("services.web", "leave out --no-build to build it");
        assertThat(up("--no-build", "--build").err()).contains("exclude each other");
        assertThat(up("--pull", "often").err()).contains("--pull is always, missing or never");
    }

    @Test
    void tellsOfEachServiceWhoseBuildFails() throws IOException {
        program("buildah", "echo cannot; exit 1");
        compose("a: {build: ., pull_policy: build}", "b: {build: ., pull_policy: build}", "c: {image: x}");

        var run = up();

        assertThat(run.exit()).isNotZero();
        assertThat(run.err()).contains("services.a", "services.b", "buildah build ended with status 1", "2 problems");
    }

    @Test
    void namesTheBuildersWhereThereIsNone() {
        bench.setting("PATH", directory.resolve("nothing").toString());
        compose("web: {build: ., pull_policy: build}");

        assertThat(up().err()).contains("no buildah, docker, podman or nerdctl", "apt-get install buildah");
    }

    @Test
    void buildsSingleServicesAndNamesWhatTheyAreNow() throws IOException {
        builder("built");
        compose("a: {build: .}", "b: {build: .}", "c: {image: x}");

        var run = bench.run("build", "a");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).matches("registry\\.banyan/apps/shop/a:latest sha256:[0-9a-f]{64}\n");
        assertThat(registry.manifest("apps/shop/b:latest")).isEmpty();
        assertThat(bench.run("build", "c").err()).contains("There is no service with a build of the name c");
        assertThat(bench.cluster.applied().hasManifest()).isFalse();
    }

    /** Leaves an OCI layout with one layer, which is the text. */
    private void builder(String text) throws IOException {
        program(
                "buildah",
                """
                if test "$1" = build; then echo building; exit 0; fi
                for last; do :; done
                place=${last#oci:}; place=${place%%:latest}
                mkdir -p "$place/blobs/sha256" && cd "$place"
                put() { printf %%s "$1" > part; sum=$(sha256sum part | cut -d ' ' -f 1); mv part "blobs/sha256/$sum"; size=${#1}; }
                put '{}'; config="{\\"mediaType\\":\\"application/vnd.oci.image.config.v1+json\\",\\"digest\\":\\"sha256:$sum\\",\\"size\\":$size}"
                put '%s'; layer="{\\"mediaType\\":\\"application/vnd.oci.image.layer.v1.tar\\",\\"digest\\":\\"sha256:$sum\\",\\"size\\":$size}"
                put "{\\"schemaVersion\\":2,\\"config\\":$config,\\"layers\\":[$layer]}"
                printf %%s "{\\"schemaVersion\\":2,\\"manifests\\":[{\\"mediaType\\":\\"application/vnd.oci.image.manifest.v1+json\\",\\"digest\\":\\"sha256:$sum\\",\\"size\\":$size}]}" > index.json
                """
                        .formatted(text));
    }

    private void program(String name, String script) throws IOException {
        var file = Files.writeString(directory.resolve("bin").resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static ApiException rejected(String why) {
        return new ApiException(Reason.REJECTED, "refused", Map.of(), List.of(new Violation("image", why)));
    }

    private void compose(String... services) {
        bench.file(
                "compose.yaml",
                "name: shop\nservices:\n" + String.join("\n", services).indent(2));
    }

    private CommandBench.Run up(String... more) {
        var words = new java.util.ArrayList<>(List.of("up", "--detach"));
        words.addAll(List.of(more));
        return bench.run(words.toArray(String[]::new));
    }
}
