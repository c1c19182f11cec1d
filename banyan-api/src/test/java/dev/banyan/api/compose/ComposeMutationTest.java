package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ComposeMutationTest {
    /** Characters that mean something to YAML, to templates or to numbers. */
    private static final String POOL =
            " \t\n:-[]{},&*!|>'\"%@`#?$<~\\/=.09azAZ\u0000\u0007\u0085\u2028\ufeff\ud800\u00fc";

    @Test
    void answersAnyDamagedFileWithinItsBounds() {
        var good = ComposeFiles.resource("full.yaml");
        var random = new SeededRandom(11);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            var damaged = damaged(good, random);
            var reasons = ComposeFiles.refused(damaged);
            refused += reasons.isEmpty() ? 0 : 1;
            long lines = damaged.split("\\R|\u0085|\u2028", -1).length;
            assertThat(reasons).as(damaged).allSatisfy(reason -> {
                assertThat(reason.position().line()).isBetween(1, (int) lines + 1);
                assertThat(reason.render()).isNotBlank();
            });
        }

        assertThat(refused).isGreaterThan(1500);
    }

    @Test
    void answersNoise() {
        var random = new SeededRandom(12);
        for (int i = 0; i < 2000; i++) {
            var noise = new StringBuilder();
            for (int length = random.nextInt(200); length > 0; length--) {
                noise.append(POOL.charAt(random.nextInt(POOL.length())));
            }
            assertThat(ComposeFiles.load(noise.toString())).isNotNull();
        }
    }

    @Test
    void pointsAtTheLineThatWasMistyped() {
        var lines = ComposeFiles.resource("full.yaml").lines().toList();
        var random = new SeededRandom(13);
        int pointed = 0;
        int total = 0;
        for (int i = 0; i < 1000; i++) {
            int at = random.nextInt(lines.size());
            var line = lines.get(at);
            int colon = line.indexOf(':');
            if (!line.strip().matches("[a-z_]+:.*") || userKey(line)) {
                continue;
            }
            var mutated = new ArrayList<>(lines);
            mutated.set(at, line.substring(0, colon) + "q" + line.substring(colon));
            var reasons = ComposeFiles.refused(String.join("\n", mutated) + "\n");
            total++;
            pointed += reasons.stream().anyMatch(reason -> reason.position().line() == at + 1) ? 1 : 0;
        }

        assertThat(total).isGreaterThan(500);
        assertThat(pointed * 100).isGreaterThanOrEqualTo(total * 98);
    }

    /** Names of services are the author's own: another name is no mistake there. */
    private static boolean userKey(String line) {
        return line.matches("  (web|db|migrate|worker):.*|      (db|migrate):.*");
    }

    @Test
    void loadsWhatItPrints() {
        var random = new SeededRandom(14);
        for (int i = 0; i < 500; i++) {
            var manifest = ComposeFiles.loaded(RandomCompose.write(random));
            assertThat(ComposeFiles.loaded(ComposePrinter.print(manifest))).isEqualTo(manifest);
        }
    }

    private static String damaged(String good, SeededRandom random) {
        var text = new StringBuilder(good);
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            int at = random.nextInt(text.length());
            char c = POOL.charAt(random.nextInt(POOL.length()));
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, c);
                case 2 -> text.setCharAt(at, c);
                default -> text.insert(at, good, at / 2, Math.min(good.length(), at / 2 + random.nextInt(200)));
            }
        }
        return text.toString();
    }
}
