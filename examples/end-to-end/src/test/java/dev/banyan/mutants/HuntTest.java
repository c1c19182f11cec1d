package dev.banyan.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.BuildTree;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a hunt tells what was caught from what was not, on a small room of the library. */
class HuntTest {
    private static final String HEADER =
            """
            why: a backoff ends somewhere
            source: banyan-runtime/src/main/java/dev/banyan/runtime/queue/Backoff.java
            test: dev.banyan.runtime.queue.BackoffTest
            === instead of
            return Duration.ofNanos(full - (long) (full * JITTER * random.nextDouble()));
            === stands
            """;

    @TempDir
    private Path scratch;

    @Test
    void theTestsPassAsTheyAre() {
        assertThat(hunt().alreadyRed(List.of(mutant("return Duration.ZERO;")))).isEmpty();
    }

    @Test
    void aMutantThatBreaksSomethingIsCaught() {
        assertThat(pursued("return Duration.ofNanos(2 * full);").survived()).isEmpty();
    }

    @Test
    void aMutantThatBreaksNothingSurvives() {
        var harmless = pursued("return Duration.ofNanos(full - (long) (JITTER * full * random.nextDouble()));");

        assertThat(harmless.survived()).isEqualTo("BackoffTest passes");
        assertThat(harmless.toString()).startsWith("SURVIVED");
    }

    @Test
    void aMutantThatIsNoProgramIsNotCaught() {
        assertThat(pursued("return full;").survived()).contains("does not compile", "Duration");
    }

    private Hunt.Catch pursued(String instead) {
        return hunt().pursue(mutant(instead));
    }

    private Hunt hunt() {
        return new Hunt(new BuiltModules(BuildTree.root()), scratch);
    }

    private static Mutant mutant(String instead) {
        return Mutant.parse("00-example", HEADER + instead + "\n");
    }
}
