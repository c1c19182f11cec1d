package dev.banyan.agent;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.daemon.DaemonException;
import dev.banyan.agent.host.HostException;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.client.Joining;
import dev.banyan.api.config.DaemonFailure;
import dev.banyan.api.config.DaemonProgram;
import dev.banyan.api.config.Settings;
import dev.banyan.api.config.SettingsException;
import dev.banyan.api.config.Verb;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.kinds.AgentLabels;
import dev.banyan.api.tls.NativeTls;
import dev.banyan.api.wire.ApiException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The command line of the agent. */
public final class Main {
    private static final Path CONFIG_FILE = Path.of("/etc/banyan/agent.yaml");

    private final Env env = new SystemEnv();

    private Main() {}

    /** Runs one command; see {@code banyan-agent --help}. */
    public static void main(String[] arguments) {
        System.exit(program().run(List.of(arguments), System.out, System.err));
    }

    static DaemonProgram program() {
        var main = new Main();
        var description = new DaemonProgram.Description(
                "banyan-agent", version(), "One server's share of a cluster.", AgentOptions.SHARED, CONFIG_FILE);
        var verbs = List.of(
                new Verb("join", "Joins this server to a cluster.", AgentOptions.JOIN, telling(main::join)),
                Verb.of("run", "Runs this agent until it is ended; containers go on.", telling(main::serve)),
                Verb.of(
                        "leave",
                        "Takes this server out of its cluster: stops its containers and removes all that the agent made, but"
                                + " volumes. The agent must be stopped first.",
                        telling(main::leave)));
        return new DaemonProgram(description, verbs, System.getenv());
    }

    /** The version of this build. */
    static String version() {
        var version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** What these verbs can fail with is a sentence for a person. */
    private static Verb.Body telling(Verb.Body body) {
        return (settings, out) -> {
            try {
                body.run(settings, out);
            } catch (IdentityException
                    | ApiException
                    | HostException
                    | DaemonException
                    | ContainerException
                    | IllegalStateException
                    | UncheckedIOException failed) {
                throw new DaemonFailure(String.valueOf(failed.getMessage()), failed);
            }
        };
    }

    private void join(Settings settings, PrintStream out) {
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
        var newcomer = new Joining.Newcomer(token(settings), name, settings.list(AgentOptions.TAGS), labels(settings));
        var joined = Joining.join(endpoints, newcomer, env);
        directory.save(joined.credentials());
        var engines = Stream.concat(endpoints.stream(), joined.endpoints().stream())
                .map(Endpoint::toString)
                .distinct()
                .toList();
        writeEngines(data, engines);
        out.println("joined cluster " + joined.clusterId() + " as agent " + name);
    }

    private static Map<String, String> labels(Settings settings) {
        var labels = new TreeMap<String, String>();
        for (var label : settings.list(AgentOptions.LABELS)) {
            var parts = label.split("=", 2);
            labels.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        AgentLabels.problem(labels).ifPresent(problem -> {
            throw new SettingsException(List.of(AgentOptions.LABELS + ": " + problem));
        });
        return labels;
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

    private void serve(Settings settings, PrintStream out) throws InterruptedException {
        NativeTls.load(Path.of(settings.text(AgentOptions.DATA)));
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

    private void leave(Settings settings, PrintStream out) throws InterruptedException {
        new Departure(env, settings, knownEngines(settings), out).run();
    }

    private static List<String> knownEngines(Settings settings) {
        try {
            return engines(settings);
        } catch (IllegalStateException none) {
            return List.of();
        }
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
}
