package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullProgressTest {
    @ParameterizedTest
    @CsvSource({"0, 7, 0", "1, 200, 0", "199, 200, 99", "200, 200, 100", "4611686018427387903, 9223372036854775807, 49"
    })
    void isAllOfItOnlyWhenItIs(long done, long total, int percent) {
        assertThat(new PullProgress(done, total, 0, 1).percent()).isBetween(percent, percent + (percent == 49 ? 1 : 0));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 1", "-1, 5, 0, 1", "6, 5, 0, 1", "1, 5, 2, 1", "1, 5, -1, 1", "1, 5, 0, 0"})
    void thereIsNoMoreThanAll(long done, long total, int layersDone, int layers) {
        assertThatThrownBy(() -> new PullProgress(done, total, layersDone, layers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no such share: ");
    }

    @Test
    void theWholeIsWhole() {
        assertThat(new PullProgress(5, 5, 1, 1).percent()).isEqualTo(100);
    }
}
