package dev.banyan.cli.completion;

import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete words. */
@Command(
        name = "completion",
        description = "Prints a script by which a shell completes verbs and options.",
        footer = {
            "",
            "Examples:",
            "  banyan-cli completion bash > ~/.local/share/bash-completion/completions/banyan-cli",
            "  source <(banyan-cli completion zsh)"
        })
final class CompletionCommand implements Callable<Integer> {
    /** As which the program is called. */
    private static final String NAME = "banyan-cli";

    /** Without it zsh does not know the commands of the script. */
    private static final String ZSH =
            "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n";

    /** Shells whose words are completed. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Program program;

    CompletionCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var script = AutoComplete.bash(NAME, spec.root().commandLine());
        program.console().data(shell == Shell.zsh ? ZSH + script : script);
        return ExitCode.OK.number();
    }
}
