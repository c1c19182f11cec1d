package dev.banyan.engine.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CloneAlarmTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final CloneAlarm alarm = new CloneAlarm();

    @Test
    void staysCalmWhileOneMachineReconnects() {
        for (int i = 0; i < 50; i++) {
            assertThat(alarm.registered("web", "boot-1", i)).isFalse();
        }
    }

    @Test
    void staysCalmWhileAMachineRebootsNowAndThen() {
        for (int i = 0; i < 50; i++) {
            assertThat(alarm.registered("web", "boot-" + i, i * MINUTE / 2)).isFalse();
        }
    }

    @Test
    void raisesTheFourthAlternationWithinAMinute() {
        for (int i = 0; i < 4; i++) {
            assertThat(alarm.registered("web", "boot-" + i % 2, i)).isFalse();
        }

        assertThat(alarm.registered("web", "boot-0", 5)).isTrue();
        assertThat(alarm.registered("db", "boot-1", 6)).isFalse();
    }
}
