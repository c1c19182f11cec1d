package dev.banyan.agent.workload.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.banyan.agent.container.ImageConfig;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskHealthTest {
    private static final ContainerSpec SILENT = ContainerSpec.getDefaultInstance();
    private static final ContainerSpec OWN = ContainerSpec.newBuilder()
            .setHealthcheck(HealthCheck.newBuilder().addTest("/own"))
            .build();
    private static final ContainerSpec DISABLED = ContainerSpec.newBuilder()
            .setSettings(ContainerSettings.newBuilder().setHealthcheckDisabled(true))
            .build();
    private static final Optional<ImageConfig> IMAGE = Optional.of(
            new ImageConfig(List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty())
                    .withCheck(Optional.of(new ImageConfig.Check(
                            List.of("/of", "image"),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(3),
                            Duration.ofSeconds(4),
                            5))));

    @Test
    void theServicesOwnCheckWins() {
        assertThat(TaskHealth.isTheImages(OWN)).isFalse();
        assertThat(TaskHealth.of(OWN, TaskHealth.annotations(IMAGE))).contains(OWN.getHealthcheck());
    }

    @Test
    void theImagesCheckHoldsWithoutOne() {
        assertThat(TaskHealth.isTheImages(SILENT)).isTrue();
        assertThat(TaskHealth.of(SILENT, TaskHealth.annotations(IMAGE)))
                .contains(HealthCheck.newBuilder()
                        .addTest("/of")
                        .addTest("image")
                        .setIntervalMs(1_000)
                        .setTimeoutMs(2_000)
                        .setStartPeriodMs(3_000)
                        .setStartIntervalMs(4_000)
                        .setRetries(5)
                        .build());
    }

    @Test
    void whatTheImageLeavesOutIsAsDockerHasIt() {
        var bare = IMAGE.map(image -> image.withCheck(Optional.of(
                new ImageConfig.Check(List.of("/x"), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0))));

        assertThat(TaskHealth.of(SILENT, TaskHealth.annotations(bare)))
                .hasValueSatisfying(check -> assertThat(check.getRetries()).isEqualTo(3));
    }

    @Test
    void aServiceCanSwitchItOff() {
        assertThat(TaskHealth.isTheImages(DISABLED)).isFalse();
        assertThat(TaskHealth.of(DISABLED, TaskHealth.annotations(IMAGE))).isEmpty();
    }

    @Test
    void anImageWithoutACheckIsHealthyWhileItRuns() {
        assertThat(TaskHealth.annotations(Optional.empty())).isEmpty();
        assertThat(TaskHealth.annotations(IMAGE.map(image -> image.withCheck(Optional.empty()))))
                .isEmpty();
        assertThat(TaskHealth.of(SILENT, Map.of())).isEmpty();
    }

    @Test
    void saysThatItCannotReadWhatAContainerCarries() {
        var broken = Map.of(TaskHealth.ANNOTATION, "%%");

        assertThatIllegalStateException().isThrownBy(() -> TaskHealth.of(SILENT, broken));
    }
}
