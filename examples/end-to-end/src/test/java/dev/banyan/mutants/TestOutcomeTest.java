package dev.banyan.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.mutants.TestOutcome.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TestOutcomeTest {
    private static final String COUNTS = "[engine:junit-jupiter]/[class:dev.banyan.XTest]/[method:counts()]";

    @Test
    void tellsAssertionsFromClassesThatCannotBeLoaded() {
        assertThat(TestOutcome.kindOf(new AssertionError("2 is not 1"))).isEqualTo(Kind.ASSERTION);
        assertThat(TestOutcome.kindOf(new IllegalStateException(new AssertionError("2 is not 1"))))
                .isEqualTo(Kind.ASSERTION);
        assertThat(TestOutcome.kindOf(new AssertionError(new NoSuchMethodError("X.count"))))
                .isEqualTo(Kind.LINKAGE);
        assertThat(TestOutcome.kindOf(new IllegalStateException("no"))).isEqualTo(Kind.EXCEPTION);
    }

    @Test
    void anAssertionOfTheNamedTestCatches() {
        assertThat(caught(Kind.ASSERTION, "2 is not 1", "dev.banyan.XTest", Optional.empty()))
                .isTrue();
        assertThat(caught(Kind.ASSERTION, "2 is not 1", "dev.banyan.XTest#counts", Optional.empty()))
                .isTrue();
        assertThat(caught(Kind.ASSERTION, "2 is not 1", "dev.banyan.XTest#count", Optional.empty()))
                .isFalse();
        assertThat(caught(Kind.ASSERTION, "2 is not 1", "dev.banyan.YTest", Optional.empty()))
                .isFalse();
    }

    @Test
    void anExceptionCatchesOnlyByTheWordThatTheMutantNames() {
        assertThat(caught(Kind.EXCEPTION, "went back to 3", "dev.banyan.XTest", Optional.empty()))
                .isFalse();
        assertThat(caught(Kind.EXCEPTION, "went back to 3", "dev.banyan.XTest", Optional.of("went back")))
                .isTrue();
        assertThat(caught(Kind.ASSERTION, "2 is not 1", "dev.banyan.XTest", Optional.of("went back")))
                .isFalse();
        assertThat(caught(Kind.LINKAGE, "went back to 3", "dev.banyan.XTest", Optional.of("went back")))
                .isFalse();
    }

    @Test
    void whatRanNoTestIsNotGreen() {
        var nothing = new Properties();
        assertThat(TestOutcome.of(nothing).green()).isFalse();

        nothing.setProperty("tests", "3");
        assertThat(TestOutcome.of(nothing).green()).isTrue();
        assertThat(TestOutcome.without("no end").green()).isFalse();
    }

    private static boolean caught(Kind kind, String text, String test, Optional<String> says) {
        var results = new Properties();
        results.setProperty("tests", "1");
        results.setProperty("failure.0.test", COUNTS);
        results.setProperty("failure.0.kind", kind.name());
        results.setProperty("failure.0.text", text);
        var mutant = new Mutant(
                "m", "why", Path.of("x"), List.of(new Mutant.Edit("a", "b")), List.of(test), List.of(), says);
        return TestOutcome.of(results).catches(mutant, test);
    }
}
