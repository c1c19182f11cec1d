package dev.banyan.cli;

import dev.banyan.cli.admin.AdminVerbs;
import dev.banyan.cli.cluster.RemoteCluster;
import dev.banyan.cli.command.CommandLineProgram;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.completion.CompletionVerbs;
import dev.banyan.cli.compose.ComposeVerbs;
import dev.banyan.cli.context.Configuration;
import dev.banyan.cli.inspect.InspectVerbs;
import dev.banyan.cli.kinds.KindVerbs;
import dev.banyan.cli.logs.LogVerbs;
import dev.banyan.cli.network.NetworkVerbs;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.Palette;
import dev.banyan.cli.reach.ReachVerbs;
import dev.banyan.cli.shelf.ImageVerbs;
import dev.banyan.cli.values.SecretVerbs;
import dev.banyan.cli.volume.VolumeVerbs;
import dev.banyan.runtime.env.SystemEnv;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Assembles the program: real streams, real clock, real cluster. */
final class CommandLineStart {
    private static final int BUFFER_BYTES = 8192;

    private static final List<Map<String, Function<Program, Callable<Integer>>>> VERBS = List.of(
            KindVerbs.all(), //
            AdminVerbs.all(),
            ComposeVerbs.all(),
            SecretVerbs.all(),
            NetworkVerbs.all(),
            VolumeVerbs.all(),
            ImageVerbs.all(),
            ReachVerbs.all(),
            LogVerbs.all(),
            InspectVerbs.all(),
            CompletionVerbs.all());

    private CommandLineStart() {}

    static int run(String... words) {
        var environment = System.getenv();
        var env = new SystemEnv();
        var configuration = Configuration.of(environment);
        var program = new Program(
                environment,
                Path.of("").toAbsolutePath(),
                System.in,
                console(environment),
                configuration,
                RemoteCluster.access(configuration, env),
                new ShutdownHook(),
                env);
        return new CommandLineProgram(program, VERBS).run(words);
    }

    /** Nobody sees the locale's charset in a pipe: text is UTF-8 everywhere. */
    private static Console console(Map<String, String> environment) {
        boolean terminal = System.console() != null
                && System.console().isTerminal()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean coloured = terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Console(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                terminal,
                coloured ? Palette.COLOURED : Palette.PLAIN);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        var buffered = new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES);
        return new PrintStream(buffered, false, StandardCharsets.UTF_8);
    }
}
