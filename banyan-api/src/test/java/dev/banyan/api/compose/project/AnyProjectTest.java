package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.node.JsonPrinter;
import dev.banyan.api.compose.node.Printer;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.runtime.env.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for projects that nobody chose. */
class AnyProjectTest {
    /** Characters that mean something to YAML, to templates or to numbers. */
    private static final String POOL =
            " \t\n:-[]{},&*!|>'\"%@`#?$<~\\/=.09azAZ\u0000\u0007\u0085\u2028\ufeff\ud800\u00fc";

    @Test
    void isTheSameAfterItWasPrinted() {
        var random = new SeededRandom(41);
        for (int i = 0; i < 1500; i++) {
            var text = RandomProject.write(random);
            var loaded = Projects.of(text).load();
            var printed = loaded.printed();
            var again = Projects.of(printed).load();
            assertThat(again.right().tree())
                    .as(text + "\n" + printed)
                    .matches(loaded.right().tree()::same);
        }
    }

    @Test
    void isTheSameAfterItWasPrintedAsJson() {
        var random = new SeededRandom(48);
        for (int i = 0; i < 1500; i++) {
            var text = RandomProject.write(random);
            var tree = Projects.of(text).load().right().tree();
            var printed = JsonPrinter.print(tree);
            assertThat(Projects.of(printed).load().right().tree())
                    .as(text + "\n" + printed)
                    .matches(tree::same);
        }
    }

    @Test
    void isTheSameWithAnEmptyFileAfterIt() {
        var random = new SeededRandom(42);
        for (int i = 0; i < 300; i++) {
            var text = RandomProject.write(random);
            var alone = Projects.of(text).load().printed();
            assertThat(Projects.of(text)
                            .file("compose.override.yaml", "x-nothing: 1\n")
                            .load()
                            .printed())
                    .isEqualTo(alone + "x-nothing: 1\n");
        }
    }

    @Test
    void isTheSameWhenItComesTwice() {
        var random = new SeededRandom(43);
        for (int i = 0; i < 300; i++) {
            var text = RandomProject.write(random).replaceAll(" +(x-own|command|logging).*\n", "");
            var once = Projects.of(text).load().right().tree();
            var twice = Projects.of(text)
                    .file("compose.override.yaml", text)
                    .load()
                    .right()
                    .tree();
            assertThat(twice).as(text).matches(once::same);
        }
    }

    @Test
    void isTheSameWithWindowsLinesAndAMark() {
        var random = new SeededRandom(44);
        for (int i = 0; i < 300; i++) {
            var text = RandomProject.write(random);
            var plain = Projects.of(text).load().printed();
            assertThat(Projects.of("\ufeff" + text.replace("\n", "\r\n")).load().printed())
                    .isEqualTo(plain);
        }
    }

    @Test
    void isAnsweredHoweverItIsDamaged() {
        var random = new SeededRandom(45);
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            var damaged = damaged(RandomProject.write(random), random);
            var loaded = Projects.of(damaged).load();
            refused += loaded.complaints().none() ? 0 : 1;
            long lines = damaged.split("\\R|\u0085|\u2028", -1).length;
            assertThat(loaded.complaints().refusals()).as(damaged).allSatisfy(reason -> {
                assertThat(reason.position().line()).isBetween(1, (int) lines + 1);
                assertThat(reason.render()).isNotBlank();
            });
            assertThat(loaded.complaints().none())
                    .as(damaged)
                    .isEqualTo(loaded.complaints().refusals().isEmpty());
            if (loaded.complaints().none()) {
                assertThat(loaded.project()).as(damaged).isPresent();
                assertThat(Printer.print(loaded.right().tree())).isNotEmpty();
            }
        }

        assertThat(refused).isGreaterThan(1000).isLessThan(4000);
    }

    @Test
    void isAnsweredWhenItIsNoise() {
        var random = new SeededRandom(46);
        for (int i = 0; i < 3000; i++) {
            var noise = new StringBuilder();
            for (int length = random.nextInt(200); length > 0; length--) {
                noise.append(POOL.charAt(random.nextInt(POOL.length())));
            }
            var loaded =
                    Projects.of(noise.toString()).file(".env", noise.toString()).load();
            assertThat(loaded.reasons()).isNotEmpty();
        }
    }

    /** Values of the wrong type at every key of the specification. */
    @Test
    void isAnsweredWhateverStandsUnderAKey() {
        var values = List.of(
                "",
                "1",
                "-1",
                "[]",
                "{}",
                "[1]",
                "{a: b}",
                "[[1]]",
                "[{a: b}]",
                "{a: {b: c}}",
                "{a: [b]}",
                "'$'",
                "!reset 1",
                "!override [1]",
                "[null]",
                "{a: }",
                "'::'",
                "'-'");
        for (var key : ComposeKeys.SERVICE.keys().keySet()) {
            for (var value : values) {
                var loaded = Projects.web(key.equals("image") ? "" : key + ": " + value)
                        .asking(request -> request.profiles("*"))
                        .load();
                assertThat(loaded.complaints().refusals())
                        .as(key + ": " + value)
                        .allSatisfy(
                                reason -> assertThat(reason.position().line()).isEqualTo(4));
            }
        }
    }

    @Test
    void pointsToTheLineThatWasMistyped() {
        var random = new SeededRandom(47);
        int total = 0;
        int pointed = 0;
        int guessed = 0;
        for (int i = 0; i < 1500; i++) {
            var lines = RandomProject.write(random).lines().toList();
            int at = random.nextInt(lines.size());
            var line = lines.get(at);
            var key = line.strip().replaceAll(":.*", "");
            if (!line.startsWith("    ") || key.startsWith("x-")) {
                continue;
            }
            var typo = typo(key, random);
            if (ComposeKeys.SERVICE.keys().containsKey(typo)
                    || typo.startsWith("x-")
                    || lines.stream().anyMatch(other -> other.strip().startsWith(typo + ":"))) {
                continue;
            }
            var mutated = new ArrayList<>(lines);
            mutated.set(at, line.replaceFirst(key, typo));
            var reasons = Projects.of(String.join("\n", mutated) + "\n")
                    .load()
                    .complaints()
                    .refusals();
            total++;
            pointed += !reasons.isEmpty() && reasons.getFirst().position().line() == at + 1 ? 1 : 0;
            guessed += !reasons.isEmpty()
                            && reasons.getFirst()
                                    .suggestion()
                                    .equals(java.util.Optional.of("did you mean \"" + key + "\"?"))
                    ? 1
                    : 0;
        }

        assertThat(total).isGreaterThan(800);
        assertThat(pointed * 100).isGreaterThanOrEqualTo(total * 98);
        assertThat(guessed * 100).isGreaterThanOrEqualTo(total * 90);
    }

    /** A letter too many, too few, another, or two swapped. */
    private static String typo(String key, SeededRandom random) {
        var text = new StringBuilder(key);
        int at = random.nextInt(key.length());
        char letter = (char) ('a' + random.nextInt(26));
        switch (random.nextInt(4)) {
            case 0 -> text.insert(at, letter);
            case 1 -> text.deleteCharAt(at);
            case 2 -> text.setCharAt(at, letter);
            default -> {
                int other = Math.min(at + 1, key.length() - 1);
                text.setCharAt(at, key.charAt(other));
                text.setCharAt(other, key.charAt(at));
            }
        }
        return text.toString();
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
