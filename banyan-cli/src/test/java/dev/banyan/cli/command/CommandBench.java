package dev.banyan.cli.command;

import dev.banyan.api.client.Joining;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.admin.AdminVerbs;
import dev.banyan.cli.cluster.ClusterAccess;
import dev.banyan.cli.cluster.ClusterApi;
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
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.Simulation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Runs commands in a directory of their own against a cluster in memory. Each is a process of a simulation, in which waits take no time and
 * no test depends on how long anything takes, unless the test brings surroundings of its own.
 */
final class CommandBench {
    private static final Duration RUN_MAX = Duration.ofHours(1);

    final Env env;
    final FakeCluster cluster;
    private final Path directory;
    private final ToIntFunction<ToIntFunction<Env>> runner;
    private final Map<String, String> environment = new HashMap<>();
    private Supplier<ClusterApi> opened;
    private BiFunction<List<String>, Joining.Newcomer, Joining.Joined> joined = (endpoints, newcomer) -> {
        throw new ApiException(
                Reason.UNAVAILABLE, newcomer.name() + " finds no engine at " + String.join(", ", endpoints));
    };
    private byte[] input = new byte[0];

    CommandBench(Path directory) {
        this(directory, new Simulation(1));
    }

    private CommandBench(Path directory, Simulation simulation) {
        this(directory, simulation.process("cluster").env(), command -> simulated(simulation, command));
    }

    /** For commands that speak to what is not simulated. */
    CommandBench(Path directory, Env env) {
        this(directory, env, command -> command.applyAsInt(env));
    }

    private CommandBench(Path directory, Env env, ToIntFunction<ToIntFunction<Env>> runner) {
        this.directory = directory;
        this.env = env;
        this.runner = runner;
        this.cluster = new FakeCluster(env);
        this.opened = () -> cluster;
        environment.put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    }

    /** What one call printed and how it ended. */
    record Run(int exit, String out, String err) {}

    void opening(Supplier<ClusterApi> supplier) {
        opened = supplier;
    }

    void joining(BiFunction<List<String>, Joining.Newcomer, Joining.Joined> function) {
        joined = function;
    }

    void setting(String name, String value) {
        environment.put(name, value);
    }

    void typing(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
    }

    void file(String name, String text) {
        try {
            Files.createDirectories(directory.resolve(name).resolveSibling("."));
            Files.writeString(directory.resolve(name), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Configuration configuration() {
        return Configuration.of(environment);
    }

    Run run(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                Palette.PLAIN);
        int exit = runner.applyAsInt(own -> {
            var program = new Program(
                    environment,
                    directory,
                    new ByteArrayInputStream(input),
                    console,
                    configuration(),
                    new FakeAccess(),
                    action -> () -> {},
                    own);
            return new CommandLineProgram(
                            program,
                            List.of(
                                    KindVerbs.all(),
                                    AdminVerbs.all(),
                                    ComposeVerbs.all(),
                                    CompletionVerbs.all(),
                                    SecretVerbs.all(),
                                    NetworkVerbs.all(),
                                    VolumeVerbs.all(),
                                    ImageVerbs.all(),
                                    ReachVerbs.all(),
                                    LogVerbs.all(),
                                    InspectVerbs.all()))
                    .run(words);
        });
        return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static int simulated(Simulation simulation, ToIntFunction<Env> command) {
        var process = simulation.process("command");
        var exit = new AtomicInteger();
        simulation.runIn(process, RUN_MAX, () -> exit.set(command.applyAsInt(process.env())));
        process.kill();
        return exit.get();
    }

    private final class FakeAccess implements ClusterAccess {
        @Override
        public ClusterApi open() {
            return opened.get();
        }

        @Override
        public Joining.Joined join(List<String> endpoints, Joining.Newcomer newcomer) {
            return joined.apply(endpoints, newcomer);
        }
    }
}
