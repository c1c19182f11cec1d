package dev.banyan.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorTest {
    private static final String DIGEST = "sha256:" + "0a".repeat(32);

    @Test
    void readsWhatAnIndexSaysOfAnImage() {
        var read = Descriptor.of(json("{\"mediaType\":\"m\",\"digest\":\"" + DIGEST + "\",\"size\":7,"
                + "\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}}"));

        assertThat(read.mediaType()).isEqualTo("m");
        assertThat(read.digest()).isEqualTo(DIGEST);
        assertThat(read.size()).isEqualTo(7);
        assertThat(read.platform()).contains(new Platform("linux", "arm", "v7"));
        assertThat(Descriptor.of(json("{\"digest\":\"" + DIGEST + "\",\"size\":0,\"platform\":null}"))
                        .platform())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"size\": 7}",
                "{\"digest\": \"sha256:0a\", \"size\": 7}",
                "{\"digest\": \"sha512:$\", \"size\": 7}",
                "{\"digest\": \"$x\", \"size\": 7}",
                "{\"digest\": \"$\"}",
                "{\"digest\": \"$\", \"size\": -1}",
                "{\"digest\": [\"$\"], \"size\": 1}",
            })
    void refusesWhatNobodyCanCheck(String text) {
        assertThatThrownBy(() -> Descriptor.of(json(text.replace("$", DIGEST))))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("a content that nobody can check")
                .extracting(failed -> ((RegistryException) failed).kind())
                .isEqualTo(RegistryException.Kind.OTHER);
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip,true",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip,true",
        "application/vnd.oci.image.layer.v1.tar+gzip,false",
        "'',false"
    })
    void knowsLayersThatMustNotBePassedOn(String mediaType, boolean foreign) {
        var layer = json("{\"digest\":\"" + DIGEST + "\",\"size\":1,\"mediaType\":\"" + mediaType + "\"}");

        assertThat(Descriptor.of(layer).foreign()).isEqualTo(foreign);
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64,linux/amd64,true",
        "linux/amd64,linux/arm64,false",
        "linux/amd64,windows/amd64,false",
        "linux/arm64,linux/arm64/v8,true",
        "linux/arm64/v8,linux/arm64,true",
        "linux/arm/v7,linux/arm/v6,false",
        "linux/arm/v7,linux/arm/v7,true"
    })
    void aPlatformTakesImagesThatRunOnIt(String has, String offered, boolean takes) {
        assertThat(Platform.parse(has).takes(Platform.parse(offered))).isEqualTo(takes);
        assertThat(Platform.parse(has)).hasToString(has);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "linux", "amd64"})
    void aWordAloneIsNoPlatform(String text) {
        assertThatThrownBy(() -> Platform.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is no platform, such as linux/amd64");
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
