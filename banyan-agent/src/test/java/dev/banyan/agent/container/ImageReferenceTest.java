package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @Test
    void readsRepositoryAndDigest() {
        var image = ImageReference.parse("registry.banyan:7444/shop/web-1@" + DIGEST);

        assertThat(image.repository()).isEqualTo("registry.banyan:7444/shop/web-1");
        assertThat(image.digest()).isEqualTo(DIGEST);
        assertThat(image).hasToString("registry.banyan:7444/shop/web-1@" + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.banyan/web:1",
                "registry.banyan/web",
                "web@sha256:0123",
                "registry.banyan/Web@sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "registry.banyan/a/../b@sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "registry.banyan/web:1@sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "registry.banyan/web@md5:0000000000000000000000000000000000000000000000000000000000000000"
            })
    void refusesWhatDoesNotNameOneContent(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse(text));
    }

    @Test
    void refusesRepositoriesBeyondTheProtocolsLength() {
        var name = "registry.banyan/" + "a".repeat(240);

        assertThatIllegalArgumentException().isThrownBy(() -> new ImageReference(name, DIGEST));
    }
}
