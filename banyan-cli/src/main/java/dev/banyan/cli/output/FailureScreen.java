package dev.banyan.cli.output;

import dev.banyan.api.source.Visible;
import java.util.List;

/**
 * One screen for one failure: what, why, the last lines of output, what to do now.
 *
 * @param what the service, replica and agent that failed
 * @param why each reason on a line
 * @param lastLines of the failed container; empty when it said nothing
 * @param now sentences and commands
 */
public record FailureScreen(String what, List<String> why, List<String> lastLines, List<String> now) {
    public FailureScreen {
        why = List.copyOf(why);
        lastLines = List.copyOf(lastLines);
        now = List.copyOf(now);
    }

    /** The screen, each line ended by a line feed. */
    public String render(Palette palette) {
        var text = new StringBuilder();
        part(text, palette.bad("WHAT"), List.of(what));
        part(text, palette.strong("WHY "), why);
        part(text, palette.strong("LOG "), lastLines);
        part(text, palette.good("NOW "), now);
        return text.toString();
    }

    private static void part(StringBuilder text, String heading, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            text.append(i == 0 ? heading : "    ")
                    .append("  ")
                    .append(Visible.text(lines.get(i)))
                    .append('\n');
        }
    }
}
