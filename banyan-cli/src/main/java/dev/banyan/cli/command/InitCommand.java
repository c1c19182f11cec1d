package dev.banyan.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Joins the cluster of the engine on this machine. */
@Command(
        name = "init",
        description = "Joins the cluster of this machine's own engine, through its socket.",
        footer = {"", "Example:", "  banyan-engine token --role admin | banyan-cli init --token-file -"})
final class InitCommand implements Callable<Integer> {
    @Option(
            names = "--socket",
            paramLabel = "FILE",
            defaultValue = "/run/banyan/engine.sock",
            description = "The engine's socket; ${DEFAULT-VALUE} by default.")
    private String socket = "";

    @Mixin
    private final JoinCommand.JoinOptions options = new JoinCommand.JoinOptions();

    private final Program program;

    InitCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        return options.join(program, List.of("unix:" + socket));
    }
}
