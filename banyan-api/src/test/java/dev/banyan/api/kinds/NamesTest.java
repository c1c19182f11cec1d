package dev.banyan.api.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "web-1", "0", "a1234567890123456789012345678901234567-9"})
    void acceptsLabels(String name) {
        assertThat(Names.problem(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Web,web", "my_app,my-app", "-web-,web", "a.b,a-b", "Straße 1,stra-e-1"})
    void offersTheFormThatWouldBeAccepted(String name, String better) {
        assertThat(Names.problem(name))
                .hasValueSatisfying(problem -> assertThat(problem).endsWith("try '" + better + "'"));
        assertThat(Names.isLabel(better)).isTrue();
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThat(Names.isLabel("a".repeat(40))).isTrue();
        assertThat(Names.isLabel("a".repeat(41))).isFalse();
    }

    @Test
    void offersNothingWhereNothingIsLeft() {
        assertThat(Names.problem("___"))
                .hasValueSatisfying(problem -> assertThat(problem).doesNotContain("; try"));
    }
}
