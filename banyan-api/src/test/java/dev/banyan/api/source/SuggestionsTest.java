package dev.banyan.api.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
    private static final List<String> KEYS = List.of(
            "image",
            "command",
            "entrypoint",
            "environment",
            "env_file",
            "ports",
            "depends_on",
            "restart",
            "healthcheck",
            "deploy");

    @Test
    void findsTheNearestWord() {
        assertThat(Suggestions.nearest("imge", KEYS)).contains("image");
        assertThat(Suggestions.nearest("Enviroment", KEYS)).contains("environment");
        assertThat(Suggestions.nearest("dependson", KEYS)).contains("depends_on");
        assertThat(Suggestions.didYouMean("prots", KEYS)).contains("did you mean \"ports\"?");
        assertThat(Suggestions.nearest("sp", List.of("ps"))).contains("ps");
    }

    @Test
    void guessesNothingForAnotherWord() {
        assertThat(Suggestions.nearest("kubernetes", KEYS)).isEmpty();
        assertThat(Suggestions.nearest("", KEYS)).isEmpty();
        assertThat(Suggestions.nearest("x".repeat(10_000), KEYS)).isEmpty();
    }

    @Test
    void rightsNineOfTenSingleTypingErrors() {
        var random = new SeededRandom(7);
        int right = 0;
        for (int i = 0; i < 1000; i++) {
            var key = KEYS.get(random.nextInt(KEYS.size()));
            right += Suggestions.nearest(mistyped(key, random), KEYS)
                            .filter(key::equals)
                            .isPresent()
                    ? 1
                    : 0;
        }

        assertThat(right).isGreaterThan(950);
    }

    private static String mistyped(String key, SeededRandom random) {
        int at = random.nextInt(key.length() - 1);
        char other = (char) ('a' + random.nextInt(26));
        return switch (random.nextInt(4)) {
            case 0 -> key.substring(0, at) + key.substring(at + 1);
            case 1 -> key.substring(0, at) + other + key.substring(at);
            case 2 -> key.substring(0, at) + other + key.substring(at + 1);
            default -> key.substring(0, at) + key.charAt(at + 1) + key.charAt(at) + key.substring(at + 2);
        };
    }
}
