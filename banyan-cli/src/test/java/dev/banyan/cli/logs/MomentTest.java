package dev.banyan.cli.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MomentTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void isSoLongAgoOrATimeOfTheClock() {
        assertThat(Moment.parse("90s", NOW)).isEqualTo("2026-11-22T09:58:30Z");
        assertThat(Moment.parse("1h30m", NOW)).isEqualTo("2026-11-22T08:30:00Z");
        assertThat(Moment.parse("2d", NOW)).isEqualTo("2026-11-20T10:00:00Z");
        assertThat(Moment.parse("2026-11-22T09:00:00.5Z", NOW)).isEqualTo("2026-11-22T09:00:00.5Z");
        assertThat(Moment.parse("2026-11-22T10:00:00+01:00", NOW)).isEqualTo("2026-11-22T09:00:00Z");
    }

    @Test
    void isNothingElse() {
        for (var text : List.of("", "10", "m", "1m1h", "-5m", "yesterday", "2026-11-22", "99999999999s")) {
            assertThatThrownBy(() -> Moment.parse(text, NOW)).as(text).hasMessageContaining("is no time");
        }
    }
}
