package dev.banyan.cli.command;

import dev.banyan.api.client.Joining;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.cluster.ClusterAccess;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.context.Configuration;
import dev.banyan.cli.kinds.KindVerbs;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.Palette;
import dev.banyan.runtime.env.SystemEnv;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Runs commands in a directory of their own against a cluster in memory. */
final class CommandBench {
    final SystemEnv env = new SystemEnv();
    final FakeCluster cluster = new FakeCluster(env);
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private Supplier<ClusterApi> opened = () -> cluster;
    private BiFunction<List<String>, Joining.Newcomer, Joining.Joined> joined = (endpoints, newcomer) -> {
        throw new ApiException(
                Reason.UNAVAILABLE, newcomer.name() + " finds no engine at " + String.join(", ", endpoints));
    };
    private String input = "";

    CommandBench(Path directory) {
        this.directory = directory;
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
        input = text;
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
        var program = new Program(
                environment,
                directory,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                console,
                configuration(),
                new FakeAccess(),
                action -> () -> {},
                env);
        int exit = new CommandLineProgram(program, KindVerbs.all()).run(words);
        return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
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
