package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Limits;
import dev.banyan.agent.container.ContainerSpec.Rlimit;
import dev.banyan.agent.container.ImageReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecPatchTest {
    private static final HostLimits HOST = new HostLimits(Map.of("RLIMIT_NOFILE", 20_000L), -100);
    private static final String SPEC =
            """
            {"process": {"args": ["/bin/x"]}, "linux": {"resources": {"memory": {"limit": 9223372036854775807}}}}""";

    private static final ContainerSpec PLAIN =
            ContainerSpec.of("web", 1, ImageReference.parse("registry.banyan/a@sha256:" + "0".repeat(64)), "1.log");

    @Test
    void isNeededOnlyForWhatTheInterfaceLacks() {
        assertThat(SpecPatch.needed(with(new Limits(500, 1 << 20, 0, List.of())))).isFalse();
        assertThat(SpecPatch.needed(with(new Limits(0, 0, 1, List.of())))).isTrue();
        assertThat(SpecPatch.needed(with(new Limits(0, 0, 0, List.of(new Rlimit("nofile", 1, 1))))))
                .isTrue();
    }

    @Test
    void addsLimitsAndKeepsEverythingElse() {
        var limits = new Limits(0, 0, 40, List.of(new Rlimit("nofile", 100, 1_000_000)));

        var patched = SpecPatch.apply(SPEC, with(limits), HOST);

        assertThat(JsonParser.parseString(patched))
                .isEqualTo(
                        JsonParser.parseString(
                                """
                {"process": {"args": ["/bin/x"], "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 20000}]},
                 "linux": {"resources": {"memory": {"limit": 9223372036854775807}, "pids": {"limit": 40}}}}"""));
        assertThat(patched).contains("9223372036854775807");
    }

    @Test
    void makesThePartsThatAreMissing() {
        var patched = SpecPatch.apply("{}", with(new Limits(0, 0, 5, List.of())), HOST);

        assertThat(patched).isEqualTo("{\"linux\":{\"resources\":{\"pids\":{\"limit\":5}}}}");
    }

    @Test
    void refusesALimitThatTheServerDoesNotKnow() {
        var limits = new Limits(0, 0, 0, List.of(new Rlimit("nosuch", 1, 1)));

        assertThatThrownBy(() -> SpecPatch.apply(SPEC, with(limits), HOST))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("nosuch");
    }

    private static ContainerSpec with(Limits limits) {
        return PLAIN.withLimits(limits);
    }
}
