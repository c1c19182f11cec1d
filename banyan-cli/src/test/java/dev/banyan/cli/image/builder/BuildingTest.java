package dev.banyan.cli.image.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.compose.image.Build;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With programs that play builders; a real one builds in OtherRegistryTest. */
class BuildingTest {
    @TempDir
    private Path directory = Path.of("");

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void live() {
        environment.put("PATH", directory.resolve("bin") + ":/usr/bin:/bin");
    }

    @Test
    void hasTheImageOfAnArchiveOfDockers() throws Exception {
        program(
                "docker",
                """
                echo "$@ $DOCKER_BUILDKIT"
                test "$1" = build && exit 0
                mkdir image && cd image
                printf '{"os":"linux"}' > config.json
                printf layer > layer.tar
                printf '[{"Config":"config.json","RepoTags":["x"],"Layers":["layer.tar"]}]' > manifest.json
                tar --create --file "$3" config.json layer.tar manifest.json
                """);
        try (var building = Building.with(Builder.DOCKER, environment)) {
            var files = building.run(build(Optional.empty(), List.of()), "n:1", lines::add);

            var manifest = new String(files.top().bytes(), StandardCharsets.UTF_8);
            assertThat(manifest).contains("\"size\":14", "\"size\":5", "image.layer.v1.tar", "image.config.v1+json");
            assertThat(files.top().index()).isFalse();
        }
        assertThat(lines).first().asString().contains("build --tag n:1", " 1");
    }

    @Test
    void refusesAnArchiveThatLeadsOutOfItsDirectory() throws Exception {
        program(
                "docker",
                """
                test "$1" = build && exit 0
                printf '[{"Config":"../../../../../../etc/passwd","Layers":[]}]' > manifest.json
                tar --create --file "$3" manifest.json
                """);
        try (var building = Building.with(Builder.DOCKER, environment)) {
            assertThatThrownBy(() -> building.run(build(Optional.empty(), List.of()), "n:1", lines::add))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("leads out of its directory");
        }
    }

    @Test
    void tellsTheLastLinesOfABuilderThatFails() throws Exception {
        program("buildah", "for i in $(seq 50); do echo \"line $i\"; done; echo broken >&2; exit 7");
        try (var building = Building.with(Builder.BUILDAH, environment)) {
            assertThatThrownBy(() -> building.run(build(Optional.empty(), List.of()), "n:1", lines::add))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("ended with status 7:\n")
                    .hasMessageContaining("\nline 50\nbroken")
                    .hasMessageNotContaining("line 30\n");
        }
        assertThat(lines).hasSize(51);
    }

    @Test
    void givesTheBuilderItsDockerfileAndSecretsAndRemovesThem() throws Exception {
        program(
                "buildah",
                """
                while test $# -gt 0; do
                  case "$1" in
                    --file) echo "file $2"; cat "$2" ;;
                    --secret) path=${2#*src=}; echo "secret $path"; stat --format %a "$path"; cat "$path"; echo ;;
                  esac
                  shift
                done
                exit 1
                """);
        environment.put("TOKEN", "s3cret");
        var secret = new Build.Secret("token", Optional.empty(), Optional.of("TOKEN"));
        try (var building = Building.with(Builder.BUILDAH, environment)) {
            assertThatThrownBy(() -> building.run(build(Optional.of("FROM x\n"), List.of(secret)), "n:1", lines::add))
                    .isInstanceOf(BuildException.class);
        }

        assertThat(lines).contains("FROM x", "600", "s3cret");
        for (var line : lines) {
            if (line.startsWith("file ") || line.startsWith("secret ")) {
                assertThat(Path.of(line.split(" ")[1])).as(line).doesNotExist();
            }
        }
    }

    @Test
    void namesAVariableThatIsNotSet() throws Exception {
        program("buildah", "exit 0");
        var secret = new Build.Secret("token", Optional.empty(), Optional.of("NOT_SET"));
        try (var building = Building.with(Builder.BUILDAH, environment)) {
            assertThatThrownBy(() -> building.run(build(Optional.empty(), List.of(secret)), "n:1", lines::add))
                    .hasMessageContaining("the variable NOT_SET is not set");
        }
    }

    @Test
    void runsNothingThatTheBuilderCannotDo() throws Exception {
        program("nerdctl", "echo ran");
        try (var building = Building.with(Builder.NERDCTL, environment)) {
            var build = new Build(
                    "/",
                    new Build.Recipe(Optional.empty(), Optional.empty(), Optional.empty()),
                    new Build.Values(Map.of(), Map.of(), Map.of()),
                    new Build.Caches(List.of(), List.of(), List.of("stage"), false, false),
                    none(),
                    List.of(),
                    List.of(),
                    List.of());
            assertThatThrownBy(() -> building.run(build, "n:1", lines::add))
                    .hasMessageContaining("nerdctl cannot do what these ask for: no_cache_filter");
        }
        assertThat(lines).isEmpty();
    }

    private void program(String name, String script) throws IOException {
        var file = directory.resolve("bin").resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, "#!/bin/sh\ncd " + directory + "\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Build build(Optional<String> text, List<Build.Secret> secrets) {
        return new Build(
                "/",
                new Build.Recipe(Optional.empty(), text, Optional.empty()),
                new Build.Values(Map.of(), Map.of(), Map.of()),
                new Build.Caches(List.of(), List.of(), List.of(), false, false),
                none(),
                secrets,
                List.of(),
                List.of());
    }

    private static Build.Surroundings none() {
        return new Build.Surroundings(
                Optional.empty(), List.of(), OptionalLong.empty(), List.of(), List.of(), List.of());
    }
}
