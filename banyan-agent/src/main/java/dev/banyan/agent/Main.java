package dev.banyan.agent;

import dev.banyan.api.client.Endpoint;
import dev.banyan.api.client.Joining;
import dev.banyan.api.config.Settings;
import dev.banyan.api.config.SettingsException;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.wire.ApiException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The command line of the agent. */
public final class Main {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String CONFIG_FILE = "/etc/banyan/agent.yaml";

    private final Env env = new SystemEnv();
    private final PrintStream out;

    private Main(PrintStream out) {
        this.out = out;
    }

    /** Runs one command; see {@code banyan-agent help}. */
    public static void main(String[] arguments) {
        try {
            new Main(System.out).run(List.of(arguments));
        } catch (SettingsException usage) {
            System.err.println("banyan-agent: " + usage.getMessage());
            System.exit(USAGE);
        } catch (IdentityException | ApiException | IllegalStateException | UncheckedIOException failed) {
            System.err.println("banyan-agent: " + failed.getMessage());
            System.exit(FAILED);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The version of this build. */
    static String version() {
        var version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private void run(List<String> arguments) throws InterruptedException {
        var command = arguments.isEmpty() ? "help" : arguments.getFirst();
        var rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
        switch (command) {
            case "join" -> join(settings(rest));
            case "run" -> serve(settings(rest));
            case "config" ->
                settings(rest)
                        .entries()
                        .forEach(entry -> out.println(entry.name() + ": " + entry.value() + "  # " + entry.origin()));
            case "version", "--version" -> out.println("banyan-agent " + version());
            case "help", "--help" -> help();
            default ->
                throw new SettingsException(
                        List.of("unknown command '" + command + "'; known are join, run, config, version, help"));
        }
    }

    private static Settings settings(List<String> arguments) {
        var flags = new LinkedHashMap<>(Settings.flags(arguments));
        var named = Optional.ofNullable(flags.remove("config")).map(Path::of);
        var usual = Optional.of(Path.of(CONFIG_FILE)).filter(Files::exists);
        Map<String, String> environment = System.getenv();
        return Settings.resolve(AgentOptions.ALL, new Settings.Sources(flags, environment, named.or(() -> usual)));
    }

    private void join(Settings settings) {
        var data = Path.of(settings.text(AgentOptions.DATA));
        var directory = new CredentialsDirectory(data.resolve("identity"));
        var present = directory.load();
        if (present.isPresent()) {
            throw new IllegalStateException("this agent is "
                    + present.get().identity().name() + " of a cluster already; its identity is in "
                    + data.resolve("identity"));
        }
        settings.required(AgentOptions.ENGINE);
        var endpoints =
                settings.list(AgentOptions.ENGINE).stream().map(Endpoint::parse).toList();
        var name = settings.text(AgentOptions.NAME).isEmpty()
                ? new HostFacts().hostName()
                : settings.text(AgentOptions.NAME);
        var newcomer = new Joining.Newcomer(token(settings), name, settings.list(AgentOptions.TAGS));
        var joined = Joining.join(endpoints, newcomer, env);
        directory.save(joined.credentials());
        var engines = Stream.concat(endpoints.stream(), joined.endpoints().stream())
                .map(Endpoint::toString)
                .distinct()
                .toList();
        writeEngines(data, engines);
        out.println("joined cluster " + joined.clusterId() + " as agent " + name);
    }

    private static JoinToken token(Settings settings) {
        var file = settings.required(AgentOptions.TOKEN_FILE);
        try {
            var text = file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
            return JoinToken.parse(text);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the join token from " + file, unreadable);
        } catch (IllegalArgumentException malformed) {
            throw new SettingsException(List.of(String.valueOf(malformed.getMessage())));
        }
    }

    private void serve(Settings settings) throws InterruptedException {
        var agent = new Agent(env, settings, engines(settings));
        var done = env.signal();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            agent.stop();
            done.raise();
        }));
        agent.start();
        out.println("banyan-agent " + version() + " is ready");
        done.await();
    }

    private static List<String> engines(Settings settings) {
        var told = settings.list(AgentOptions.ENGINE);
        if (!told.isEmpty()) {
            return told;
        }
        var file = enginesFile(Path.of(settings.text(AgentOptions.DATA)));
        try {
            return Files.readAllLines(file);
        } catch (IOException missing) {
            throw new IllegalStateException(
                    "no engine is known: " + file + " cannot be read; join first, or name one with --engine", missing);
        }
    }

    private static void writeEngines(Path data, List<String> engines) {
        try {
            Files.write(enginesFile(data), engines);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + enginesFile(data), failed);
        }
    }

    private static Path enginesFile(Path data) {
        return data.resolve("engines");
    }

    private void help() {
        out.println("banyan-agent join|run|config|version [--option value ...]");
        AgentOptions.ALL.forEach(option -> out.printf(
                "  --%-16s %s%s%n",
                option.name(), option.meaning(), option.fallback().isEmpty() ? "" : " (" + option.fallback() + ")"));
        out.println("  --config           file of settings (" + CONFIG_FILE + ")");
    }
}
