package dev.banyan.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The commands that a README shows with what they print: the blocks marked {@code console}, in order, as one session. */
record Walk(List<Step> steps) {
    /** Stands for any text within a line. */
    static final String ANYTHING = "…";

    private static final String LATER = "# a moment later";

    Walk {
        steps = List.copyOf(steps);
    }

    /**
     * One command.
     *
     * @param line of the README, for messages
     * @param shown what it prints, by lines
     */
    record Step(int line, String command, List<String> shown) {
        Step {
            shown = List.copyOf(shown);
        }

        /** Whether it only looks, and may have to look again until there is what is shown. */
        boolean repeats() {
            return command.endsWith(LATER);
        }

        /** Whether it goes on while the next runs. */
        boolean leavesSomethingRunning() {
            return command.matches(".*[^&>]&( .*)?");
        }

        /** Whether {@code said} is what is shown. */
        boolean matches(String said) {
            var pattern = shown.stream()
                    .map(line -> Arrays.stream(line.split(ANYTHING, -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*")))
                    .collect(Collectors.joining("\n"));
            return Pattern.matches(pattern, said.stripTrailing());
        }
    }

    /**
     * The session of a README.
     *
     * @throws IllegalArgumentException when a block does not begin with a command, or none does
     */
    static Walk of(String markdown) {
        var steps = new ArrayList<Step>();
        var inside = false;
        var lines = markdown.lines().toList();
        for (int at = 0; at < lines.size(); at++) {
            var line = lines.get(at);
            if (line.startsWith("```")) {
                inside = line.equals("```console");
            } else if (inside && line.startsWith("$ ")) {
                steps.add(new Step(at + 1, line.substring(2).strip(), List.of()));
            } else if (inside) {
                if (lines.get(at - 1).startsWith("```")) {
                    throw new IllegalArgumentException("line " + (at + 1) + ": a session begins with a command");
                }
                var last = steps.removeLast();
                var more = new ArrayList<>(last.shown());
                more.add(line);
                steps.add(new Step(last.line(), last.command(), more));
            }
        }
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("no session: mark its blocks by ```console");
        }
        return new Walk(steps);
    }
}
