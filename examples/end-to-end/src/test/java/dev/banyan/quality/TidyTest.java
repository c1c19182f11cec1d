package dev.banyan.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The sources of all modules against the rules of size, names, calls and documentation. */
class TidyTest {
    private final List<SourceFile> files = SourceFile.all(SourceFile.top());

    @Test
    void everyModuleIsLookedAt() {
        for (String module : List.of("runtime", "api", "engine", "agent", "cli")) {
            assertThat(files).anyMatch(file -> file.path().startsWith("banyan-" + module + "/src/main/java/"));
        }
    }

    @Test
    void theTreeIsTidy() {
        var exceptions = Exceptions.parse(Resources.lines("allowed.txt"), Resources.lines("ratchet.txt"));

        var complaints = exceptions.complaints(Violation.summed(TidyRules.all(files)));

        assertThat(complaints).isEmpty();
    }
}
