package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.StopSignal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageInfoTest {
    @Test
    void readsWhatAnImageSays() {
        var config = ImageInfo.read(
                Map.of(
                        "info",
                        """
                {"chainID": "sha256:1", "imageSpec": {"os": "linux", "config": {
                  "User": "redis", "Env": ["PATH=/bin", "EMPTY=", "A=b=c", "broken"], "Entrypoint": ["/entry"],
                  "Cmd": ["serve"], "WorkingDir": "/data", "StopSignal": "SIGQUIT"}}}"""));

        assertThat(config.entrypoint()).containsExactly("/entry");
        assertThat(config.command()).containsExactly("serve");
        assertThat(config.environment()).isEqualTo(Map.of("PATH", "/bin", "EMPTY", "", "A", "b=c"));
        assertThat(config.user()).contains("redis");
        assertThat(config.workingDirectory()).contains("/data");
        assertThat(config.stopSignal()).contains(new StopSignal(3));
    }

    @Test
    void takesAnythingForAbsent() {
        var config = ImageInfo.read(Map.of("info", "{\"imageSpec\": {\"config\": {\"Cmd\": null, \"User\": \"\"}}}"));

        assertThat(config.command()).isEmpty();
        assertThat(config.user()).isEmpty();
        assertThat(ImageInfo.read(Map.of()).entrypoint()).isEmpty();
    }

    @Test
    void saysThatItCouldNotReadAnAnswer() {
        assertThatThrownBy(() -> ImageInfo.read(Map.of("info", "[1")))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("configuration of an image");
        assertThatThrownBy(() -> ImageInfo.read(Map.of("info", "{\"imageSpec\": 3}")))
                .isInstanceOf(ContainerException.class);
    }
}
