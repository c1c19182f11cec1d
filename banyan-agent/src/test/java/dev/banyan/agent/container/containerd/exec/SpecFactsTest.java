package dev.banyan.agent.container.containerd.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.door.ContainerDetails.Limits;
import dev.banyan.agent.container.door.ContainerDetails.Mount;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecFactsTest {
    @Test
    void showsWhatWasMountedAndNotWhatEveryContainerHas() {
        var facts = new SpecFacts(
                """
                {"mounts": [
                  {"destination": "/proc", "type": "proc", "source": "proc"},
                  {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
                  {"destination": "/dev/shm", "type": "bind", "source": "/run/shm"},
                  {"destination": "/data", "type": "bind", "source": "/srv/data", "options": ["rbind", "ro"]},
                  {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}]}
                """);

        assertThat(facts.mounts())
                .containsExactly(
                        new Mount("/srv/data", "/data", "bind", List.of("rbind", "ro")),
                        new Mount("tmpfs", "/tmp", "tmpfs", List.of()));
    }

    @Test
    void showsTheLimitsThatWereSet() {
        var facts = new SpecFacts(
                """
                {"process": {"env": ["TOKEN=k7secret"], "rlimits": [
                   {"type": "RLIMIT_CORE", "soft": 5, "hard": 5}, {"type": "RLIMIT_NOFILE", "soft": 64, "hard": 99}]},
                 "linux": {"resources": {
                   "memory": {"limit": 67108864, "swap": 134217728},
                   "cpu": {"shares": 512, "quota": 25000, "period": 100000, "cpus": "0-1"},
                   "pids": {"limit": 100}}}}
                """);

        assertThat(facts.limits()).isEqualTo(new Limits(67_108_864, 134_217_728, 250, "0-1", 100, 64));
        assertThat(facts.mounts()).isEmpty();
    }

    @Test
    void whatIsNotLimitedIsZero() {
        var none = new Limits(0, 0, 0, "", 0, 0);

        assertThat(new SpecFacts("{}").limits()).isEqualTo(none);
        assertThat(new SpecFacts(
                                """
                {"linux": {"resources": {"memory": {"limit": -1}, "cpu": {"quota": -1, "period": 100000}, "pids": {"limit": -1}}}}
                """)
                        .limits())
                .isEqualTo(none);
    }
}
