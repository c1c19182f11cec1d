package dev.banyan.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.store.StoreException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void numbersAreAContract() {
        assertThat(Arrays.stream(ExitCode.values()).map(code -> code.number() + " " + code))
                .containsExactly(
                        "0 OK",
                        "1 FAILED",
                        "2 USAGE",
                        "3 INVALID",
                        "4 UNSCHEDULABLE",
                        "5 DENIED",
                        "6 UNREACHABLE",
                        "7 TIMEOUT",
                        "8 CONFLICT",
                        "130 INTERRUPTED");
    }

    @Test
    void everyReasonOfTheEngineHasItsCode() {
        assertThat(Arrays.stream(Reason.values())
                        .map(reason -> reason + " " + ExitCode.of(reason).number()))
                .containsExactly(
                        "CONFLICT 8",
                        "ALREADY_EXISTS 8",
                        "NOT_FOUND 2",
                        "REJECTED 3",
                        "DENIED 5",
                        "UNAUTHENTICATED 5",
                        "FENCED 8",
                        "TOO_LARGE 3",
                        "OUTCOME_UNKNOWN 1",
                        "UNAVAILABLE 6",
                        "OVERLOADED 6",
                        "COMPACTED 1",
                        "CORRUPT 1",
                        "INTERNAL 1");
        assertThat(Arrays.stream(StoreException.Reason.values())
                        .map(reason -> reason + " " + ExitCode.of(reason).number()))
                .containsExactly("UNAVAILABLE 6", "COMPACTED 1", "DENIED 5", "CORRUPT 1");
    }
}
