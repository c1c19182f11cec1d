package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StopSignalTest {
    @ParameterizedTest
    @CsvSource({
        "SIGTERM,15",
        "TERM,15",
        "sigquit,3",
        "15,15",
        "SIGKILL,9",
        "SIGUSR1,10",
        "SIGWINCH,28",
        "SIGSYS,31",
        "SIGRTMIN+3,37",
        "RTMAX-1,63",
        "64,64"
    })
    void readsNamesAndNumbers(String text, int number) {
        assertThat(StopSignal.parse(text)).contains(new StopSignal(number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SIG", "SIGNOTHING", "0", "65", "-1", "SIGRTMIN+99", "15 "})
    void refusesWhatIsNoSignal(String text) {
        assertThat(StopSignal.parse(text)).isEmpty();
    }

    @Test
    void refusesNumbersThatLinuxDoesNotHave() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StopSignal(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new StopSignal(65));
    }
}
