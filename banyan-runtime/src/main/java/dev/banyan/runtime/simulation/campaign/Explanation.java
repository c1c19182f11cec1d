package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.simulation.SimulationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says of a failure what somebody needs who wants to see it again. */
final class Explanation {
    private static final String INDENT = "    ";

    private final String name;
    private final CampaignOptions options;
    private final String replayedBy;

    /** {@code replayedBy} is what a build is told to run this campaign alone; may be empty. */
    Explanation(String name, CampaignOptions options, String replayedBy) {
        this.name = name;
        this.options = options;
        this.replayedBy = replayedBy;
    }

    SimulationFailure of(TrialOutcome failed, Shrinker.Smallest small) {
        var schedule = small.outcome().replayable();
        var text = "campaign '" + name + "', seed " + failed.schedule().seed() + ", commit "
                + BuildCommit.current() + ": " + message(failed)
                + "\nmade smaller in " + small.runs() + " runs: "
                + small.outcome().struck().size() + " strikes of "
                + failed.struck().size() + "; then: " + message(small.outcome()) + "\n" + indented(schedule.text())
                + lastEvents(small.outcome()) + replay(written(schedule));
        return new SimulationFailure(text, small.outcome().failure().orElseThrow());
    }

    /** Of a schedule that was given: there is nothing to be made smaller. */
    SimulationFailure ofGiven(TrialOutcome failed, String source) {
        return new SimulationFailure(
                "campaign '" + name + "', " + source + ", commit " + BuildCommit.current() + ": " + message(failed)
                        + "\n" + indented(failed.schedule().text()) + lastEvents(failed),
                failed.failure().orElseThrow());
    }

    private String replay(Path file) {
        return "replay: add " + (replayedBy.isEmpty() ? "" : replayedBy + " ") + "-D" + CampaignOptions.PREFIX
                + "schedule=" + file;
    }

    static String lastEvents(TrialOutcome outcome) {
        return "last events:\n" + indented(String.join("\n", outcome.lastEvents()));
    }

    /** Where two lists of last events part. */
    static String firstDifference(TrialOutcome first, TrialOutcome second) {
        var one = first.lastEvents();
        var other = second.lastEvents();
        for (int at = 0; at < Math.min(one.size(), other.size()); at++) {
            if (!one.get(at).equals(other.get(at))) {
                return "first: " + one.get(at) + "\nthen:  " + other.get(at);
            }
        }
        return "after " + first.steps() + " and " + second.steps() + " steps; the last events are the same";
    }

    private static String message(TrialOutcome outcome) {
        return String.valueOf(outcome.failure().map(Throwable::getMessage).orElse("nothing wrong"));
    }

    private static String indented(String text) {
        return text.lines().map(line -> INDENT + line + "\n").reduce("", String::concat);
    }

    private Path written(Schedule schedule) {
        var file = options.directory()
                .resolve(name + "-" + schedule.seed() + ".schedule")
                .toAbsolutePath();
        try {
            Files.createDirectories(options.directory());
            Files.writeString(file, "# campaign " + name + "\n" + schedule.text());
        } catch (IOException unwritable) {
            return Path.of("FILE"); // the text above has it all
        }
        return file;
    }
}
