package dev.banyan.cli.network;

import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.network.CheckRun.Limits;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Has every agent try every service, and every other agent. */
final class NetworkCheck {
    /** How often a long check says how far it is, where nobody watches a line that is drawn over. */
    private static final Duration PACE = Duration.ofSeconds(5);

    private final Program program;
    private long said; // clock for durations, of the last words

    NetworkCheck(Program program) {
        this.program = program;
        this.said = program.env().time().nanos();
    }

    int run(CheckOptions options, FormatOption format) throws InterruptedException {
        if (!options.isSound()) {
            return refused("--timeout is from 1 to 30 seconds, --within from 1 to 3600");
        }
        try (var cluster = program.access().open()) {
            var seen = CheckedCluster.read(cluster.store()).only(options.services());
            var plan = CheckPlan.of(seen, options.services().isEmpty());
            if (plan.size() > CheckPlan.ATTEMPTS_MAX) {
                return refused("that would be " + plan.size() + " attempts, more than " + CheckPlan.ATTEMPTS_MAX
                        + "; name some services");
            }
            var run = new CheckRun(program.env(), cluster, new CheckWords(seen.agents()), limits(options));
            var tried = new ArrayList<>(plan.known());
            tried.addAll(run.all(plan.attempts(), count -> progress(count, plan.size())));
            return report(format, CheckReport.all(tried));
        }
    }

    private Limits limits(CheckOptions options) {
        long now = program.env().time().nanos();
        return new Limits(
                Duration.ofSeconds(options.each()),
                now + Duration.ofSeconds(options.within()).toNanos());
    }

    private int refused(String words) {
        program.console().say("banyan-cli: " + words + "\n");
        return ExitCode.USAGE.number();
    }

    private void progress(int done, int all) {
        var console = program.console();
        var line = "tried " + done + " of " + all;
        if (console.terminal()) {
            console.draw(List.of(line));
        } else if (program.env().time().since(said).compareTo(PACE) >= 0) {
            said = program.env().time().nanos();
            console.say(line + "\n");
        }
    }

    private int report(FormatOption format, List<CheckReport> lines) {
        format.print(
                program.console(),
                new Table(
                        CheckReport.COLUMNS,
                        lines.stream().map(CheckReport::row).toList()),
                "banyan.network.check/1",
                lines.stream().map(CheckReport::item).toList());
        boolean well = lines.stream().allMatch(CheckReport::isWell);
        return (well ? ExitCode.OK : ExitCode.FAILED).number();
    }
}
