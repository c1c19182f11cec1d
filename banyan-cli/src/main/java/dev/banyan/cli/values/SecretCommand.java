package dev.banyan.cli.values;

import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Makes, lists and removes the cluster's own secrets. */
@Command(
        name = "secret",
        description = {
            "Makes, lists and removes the cluster's own secrets, which Compose files name as external.",
            "A value is read from a file or standard input, is sealed by the engine, and never shown again."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli secret create db-password password.txt",
            "  pwgen 32 1 | banyan-cli secret create db-password --replace",
            "  banyan-cli secret ls",
            "  banyan-cli secret rm db-password"
        })
final class SecretCommand extends ValueSubverbs implements Callable<Integer> {
    SecretCommand(Program program) {
        super(ValueVerbs.ofSecrets(program));
    }

    /** Without a sub-verb it lists. */
    @Override
    public Integer call() {
        return list(new FormatOption());
    }
}
