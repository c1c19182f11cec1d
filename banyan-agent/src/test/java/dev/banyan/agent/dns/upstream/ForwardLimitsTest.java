package dev.banyan.agent.dns.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardLimitsTest {
    private final ForwardLimits limits = new ForwardLimits();

    @Test
    void aCircleEnds() {
        for (int i = 0; i < ForwardLimits.ALIKE; i++) {
            assertThat(limits.enter(asker(1), question(1))).isTrue();
        }
        assertThat(limits.enter(asker(1), question(1))).isFalse();
        assertThat(limits.enter(asker(2), question(1))).isTrue();
        assertThat(limits.enter(asker(1), question(2))).isTrue();

        limits.leave(asker(1), question(1));
        assertThat(limits.enter(asker(1), question(1))).isTrue();
    }

    @Test
    void oneAskerLeavesPlacesToOthers() {
        for (int i = 0; i < ForwardLimits.OF_ONE; i++) {
            assertThat(limits.enter(asker(1), question(i))).isTrue();
        }

        assertThat(limits.enter(asker(1), question(9_999))).isFalse();
        assertThat(limits.enter(asker(2), question(9_999))).isTrue();
    }

    @Test
    void thereIsAnEndToAllOfThem() {
        for (int i = 0; i < ForwardLimits.ALL; i++) {
            assertThat(limits.enter(asker(i / 10), question(i))).isTrue();
        }
        assertThat(limits.enter(asker(999), question(0))).isFalse();

        for (int i = 0; i < ForwardLimits.ALL; i++) {
            limits.leave(asker(i / 10), question(i));
        }
        assertThat(limits.enter(asker(999), question(0))).isTrue();
    }

    private static Ipv4Address asker(int number) {
        return new Ipv4Address(10 << 24 | number);
    }

    private static AnswerCache.Key question(int number) {
        return new AnswerCache.Key(List.of(), "n" + number + ".example.com.", 1, 1, false);
    }
}
