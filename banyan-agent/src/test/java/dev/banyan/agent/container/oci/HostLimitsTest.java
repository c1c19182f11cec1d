package dev.banyan.agent.container.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Rlimit;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Tuning;
import java.util.List;
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
        assertThat(HostLimits.parse(LIMITS))
                .containsEntry("RLIMIT_NOFILE", 20_000L)
                .containsEntry("RLIMIT_NPROC", 96_365L)
                .containsEntry("RLIMIT_CPU", Long.MAX_VALUE)
                .containsEntry("RLIMIT_NICE", 0L)
                .hasSize(5);
    }

    @Test
    void cutsWishesDownToWhatTheServerAllows() {
        var host = new HostLimits(HostLimits.parse(LIMITS), -1000);

        assertThat(host.clamp(new Rlimit("nofile", 100, 1_000_000))).isEqualTo(new Rlimit("nofile", 100, 20_000));
        assertThat(host.clamp(new Rlimit("nofile", 30_000, 30_000))).isEqualTo(new Rlimit("nofile", 20_000, 20_000));
        assertThat(host.clamp(new Rlimit("core", 5, 7))).isEqualTo(new Rlimit("core", 5, 7));
    }

    @Test
    void tellsWhatItCutsDown() {
        var host = new HostLimits(HostLimits.parse(LIMITS), -100);
        var plain =
                ContainerSpec.of("web", 1, ImageReference.parse("registry.banyan/a@sha256:" + "0".repeat(64)), "1.log");

        assertThat(host.cuts(plain)).isEmpty();
        assertThat(host.cuts(plain.withLimits(new ContainerSpec.Limits(
                                0,
                                0,
                                0,
                                List.of(new Rlimit("nofile", 1, 20_000), new Rlimit("nproc", 5, Long.MAX_VALUE))))
                        .withTuning(scored(-101))))
                .containsExactly(
                        "nproc of 5:unlimited is cut down to 5:96365, this server's own limit",
                        "oom_score_adj of -101 is raised to -100, this server's least");
        assertThat(host.cuts(plain.withTuning(scored(-100)))).isEmpty();
    }

    @Test
    void whoMayExceedItsBoundsHasTheCapability() {
        assertThat(HostLimits.mayExceed("Name:\tx\nCapEff:\t000001ffffffffff\n"))
                .isTrue();
        assertThat(HostLimits.mayExceed("Name:\tx\nCapEff:\t000001fffeffffff\n"))
                .isFalse();
        assertThat(HostLimits.mayExceed("")).isFalse();
    }

    private static Tuning scored(int score) {
        return new Tuning(
                Tuning.Manner.USUAL, new Tuning.Shares("", 0, score, 0), Tuning.Powers.USUAL, Isolation.USUAL);
    }

    @Test
    void readsThoseOfThisServer() {
        assertThat(HostLimits.ofThisProcess().knows(new Rlimit("nofile", 1, 1))).isTrue();
    }
}
