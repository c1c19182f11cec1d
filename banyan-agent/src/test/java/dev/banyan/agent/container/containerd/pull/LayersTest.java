package dev.banyan.agent.container.containerd.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayersTest {
    @Test
    void aManifestHasLayersWithSizesAndNoManifests() {
        var manifest = StoreOfBlobs.manifest(Map.of("sha256:a", 10L));

        assertThat(Layers.of(manifest)).isEqualTo(Map.of("sha256:a", 10L));
        assertThat(Layers.manifests(manifest)).isEmpty();
    }

    @Test
    void anIndexHasManifestsInItsOrderAndNoLayers() {
        var index =
                """
                {"manifests":[{"digest":"sha256:m2","platform":{"os":"linux"}},{"digest":"sha256:m1"}]}""";

        assertThat(Layers.manifests(index)).containsExactly("sha256:m2", "sha256:m1");
        assertThat(Layers.of(index)).isEmpty();
    }

    @Test
    void aLayerThatIsThereTwiceIsFetchedOnce() {
        var manifest =
                """
                {"layers":[{"digest":"sha256:a","size":10},{"digest":"sha256:b","size":1},{"digest":"sha256:a","size":10}]}""";

        assertThat(Layers.of(manifest)).isEqualTo(Map.of("sha256:a", 10L, "sha256:b", 1L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "[]",
                "{",
                "not JSON",
                "{}",
                "{\"layers\":7,\"manifests\":\"x\"}",
                "{\"layers\":[7,null,[]],\"manifests\":[7,null,[]]}",
                "{\"layers\":[{\"size\":1},{\"digest\":null},{\"digest\":{}}],\"manifests\":[{},{\"digest\":[]}]}"
            })
    void whatIsNoManifestHasNothing(String text) {
        assertThat(Layers.of(text)).isEmpty();
        assertThat(Layers.manifests(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "null", "\"many\"", "{}", "[]"})
    void aSizeThatIsNoneCountsAsNothing(String size) {
        assertThat(Layers.of("{\"layers\":[{\"digest\":\"sha256:a\",\"size\":" + size + "}]}"))
                .isEqualTo(Map.of("sha256:a", 0L));
    }

    @Test
    void manyEnormousLayersStillHaveASum() {
        var entries = IntStream.range(0, 2_000)
                .mapToObj(i -> "{\"digest\":\"sha256:" + i + "\",\"size\":" + Long.MAX_VALUE + "}")
                .collect(Collectors.joining(","));

        var layers = Layers.of("{\"layers\":[" + entries + "]}");

        assertThat(layers).hasSize(512);
        assertThat(layers.values().stream().mapToLong(Long::longValue).reduce(0, Math::addExact))
                .isPositive();
    }
}
