package dev.banyan.cli.command;

import dev.banyan.cli.cluster.ClusterAccess;
import dev.banyan.cli.context.Configuration;
import dev.banyan.cli.output.Console;
import dev.banyan.runtime.env.Env;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * Everything outside of a command.
 *
 * @param environment variables of the process
 * @param directory where the user stands
 * @param input standard input
 */
public record Program(
        Map<String, String> environment,
        Path directory,
        InputStream input,
        Console console,
        Configuration configuration,
        ClusterAccess access,
        Interruption interruption,
        Env env) {
    public Program {
        environment = Map.copyOf(environment);
    }
}
