package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxSpecTest {
    @Test
    void changesTheAttemptAlone() {
        var spec = spec("web-1", "/logs", "/banyan");

        assertThat(spec.withAttempt(4).attempt()).isEqualTo(4);
        assertThat(spec.withAttempt(4).withAttempt(0)).isEqualTo(spec);
    }

    @Test
    void refusesHostNamesThatTheKernelRefuses() {
        assertThatIllegalArgumentException().isThrownBy(() -> spec("", "/logs", "/banyan"));
        assertThatIllegalArgumentException().isThrownBy(() -> spec("a".repeat(64), "/logs", "/banyan"));
    }

    @Test
    void refusesRelativePaths() {
        assertThatIllegalArgumentException().isThrownBy(() -> spec("web", "logs", "/banyan"));
        assertThatIllegalArgumentException().isThrownBy(() -> spec("web", "/logs", "banyan"));
    }

    private static SandboxSpec spec(String hostname, String logs, String cgroup) {
        return new SandboxSpec(
                "task", "uid", 0, hostname, Path.of(logs), cgroup, SandboxSpec.Dns.OF_THE_SERVER, Map.of(), Map.of());
    }
}
