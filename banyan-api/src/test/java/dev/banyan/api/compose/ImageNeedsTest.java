package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.image.Build;
import dev.banyan.api.compose.image.ImageNeed;
import dev.banyan.api.compose.image.ImageNeeds;
import dev.banyan.api.compose.image.PullPolicy;
import dev.banyan.api.compose.project.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNeedsTest {
    private static final Path HOME = Path.of("/srv/shop");

    @Test
    void readsAWholeBuild() {
        var build =
                need("""
                        name: shop
                        services:
                          web:
                            build:
                              context: web
                              dockerfile: docker/Dockerfile
                              target: last
                              args: {A: 1, B: , C: "x y"}
                              labels: [l=m, empty]
                              additional_contexts: {more: ../more, image: docker-image://alpine}
                              cache_from: [r.io/cache]
                              cache_to: [r.io/cache]
                              no_cache: true
                              no_cache_filter: stage
                              pull: true
                              network: host
                              extra_hosts: ["db:192.0.2.7"]
                              shm_size: 64m
                              ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}
                              ssh: [default, key=/k]
                              entitlements: [network.host]
                              platforms: [linux/arm64]
                              tags: [ghcr.io/x/y:2]
                        """)
                        .build()
                        .orElseThrow();

        assertThat(build.context()).isEqualTo("/srv/shop/web");
        assertThat(build.dockerfile())
                .isEqualTo(new Build.Recipe(Optional.of("docker/Dockerfile"), Optional.empty(), Optional.of("last")));
        assertThat(build.values().args())
                .containsEntry("A", "1")
                .containsEntry("C", "x y")
                .doesNotContainKey("B");
        assertThat(build.values().labels()).containsEntry("l", "m").containsEntry("empty", "");
        assertThat(build.values().contexts())
                .containsEntry("more", "/srv/more")
                .containsEntry("image", "docker-image://alpine");
        assertThat(build.caches())
                .isEqualTo(
                        new Build.Caches(List.of("r.io/cache"), List.of("r.io/cache"), List.of("stage"), true, true));
        assertThat(build.surroundings().network()).contains("host");
        assertThat(build.surroundings().hosts()).containsExactly("db=192.0.2.7");
        assertThat(build.surroundings().shm()).hasValue(64 << 20);
        assertThat(build.surroundings().ulimits()).containsExactlyInAnyOrder("nproc=5:5", "nofile=1:2");
        assertThat(build.surroundings().ssh()).containsExactlyInAnyOrder("default", "key=/k");
        assertThat(build.surroundings().grants()).containsExactly("network.host");
        assertThat(build.platforms()).containsExactly("linux/arm64");
        assertThat(build.names()).containsExactly("ghcr.io/x/y:2");
    }

    @Test
    void namesAnImageThatIsOnlyBuilt() {
        var text = "name: shop\nservices: {web: {build: .}}\n";

        assertThat(need(text).image()).isEqualTo("registry.banyan/apps/shop/web:latest");
        assertThat(loaded(text).manifest().getServices(0).getImage()).isEqualTo("registry.banyan/apps/shop/web:latest");
        assertThat(need("name: shop\nservices: {web: {build: ., image: me/web}}\n")
                        .image())
                .isEqualTo("me/web");
        assertThat(need(text).build().orElseThrow().context()).isEqualTo("/srv/shop");
    }

    @Test
    void leavesAddressesOfContextsAlone() {
        assertThat(need("services: {web: {build: \"https://git.example.org/x.git#main:sub\"}}\n")
                        .build()
                        .orElseThrow()
                        .context())
                .isEqualTo("https://git.example.org/x.git#main:sub");
    }

    @Test
    void takesADockerfileFromTheFile() {
        var build = need("services: {web: {build: {context: ., dockerfile_inline: \"FROM x\\n\"}}}\n")
                .build()
                .orElseThrow();

        assertThat(build.dockerfile().text()).contains("FROM x\n");
    }

    @ParameterizedTest
    @CsvSource({
        "always, PT0S, Always", "never, PT0S, Never", "missing, PT0S, Missing", "if_not_present, PT0S, Missing",
        "daily, PT24H, Refresh", "weekly, PT168H, Refresh", "every_90m, PT1H30M, Refresh",
                "every_1d12h, PT36H, Refresh",
    })
    void readsPolicies(String written, Duration after, String policy) {
        var read = need("services: {web: {image: x, pull_policy: " + written + "}}\n")
                .policy();

        assertThat(read.getClass().getSimpleName()).isEqualTo(policy);
        if (read instanceof PullPolicy.Refresh refresh) {
            assertThat(refresh.after()).isEqualTo(after);
        }
    }

    @Test
    void readsAPolicyWithItsTimeBesideIt() {
        assertThat(need("services: {web: {image: x}}\n").policy()).isEqualTo(new PullPolicy.Unsaid());
        assertThat(need("services: {web: {image: x, pull_policy: refresh, pull_refresh_after: 2h}}\n")
                        .policy())
                .isEqualTo(new PullPolicy.Refresh(Duration.ofHours(2)));
        assertThat(need("services: {web: {build: ., pull_policy: build}}\n").policy())
                .isEqualTo(new PullPolicy.Rebuild());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image: x, pull_policy: build | \"build\" is for a service that has a \"build\"",
                "image: x, pull_policy: refresh | \"refresh\" does not say when",
                "build: ., pull_policy: always | this one is only built",
                "build: ., pull_policy: every_2h | this one is only built",
                "image: x, pull_policy: always, pull_refresh_after: 2h | is for \"pull_policy: refresh\" alone",
            })
    void refusesWhatMakesNoSense(String service, String reason) {
        assertThat(ComposeFiles.reasons("services: {web: {" + service + "}}\n"))
                .singleElement()
                .asString()
                .contains(reason);
    }

    private static ImageNeed need(String text) {
        return ImageNeeds.of(loaded(text).project()).getFirst();
    }

    private static ComposeOutcome.Loaded loaded(String text) {
        var outcome = ComposeLoader.load(
                Request.in(HOME, Map.of()),
                file -> file.equals(HOME.resolve("compose.yaml")) ? Optional.of(text) : Optional.empty());
        assertThat(outcome).isInstanceOf(ComposeOutcome.Loaded.class);
        return (ComposeOutcome.Loaded) outcome;
    }
}
