package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {
    @ParameterizedTest
    @CsvSource({
        "SIGTERM, 15",
        "term, 15",
        "15, 15",
        "SIGQUIT, 3",
        "USR2, 12",
        "SIGSYS, 31",
        "SIGRTMIN, 34",
        "SIGRTMIN+3, 37",
        "RTMAX, 64",
        "SIGRTMAX-2, 62",
        "1, 1",
        "64, 64",
    })
    void readsNamesAndNumbers(String text, int number) {
        assertThat(Signals.number(text)).hasValue(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "SIG", "0", "65", "SIGNOPE", "SIGRTMIN+31", "SIGRTMIN-1", "SIGRTMAX+1", "SIGRTMAX-31", "-9"})
    void knowsWhatIsNone(String text) {
        assertThat(Signals.number(text)).isEmpty();
    }
}
