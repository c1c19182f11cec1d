package dev.banyan.cli.values;

import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
public final class SecretCommand implements Callable<Integer> {
    private final Program program;

    SecretCommand(Program program) {
        this.program = program;
    }

    /** What makes the verb of this room, by name. */
    public static Map<String, Function<Program, Callable<Integer>>> all() {
        return Map.of("secret", SecretCommand::new);
    }

    /** Without a sub-verb it lists. */
    @Override
    public Integer call() {
        return ValueVerbs.ofSecrets(program).list(new FormatOption());
    }

    @Command(name = "create", description = "Keeps a value under a name, sealed.")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(
                            paramLabel = "FILE",
                            arity = "0..1",
                            defaultValue = ValueVerbs.INPUT,
                            description = "File that holds the value; - reads standard input, as does none.")
                    String file,
            @Option(names = "--replace", description = "Takes the place of the value that is there.") boolean replace) {
        return ValueVerbs.ofSecrets(program).create(name, file, replace);
    }

    @Command(name = "ls", description = "Lists names, sizes, digests and users; never values.")
    int list(@Mixin FormatOption format) {
        return ValueVerbs.ofSecrets(program).list(format);
    }

    @Command(name = "rm", description = "Forgets a secret; apps keep what they took of it until their next up.")
    int remove(@Parameters(paramLabel = "NAME") String name) {
        return ValueVerbs.ofSecrets(program).remove(name);
    }
}
