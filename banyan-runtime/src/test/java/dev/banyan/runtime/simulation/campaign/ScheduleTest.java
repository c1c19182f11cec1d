package dev.banyan.runtime.simulation.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.simulation.fault.Strike;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final Schedule FULL = new Schedule(
            -7,
            Mode.LIVENESS,
            Optional.of(Set.of(new Strike("rain", "town", 3), new Strike("wind", "hill#2", 11))),
            Map.of("days", 4, "towns", 2),
            true);

    @Test
    void isReadAsItWasWritten() {
        assertThat(Schedule.parse(FULL.text())).isEqualTo(FULL);
        var drawn = Schedule.drawn(12, Mode.CALM);
        assertThat(Schedule.parse(drawn.text())).isEqualTo(drawn);
        var nothing = FULL.withStrikes(Set.of());
        assertThat(Schedule.parse(nothing.text())).isEqualTo(nothing);
    }

    @Test
    void isWrittenTheSameEveryTime() {
        assertThat(FULL.text())
                .isEqualTo(
                        """
                        seed = -7
                        mode = LIVENESS
                        steady = true
                        strikes = listed
                        size.days = 4
                        size.towns = 2
                        strike = rain@town#3
                        strike = wind@hill#2#11
                        """);
    }

    @Test
    void readsOverWhatIsForPeople() {
        assertThat(Schedule.parse("# found on a Monday\n\n  " + FULL.text())).isEqualTo(FULL);
    }

    @Test
    void takesWhatIsNotSaidAsUsual() {
        assertThat(Schedule.parse("seed = 5"))
                .isEqualTo(new Schedule(5, Mode.SAFETY, Optional.of(Set.of()), Map.of(), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sed = 1",
                "seed=1",
                "seed = one",
                "seed = 2",
                "mode = ANGRY",
                "steady = yes",
                "strikes = some",
                "size.days = many",
                "size.days = 9",
                "strike = rain",
                "strike = rain@town#3"
            })
    void refusesALineThatMeansNothingAndNamesIt(String line) {
        assertThatThrownBy(() -> Schedule.parse(FULL.text() + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + line + "'");
    }

    @Test
    void refusesAScheduleWithoutASeedAndStrikesThatNobodyLooksAt() {
        assertThatThrownBy(() -> Schedule.parse("mode = CALM")).hasMessageContaining("has a seed");
        assertThatThrownBy(() -> Schedule.parse("seed = 1\nstrikes = drawn\nstrike = rain@town#1"))
                .hasMessageContaining("lists no strikes");
    }
}
