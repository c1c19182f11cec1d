package dev.banyan.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.simulated.CrashSearch.Deed;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wanted is what runs, at whichever deed a process dies. */
class CrashSearchTest {
    @ParameterizedTest
    @CsvSource({
        "SCALE, WRITE_OF_ENGINE, 25",
        "CHANGE_IMAGE, CALL_OF_AGENT, 8",
        "REMOVE_AND_DEPLOY_AGAIN, WRITE_OF_ENGINE, 30",
        "REMOVE_AND_DEPLOY_AGAIN, CALL_OF_AGENT, 8"
    })
    void aStoryEndsAsWantedWhereverAProcessDies(Story story, Deed deed, int atLeast) throws IOException {
        assertThat(new CrashSearch(story, deed).all()).as("deeds").isGreaterThanOrEqualTo(atLeast);
    }
}
