package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerSpecTest {
    private static final ImageConfig IMAGE = new ImageConfig(
            List.of("/entry"),
            List.of("serve", "--all"),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    @Test
    void runsTheImagesEntrypointWithTheImagesCommand() {
        assertThat(process(Optional.empty(), Optional.empty()).commandLine(IMAGE))
                .containsExactly("/entry", "serve", "--all");
    }

    @Test
    void keepsTheEntrypointWhenOnlyTheCommandIsGiven() {
        assertThat(process(Optional.empty(), Optional.of(List.of("check"))).commandLine(IMAGE))
                .containsExactly("/entry", "check");
    }

    @Test
    void silencesTheImagesCommandWhenAnEntrypointIsGiven() {
        assertThat(process(Optional.of(List.of("/other")), Optional.empty()).commandLine(IMAGE))
                .containsExactly("/other");
    }

    @Test
    void takesAnEmptyEntrypointAsNone() {
        assertThat(process(Optional.of(List.of()), Optional.of(List.of("/bin/x")))
                        .commandLine(IMAGE))
                .containsExactly("/bin/x");
    }

    @Test
    void takesAnEmptyCommandAsNoArguments() {
        assertThat(process(Optional.empty(), Optional.of(List.of())).commandLine(IMAGE))
                .containsExactly("/entry");
    }

    @Test
    void refusesALogOutsideTheLogDirectory() {
        var image = ImageReference.parse("registry.banyan/a@sha256:" + "0".repeat(64));

        assertThatIllegalArgumentException().isThrownBy(() -> ContainerSpec.of("a", 0, image, "../0.log"));
        assertThatIllegalArgumentException().isThrownBy(() -> ContainerSpec.of("a", 0, image, "/0.log"));
    }

    @Test
    void keepsNoOutputWithoutALog() {
        var image = ImageReference.parse("registry.banyan/a@sha256:" + "0".repeat(64));

        assertThat(ContainerSpec.of("a", 0, image, "").logPath()).isEmpty();
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ContainerSpec.Limits(-1, 0, 0, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ContainerSpec.Rlimit("nofile", 10, 9));
        assertThatIllegalArgumentException().isThrownBy(() -> new ContainerSpec.Rlimit("No File", 1, 9));
    }

    private static ContainerSpec.Process process(Optional<List<String>> entrypoint, Optional<List<String>> command) {
        return new ContainerSpec.Process(entrypoint, command, Map.of(), Optional.empty(), Optional.empty());
    }
}
