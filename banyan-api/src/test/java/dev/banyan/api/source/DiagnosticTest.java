package dev.banyan.api.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiagnosticTest {
    @Test
    void pointsAtThePlaceUnderItsLine() {
        var problems = Problems.in(new SourceText("compose.yaml", "services:\n  web:\n    imge: nginx\n"));

        problems.add("services.web.imge", new Position(3, 5), "unknown key \"imge\"", "did you mean \"image\"?");

        assertThat(problems.sorted().getFirst().render())
                .isEqualTo(
                        """
                        compose.yaml:3:5: services.web.imge: unknown key "imge"
                          3 |     imge: nginx
                            |     ^ did you mean "image"?
                        """);
    }

    @Test
    void hidesTheLinesOfFilesWithSecrets() {
        var problems = Problems.inSecret(new SourceText(".env", "PASSWORD hunter2\n"));

        problems.add("", Position.START, "must be NAME=value", "quote it");

        assertThat(problems.sorted().getFirst().render()).isEqualTo(".env:1:1: must be NAME=value\n    quote it\n");
    }

    @Test
    void cutsALongLineAroundTheCaret() {
        var line = "a".repeat(500) + "X" + "b".repeat(500);
        var rendered = Problems.in(new SourceText("f", line))
                .at("", new Position(1, 501), "no", Optional.empty())
                .render()
                .lines()
                .toList();

        assertThat(rendered.get(1)).hasSizeLessThan(140);
        assertThat(rendered.get(1).charAt(rendered.get(2).indexOf('^'))).isEqualTo('X');
    }

    @Test
    void letsNoControlCharacterThrough() {
        var line = "a: \u001b[31mred\u202e\u0007";
        var rendered = Problems.in(new SourceText("f\u001b", line))
                .at("a\u001b", new Position(1, 4), "bad \u009b", Optional.of("\u2066"))
                .render();

        assertThat(rendered.replace("\n", "").codePoints().noneMatch(c -> Character.isISOControl(c) || c == 0x202e))
                .isTrue();
        assertThat(rendered).contains("\\u001b[31mred\\u202e\\u0007");
    }

    @Test
    void keepsTheCaretUnderALineWithTabsAndEscapes() {
        var rendered = Problems.in(new SourceText("f", "\t\u0001x"))
                .at("", new Position(1, 3), "no", Optional.empty())
                .render()
                .lines()
                .toList();

        assertThat(rendered.get(1).charAt(rendered.get(2).indexOf('^'))).isEqualTo('x');
    }

    @Test
    void countsTheSameProblemOnceAndStopsAtAHundred() {
        var problems = Problems.in(new SourceText("f", "x"));
        for (int i = 0; i < 300; i++) {
            problems.add("", new Position(1, 1 + i / 2), "no");
        }

        assertThat(problems.sorted()).hasSize(Problems.PROBLEMS_MAX).doesNotHaveDuplicates();
    }
}
