package dev.banyan.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.Condition.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LATER = Instant.EPOCH.plusSeconds(60);

    private final Conditions ready = Conditions.NONE.set(ready(Status.TRUE, "Started", 1, FIRST));

    @Test
    void keepsTheTimeOfTheLastChangeWhileTheStatusStays() {
        var again = ready.set(ready(Status.TRUE, "Checked", 2, LATER));

        assertThat(again.get("Ready")).contains(ready(Status.TRUE, "Checked", 2, FIRST));
        assertThat(again.set(ready(Status.FALSE, "Stopped", 2, LATER)).get("Ready"))
                .contains(ready(Status.FALSE, "Stopped", 2, LATER));
    }

    @Test
    void isTheSameWhenNothingChanges() {
        assertThat(ready.set(ready(Status.TRUE, "Started", 1, LATER))).isSameAs(ready);
        assertThat(ready.without("Other")).isSameAs(ready);
    }

    @Test
    void ignoresWhatSpeaksOfAnOlderSpec() {
        var newer = ready.set(ready(Status.FALSE, "Stopped", 5, LATER));

        assertThat(newer.set(ready(Status.TRUE, "Started", 4, LATER))).isSameAs(newer);
    }

    @Test
    void isEqualInWhateverOrderItWasMade() {
        var other = new Condition("Available", Status.UNKNOWN, "Starting", "", 1, FIRST);

        assertThat(ready.set(other)).isEqualTo(Conditions.NONE.set(other).set(ready(Status.TRUE, "Started", 1, FIRST)));
        assertThat(ready.set(other).without("Available")).isEqualTo(ready);
    }

    @Test
    void holdsOnlyForTheSpecThatItSpeaksOf() {
        assertThat(ready.holds("Ready", meta(1))).isTrue();
        assertThat(ready.holds("Ready", meta(2))).isFalse();
        assertThat(ready.holds("Other", meta(1))).isFalse();
        assertThat(Conditions.NONE
                        .set("Ready", Status.UNKNOWN, "Starting", "", meta(1), FIRST)
                        .holds("Ready", meta(1)))
                .isFalse();
    }

    @Test
    void refusesTwoFactsOfOneType() {
        assertThatThrownBy(() ->
                        new Conditions(List.of(ready(Status.TRUE, "A", 1, FIRST), ready(Status.FALSE, "B", 1, FIRST))))
                .hasMessageContaining("Ready");
    }

    private static Condition ready(Status status, String reason, long generation, Instant change) {
        return new Condition("Ready", status, reason, "", generation, change);
    }

    private static ObjectMeta meta(long generation) {
        return new ObjectMeta(
                "u", Map.of(), Map.of(), List.of(), List.of(), generation, 1, 1, FIRST, Optional.empty(), "n");
    }
}
