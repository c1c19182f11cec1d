package dev.banyan.cli.image.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.compose.image.Build;
import dev.banyan.cli.context.ContextException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildWordsTest {
    private static final Path WORK = Path.of("/scratch");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void saysEverythingToBuildah() {
        assertThat(programs(Builder.BUILDAH, full(List.of("linux/arm64"), List.of(), List.of("r.io/cache"))))
                .containsExactly(
                        "buildah build --layers --tag name:1 --file /src/Dockerfile.x --target last --platform linux/arm64"
                                + " --build-arg A=1 --build-arg B=two words --label l=m --build-context more=/more --no-cache"
                                + " --pull-always --cache-from r.io/cache --network host --add-host db:192.0.2.7"
                                + " --shm-size 1000b --ulimit nofile=1:2 --ssh default --secret id=key,src=/scratch/s /src",
                        "buildah push --format oci name:1 oci:/scratch/image:latest");
    }

    @Test
    void pushesAllPlatformsOfDaemonlessBuilders() {
        assertThat(programs(Builder.PODMAN, full(List.of("linux/arm64", "linux/amd64"), List.of(), List.of())))
                .satisfiesExactly(
                        build -> assertThat(build)
                                .startsWith("podman build --manifest name:1 ")
                                .contains(" --platform linux/arm64,linux/amd64 ")
                                .doesNotContain("--layers"),
                        push -> assertThat(push)
                                .isEqualTo("podman manifest push --all name:1 oci:/scratch/image:latest"));
    }

    @Test
    void takesTheImageOutOfDockerAsAnArchive() {
        assertThat(programs(Builder.DOCKER, full(List.of(), List.of("stage"), List.of("type=gha"))))
                .satisfiesExactly(
                        build -> assertThat(build)
                                .startsWith("docker build --tag name:1 ")
                                .contains(" --pull ", " --cache-from type=gha ", " --no-cache-filter stage "),
                        save -> assertThat(save).isEqualTo("docker save --output /scratch/image.tar name:1"),
                        tar -> assertThat(tar)
                                .isEqualTo("tar --extract --file /scratch/image.tar --directory /scratch/image"));
    }

    @Test
    void hasNerdctlWriteAnArchive() {
        assertThat(programs(Builder.NERDCTL, full(List.of(), List.of(), List.of())))
                .satisfiesExactly(
                        build -> assertThat(build)
                                .startsWith("nerdctl build --tag name:1 ")
                                .endsWith(" --output type=oci,dest=/scratch/image.tar /src"),
                        tar -> assertThat(tar).startsWith("tar --extract"));
    }

    @Test
    void namesWhatABuilderCannotDo() {
        var much = full(List.of("linux/arm64", "linux/amd64"), List.of("stage"), List.of("type=gha"));

        assertThat(Builder.BUILDAH.missing(much)).containsExactly("no_cache_filter", "cache_from (other than images)");
        assertThat(Builder.PODMAN.missing(much)).containsExactly("no_cache_filter", "cache_from (other than images)");
        assertThat(Builder.DOCKER.missing(much)).containsExactly("platforms (more than one)");
        assertThat(Builder.NERDCTL.missing(much)).containsExactly("no_cache_filter", "shm_size", "ulimits");
        assertThat(Builder.BUILDAH.missing(full(List.of(), List.of(), List.of("type=registry,ref=r.io/c"))))
                .isEmpty();
    }

    @Test
    void takesTheFirstBuilderThatIsThereOrTheOneThatIsNamed() throws IOException {
        var none = Map.of("PATH", directory.resolve("none") + ":" + directory);
        assertThatThrownBy(() -> Builder.find(Optional.empty(), none))
                .isInstanceOf(ContextException.class)
                .hasMessageContainingAll("buildah, docker, podman or nerdctl", "apt-get install buildah");

        program("nerdctl");
        program("podman");
        assertThat(Builder.find(Optional.empty(), none)).isEqualTo(Builder.PODMAN);
        assertThat(Builder.find(Optional.of("nerdctl"), none)).isEqualTo(Builder.NERDCTL);
        var said = Map.of("PATH", directory.toString(), Builder.VARIABLE, "nerdctl");
        assertThat(Builder.find(Optional.empty(), said)).isEqualTo(Builder.NERDCTL);
        assertThat(Builder.find(Optional.of("podman"), said)).isEqualTo(Builder.PODMAN);
        assertThatThrownBy(() -> Builder.find(Optional.of("docker"), none)).hasMessageContaining("There is no docker");
        assertThatThrownBy(() -> Builder.find(Optional.of("make"), none)).hasMessageContaining("'make' is no builder");
    }

    private void program(String name) throws IOException {
        var file = Files.writeString(directory.resolve(name), "#!/bin/sh\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<String> programs(Builder builder, Build build) {
        var place = new BuildWords.Place(WORK, "name:1", "/src/Dockerfile.x", Map.of("key", Path.of("/scratch/s")));
        return new BuildWords(builder, build, place)
                .programs().stream().map(words -> String.join(" ", words)).toList();
    }

    private static Build full(List<String> platforms, List<String> unused, List<String> from) {
        return new Build(
                "/src",
                new Build.Recipe(Optional.of("Dockerfile.x"), Optional.empty(), Optional.of("last")),
                new Build.Values(Map.of("A", "1", "B", "two words"), Map.of("l", "m"), Map.of("more", "/more")),
                new Build.Caches(from, List.of(), unused, true, true),
                new Build.Surroundings(
                        Optional.of("host"),
                        List.of("db=192.0.2.7"),
                        OptionalLong.of(1000),
                        List.of("nofile=1:2"),
                        List.of("default"),
                        List.of()),
                List.of(),
                platforms,
                List.of());
    }
}
