package dev.banyan.cli.command;

import dev.banyan.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What there is to say without a verb. */
@Command(
        name = "banyan-cli",
        synopsisSubcommandLabel = "COMMAND",
        description = "Runs Compose files on a cluster of servers.",
        footer = {
            "",
            "Examples:",
            "  banyan-cli join --engine engine.example.org --token-file token",
            "  banyan-cli up -f compose.yaml",
            "  banyan-cli ps",
            "",
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 manifest wrong, 4 fits on no agent, 5 denied,",
            "6 no engine answers, 7 time over, 8 changed by someone else, 130 interrupted."
        })
final class TopCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        line.usage(line.getErr());
        return ExitCode.USAGE.number();
    }
}
