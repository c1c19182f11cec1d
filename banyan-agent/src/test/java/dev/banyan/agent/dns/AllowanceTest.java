package dev.banyan.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final Ipv4Address LOUD = Ipv4Address.parse("10.192.3.7");
    private static final Ipv4Address QUIET = Ipv4Address.parse("10.192.3.8");

    @Test
    void oneThatAsksWithoutEndLeavesTheOthersTheirs() {
        var allowance = new Allowance(0);
        int heard = 0;
        for (int i = 0; i < 2 * Allowance.A_SECOND; i++) {
            heard += allowance.admits(LOUD, i) ? 1 : 0;
        }

        assertThat(heard).isEqualTo(Allowance.A_SECOND);
        assertThat(allowance.admits(QUIET, 5)).isTrue();
    }

    @Test
    void isWholeAgainASecondLater() {
        var allowance = new Allowance(7);
        for (int i = 0; i <= Allowance.A_SECOND; i++) {
            allowance.admits(LOUD, 7);
        }

        long later = 7 + Duration.ofSeconds(1).toNanos();
        assertThat(allowance.admits(LOUD, later - 1)).isFalse();
        assertThat(allowance.admits(LOUD, later)).isTrue();
    }
}
