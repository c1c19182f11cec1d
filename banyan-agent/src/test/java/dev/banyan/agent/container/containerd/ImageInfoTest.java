package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.StopSignal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void readsTheHealthCheckThatDockersBuilderWrites() {
        assertThat(
                        ImageInfo.check(
                                """
                {"config": {"Healthcheck": {"Test": ["CMD-SHELL", "a | b"], "Interval": 5000000000, "Timeout": 1000000,
                  "StartPeriod": 2000000000, "StartInterval": 3000000000, "Retries": 7}}}"""))
                .contains(new ImageConfig.Check(
                        List.of("/bin/sh", "-c", "a | b"),
                        Duration.ofSeconds(5),
                        Duration.ofMillis(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        7));
        assertThat(ImageInfo.check("{\"config\": {\"Healthcheck\": {\"Test\": [\"CMD\", \"/x\", \"y\"]}}}"))
                .contains(new ImageConfig.Check(
                        List.of("/x", "y"), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"config\": null}",
                "{\"config\": {\"Healthcheck\": null}}",
                "{\"config\": {\"Healthcheck\": {}}}",
                "{\"config\": {\"Healthcheck\": {\"Test\": []}}}",
                "{\"config\": {\"Healthcheck\": {\"Test\": [\"NONE\"]}}}",
                "{\"config\": {\"Healthcheck\": {\"Test\": [\"CMD\"]}}}",
            })
    void findsNoHealthCheckWhereThereIsNone(String configuration) {
        assertThat(ImageInfo.check(configuration)).isEmpty();
    }

    @Test
    void saysThatItCouldNotReadAHealthCheck() {
        assertThatThrownBy(() -> ImageInfo.check("[1"))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("health check of an image");
    }
}
