package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "a1, a1, true",
        "a1, a2, false",
        "*, anything, true",
        "db-*, db-1, true",
        "db-*, web-1, false",
        "*-1, db-1, true",
        "d?-1, db-1, true",
        "d?-1, d-1, false",
        "*b*b*, abcb, true",
        "*b*b*, abc, false",
        "a.c, abc, false",
    })
    void matchesLikeAShell(String pattern, String text, boolean matches) {
        assertThat(Glob.matches(pattern, text)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource("*a*a*a*a*a*a*a*a*a*a*a*a*b")
    void doesNotBlowUpOnHostilePatterns(String pattern) {
        assertThat(Glob.matches(pattern, "a".repeat(20_000))).isFalse();
    }
}
