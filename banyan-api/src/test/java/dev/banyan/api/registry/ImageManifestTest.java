package dev.banyan.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageManifestTest {
    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);

    @Test
    void knowsItsKindFromWhoGaveItOrFromItself() {
        assertThat(read("", "{\"layers\":[]}").mediaType()).isEqualTo(ImageManifest.OCI_MANIFEST);
        assertThat(read("", "{\"manifests\":[]}").index()).isTrue();
        assertThat(read("application/json", "{\"mediaType\":\"" + ImageManifest.DOCKER_INDEX + "\",\"manifests\":[]}")
                        .index())
                .isTrue();
        assertThat(read(ImageManifest.DOCKER_MANIFEST + "; charset=utf-8", "{}").mediaType())
                .isEqualTo(ImageManifest.DOCKER_MANIFEST);
    }

    @Test
    void isNamedByItsBytes() {
        var text = "{ \"layers\" : [] }";

        assertThat(read("", text).digest()).isEqualTo(FakeRegistry.digest(text));
        assertThat(new String(read("", text).bytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void namesConfigAndLayersEachOnceWithoutThoseThatMayNotBePassedOn() {
        var manifest = read(
                "",
                "{\"config\":" + part(ONE, "config") + ",\"layers\":[" + part(TWO, "layer") + "," + part(TWO, "layer")
                        + "," + part("sha256:" + "3".repeat(64), "image.layer.nondistributable.v1.tar") + "]}");

        assertThat(manifest.blobs()).extracting(Descriptor::digest).containsExactly(ONE, TWO);
    }

    @Test
    void keepsSomeManifestsOfAnIndexAndIsItselfWithAll() {
        var index = read(
                "", "{\"manifests\":[" + part(ONE, "a") + "," + part(TWO, "b") + "],\"annotations\":{\"k\":\"v\"}}");

        var kept = index.keeping(part -> part.digest().equals(TWO));

        assertThat(kept.manifests()).extracting(Descriptor::digest).containsExactly(TWO);
        assertThat(kept.digest()).isNotEqualTo(index.digest());
        assertThat(new String(kept.bytes(), StandardCharsets.UTF_8)).contains("\"k\":\"v\"");
        assertThat(index.keeping(part -> true)).isSameAs(index);
        assertThat(index.manifests()).as("it stays as it was").hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{", "\"text\"", "null"})
    void refusesWhatIsNoManifest(String text) {
        assertThatThrownBy(() -> read("", text))
                .isInstanceOf(RegistryException.class)
                .hasMessage("its manifest is not one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"config\":{\"digest\":\"sha256:1\",\"size\":1}}",
                "{\"config\":{\"digest\":\"../../etc/passwd\",\"size\":1}}",
                "{\"layers\":[{\"size\":1}]}",
                "{\"layers\":[{\"digest\":\"%s\",\"size\":-1}]}",
                "{\"layers\":[{\"digest\":\"%s\"}]}",
                "{\"layers\":[{\"digest\":\"%s\",\"size\":\"many\"}]}"
            })
    void refusesPartsThatNobodyCanCheck(String text) {
        assertThatThrownBy(() -> read("", text.replace("%s", ONE)).blobs()).isInstanceOf(RegistryException.class);
    }

    @Test
    void refusesKindsThatNobodyWritesAnyMore() {
        assertThatThrownBy(() -> read("application/vnd.docker.distribution.manifest.v1+prettyjws", "{}"))
                .hasMessageContaining("which is not known");
    }

    @Test
    void refusesMoreThanSoManyParts() {
        var parts = IntStream.range(0, 513)
                .mapToObj(i -> part("sha256:" + "%064x".formatted(i), "layer"))
                .collect(Collectors.joining(","));

        assertThatThrownBy(() -> read("", "{\"layers\":[" + parts + "]}").blobs())
                .hasMessageContaining("more than 512 parts");
    }

    @Test
    void platformsAreReadAndCompared() {
        assertThat(Platform.parse("linux/arm/v7")).isEqualTo(new Platform("linux", "arm", "v7"));
        assertThat(Platform.parse("linux/amd64").toString()).isEqualTo("linux/amd64");
        assertThat(Platform.parse("linux/arm/v7").toString()).isEqualTo("linux/arm/v7");
        assertThatThrownBy(() -> Platform.parse("linux")).hasMessageContaining("no platform");
        var plain = Platform.parse("linux/arm64");
        var eight = Platform.parse("linux/arm64/v8");
        assertThat(plain.takes(eight)).as("a side that names no variant").isTrue();
        assertThat(eight.takes(plain)).isTrue();
        assertThat(eight.takes(Platform.parse("linux/arm64/v9"))).isFalse();
        assertThat(plain.takes(Platform.parse("linux/amd64"))).isFalse();
        assertThat(plain.takes(Platform.parse("windows/arm64"))).isFalse();
    }

    @Test
    void challengesAreReadAsServersWriteThem() {
        var bearer = Challenge.parse(
                "Bearer realm=\"https://auth.example/token\",service=registry , scope=\"repository:a/b:pull,push\"");

        assertThat(bearer.scheme()).isEqualTo("bearer");
        assertThat(bearer.parameter("realm")).contains("https://auth.example/token");
        assertThat(bearer.parameter("service")).contains("registry");
        assertThat(bearer.parameter("scope")).contains("repository:a/b:pull,push");
        assertThat(bearer.parameter("error")).isEmpty();
        for (var empty : List.of("Basic", "BASIC realm=\"\"", "basic  ")) {
            assertThat(Challenge.parse(empty).scheme()).isEqualTo("basic");
            assertThat(Challenge.parse(empty).parameter("realm")).isEmpty();
        }
    }

    private static ImageManifest read(String mediaType, String text) {
        return ImageManifest.read(mediaType, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String part(String digest, String kind) {
        return "{\"mediaType\":\"application/" + kind + "\",\"digest\":\"" + digest + "\",\"size\":5}";
    }
}
