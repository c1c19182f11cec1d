package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerSpec.Rlimit;
import org.junit.jupiter.api.Test;

class HostLimitsTest {
    private static final String LIMITS =
            """
            Limit                     Soft Limit           Hard Limit           Units
            Max cpu time              unlimited            unlimited            seconds
            Max core file size        0                    unlimited            bytes
            Max processes             96365                96365                processes
            Max open files            1024                 20000                files
            Max nice priority         0                    0
            """;

    @Test
    void readsTheHardLimits() {
        assertThat(HostLimits.parse(LIMITS).hard())
                .containsEntry("RLIMIT_NOFILE", 20_000L)
                .containsEntry("RLIMIT_NPROC", 96_365L)
                .containsEntry("RLIMIT_CPU", Long.MAX_VALUE)
                .containsEntry("RLIMIT_NICE", 0L)
                .hasSize(5);
    }

    @Test
    void cutsWishesDownToWhatTheServerAllows() {
        var host = HostLimits.parse(LIMITS);

        assertThat(host.clamp(new Rlimit("nofile", 100, 1_000_000))).isEqualTo(new Rlimit("nofile", 100, 20_000));
        assertThat(host.clamp(new Rlimit("nofile", 30_000, 30_000))).isEqualTo(new Rlimit("nofile", 20_000, 20_000));
        assertThat(host.clamp(new Rlimit("core", 5, 7))).isEqualTo(new Rlimit("core", 5, 7));
    }

    @Test
    void readsThoseOfThisServer() {
        assertThat(HostLimits.ofThisProcess().knows(new Rlimit("nofile", 1, 1))).isTrue();
    }
}
