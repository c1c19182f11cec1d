package dev.banyan.cli.image.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.registry.Descriptor;
import dev.banyan.api.registry.FakeRegistry;
import dev.banyan.api.registry.ImageManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    private static final String OCI = "application/vnd.oci.image.";

    @TempDir
    private Path directory = Path.of("");

    @Test
    void isTheOneImageOfALayout() throws Exception {
        var image = image("layer");
        layout(image);

        var files = ImageFiles.open(directory);

        assertThat(files.top().digest()).isEqualTo(image);
        assertThat(files.top().index()).isFalse();
        for (var part : files.top().blobs()) {
            try (var bytes = files.blob(part)) {
                assertThat(bytes.readAllBytes()).hasSize((int) part.size());
            }
        }
    }

    @Test
    void isAnIndexWithSeveral() throws Exception {
        var one = image("one");
        var two = image("two");
        layout(one, two);

        var files = ImageFiles.open(directory);

        assertThat(files.top().index()).isTrue();
        assertThat(files.top().manifests()).extracting(Descriptor::digest).containsExactly(one, two);
        assertThat(files.top().manifests().stream().map(files::manifest).map(ImageManifest::digest))
                .containsExactly(one, two);
    }

    @Test
    void isWhatAnArchiveOfDockersHolds() throws Exception {
        Files.writeString(directory.resolve("c.json"), "{\"os\":\"linux\"}");
        Files.createDirectories(directory.resolve("a"));
        Files.writeString(directory.resolve("a/layer.tar"), "first");
        Files.writeString(directory.resolve("b.tar"), "second");
        Files.writeString(
                directory.resolve("manifest.json"), "[{\"Config\":\"c.json\",\"Layers\":[\"a/layer.tar\",\"b.tar\"]}]");

        var files = ImageFiles.open(directory);

        assertThat(files.top().mediaType()).isEqualTo(ImageManifest.OCI_MANIFEST);
        assertThat(files.top().blobs())
                .extracting(Descriptor::digest)
                .containsExactly(
                        FakeRegistry.digest("{\"os\":\"linux\"}"),
                        FakeRegistry.digest("first"),
                        FakeRegistry.digest("second"));
        try (var bytes = files.blob(files.top().blobs().get(2))) {
            assertThat(new String(bytes.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("second");
        }
        assertThat(ImageFiles.open(directory).top().digest())
                .as("the same files are the same image")
                .isEqualTo(files.top().digest());
    }

    @Test
    void refusesAnArchiveWhoseNamesLeadOutOfIt() throws Exception {
        for (var name : List.of("../out", "a/../../out", "/etc/passwd")) {
            Files.writeString(directory.resolve("manifest.json"), "[{\"Config\":\"" + name + "\",\"Layers\":[]}]");

            assertThatThrownBy(() -> ImageFiles.open(directory))
                    .as(name)
                    .isInstanceOfSatisfying(BuildException.class, refused -> assertThat(refused.words())
                            .contains("leads out of its directory: " + name));
        }
    }

    @Test
    void refusesWhatIsNoImage() throws Exception {
        for (var text : List.of("{", "{}", "[]", "[7]", "[{\"Config\":\"manifest.json\"}]", "\"text\"")) {
            Files.writeString(directory.resolve("manifest.json"), text);

            assertThatThrownBy(() -> ImageFiles.open(directory)).as(text).isInstanceOf(BuildException.class);
        }
    }

    @Test
    void aDirectoryWithoutEitherIsNone() {
        assertThatThrownBy(() -> ImageFiles.open(directory)).isInstanceOf(NoSuchFileException.class);
    }

    private String image(String layer) throws IOException {
        return blob("{\"schemaVersion\":2,\"config\":" + part(OCI + "config.v1+json", blob("{}"), 2) + ",\"layers\":["
                + part(OCI + "layer.v1.tar", blob(layer), layer.length()) + "]}");
    }

    private void layout(String... images) throws IOException {
        var parts = List.of(images).stream()
                .map(image -> part(ImageManifest.OCI_MANIFEST, image, 1))
                .toList();
        Files.writeString(
                directory.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", parts) + "]}");
    }

    private String blob(String text) throws IOException {
        var digest = FakeRegistry.digest(text);
        var blobs = Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(blobs.resolve(digest.substring("sha256:".length())), text);
        return digest;
    }

    private static String part(String type, String digest, int size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }
}
