package dev.banyan.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExceptionsTest {
    @Test
    void aViolationWithoutAnExceptionIsReported() {
        assertThat(Exceptions.parse(List.of("# none", ""), List.of()).complaints(List.of(longFile(501))))
                .containsExactly("file-length a/B.java 501 (hint)");
    }

    @Test
    void anExceptionWithAReasonStays() {
        var exceptions = Exceptions.parse(List.of("file-length a/B.java -- one table"), List.of());

        assertThat(exceptions.complaints(List.of(longFile(501)))).isEmpty();
        assertThat(exceptions.complaints(List.of()))
                .containsExactly("nothing needs this line of allowed.txt any more: file-length a/B.java");
    }

    @Test
    void anExceptionWithoutAReasonIsRefused() {
        assertThatThrownBy(() -> Exceptions.parse(List.of("file-length a/B.java"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an exception needs a reason: file-length a/B.java");
    }

    @Test
    void theRatchetOnlyTurnsOneWay() {
        var exceptions = Exceptions.parse(List.of(), List.of("file-length a/B.java 510"));

        assertThat(exceptions.complaints(List.of(longFile(510)))).isEmpty();
        assertThat(exceptions.complaints(List.of(longFile(511)))).containsExactly("file-length a/B.java 511 (hint)");
        assertThat(exceptions.complaints(List.of(longFile(505))))
                .containsExactly("lower ratchet.txt to: file-length a/B.java 505");
        assertThat(exceptions.complaints(List.of()))
                .containsExactly("mended, so take it out of ratchet.txt: file-length a/B.java");
    }

    @Test
    void violationsOfOneRuleInOneFileAreAddedUp() {
        var twice = List.of(
                new Violation("shell", "a/B.java", 1, "line 3"), new Violation("shell", "a/B.java", 1, "line 9"));

        assertThat(Violation.summed(twice)).containsExactly(new Violation("shell", "a/B.java", 2, "line 3; line 9"));
    }

    private static Violation longFile(int lines) {
        return new Violation("file-length", "a/B.java", lines, "hint");
    }
}
