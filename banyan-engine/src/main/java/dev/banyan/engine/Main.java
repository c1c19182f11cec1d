package dev.banyan.engine;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.config.DaemonFailure;
import dev.banyan.api.config.DaemonProgram;
import dev.banyan.api.config.Settings;
import dev.banyan.api.config.SettingsException;
import dev.banyan.api.config.Verb;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.tls.NativeTls;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.Role;
import dev.banyan.api.wire.ApiException;
import dev.banyan.engine.backing.BackingException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.StoreException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The command line of the engine. */
public final class Main {
    private static final Path CONFIG_FILE = Path.of("/etc/banyan/engine.yaml");

    private final Env env = new SystemEnv();

    private Main() {}

    /** Runs one command; see {@code banyan-engine --help}. */
    public static void main(String[] arguments) {
        System.exit(program().run(List.of(arguments), System.out, System.err));
    }

    static DaemonProgram program() {
        var main = new Main();
        var description = new DaemonProgram.Description(
                "banyan-engine", version(), "The control plane of a cluster.", EngineOptions.SHARED, CONFIG_FILE);
        var verbs = List.of(
                new Verb(
                        "init",
                        "Makes a new cluster with this engine, or one more engine of a cluster.",
                        EngineOptions.INIT,
                        telling(main::initialise)),
                Verb.of("run", "Runs this engine until it is ended.", telling(main::serve)),
                new Verb(
                        "token",
                        "Makes a token with which one agent or one person joins.",
                        EngineOptions.TOKEN,
                        telling(main::token)),
                Verb.of(
                        "rotate-key",
                        "Makes a new key for secrets, which takes the place of the present one when the engine starts again.",
                        telling(main::rotateKey)));
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
                    | BackingException
                    | StoreException
                    | IllegalStateException
                    | UncheckedIOException failed) {
                throw new DaemonFailure(String.valueOf(failed.getMessage()), failed);
            }
        };
    }

    private void initialise(Settings settings, PrintStream out) {
        var files = new EngineFiles(Path.of(settings.text(EngineOptions.DATA)));
        if (files.initialised()) {
            throw new IllegalStateException(
                    "there is a cluster in " + files.data() + " already; a new one needs another directory");
        }
        var advertise = settings.required(EngineOptions.ADVERTISE);
        var name = settings.text(EngineOptions.NAME);
        var copied = settings.text(EngineOptions.AUTHORITY);
        if (copied.isEmpty()) {
            var authority = files.create(name, advertise, env);
            out.println("cluster " + authority.cluster() + " is made in " + files.data());
        } else {
            var authority = files.join(Path.of(copied), name, advertise, env);
            out.println("engine " + name + " of cluster " + authority.cluster() + " is made in " + files.data());
        }
        out.println("next:");
        out.println("  banyan-engine run --data " + files.data());
        out.println("  banyan-engine token --data " + files.data() + " --role agent > agent.token");
        out.println("  banyan-engine token --data " + files.data() + " --role admin > admin.token");
    }

    private void serve(Settings settings, PrintStream out) throws InterruptedException {
        NativeTls.load(Path.of(settings.text(EngineOptions.DATA)));
        var engine = new Engine(env, settings);
        var done = env.signal();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            engine.stop();
            done.raise();
        }));
        engine.start();
        out.println("banyan-engine " + version() + " is ready");
        done.await();
    }

    /** Asks the running engine over its local socket, as the admin that only this host's owner of the directory can be. */
    private void token(Settings settings, PrintStream out) {
        var request = CreateTokenRequest.newBuilder()
                .setRole(role(settings.required(EngineOptions.ROLE)))
                .setValidSeconds(settings.number(EngineOptions.VALID_SECONDS, 60, 86_400))
                .build();
        var files = new EngineFiles(Path.of(settings.text(EngineOptions.DATA)));
        var endpoint = "unix:" + settings.text(EngineOptions.SOCKET);
        try (var client = BanyanClient.open(files.require(files.admin()), List.of(endpoint), env)) {
            out.println(client.createToken(request).getToken());
        }
    }

    private void rotateKey(Settings settings, PrintStream out) {
        var files = new EngineFiles(Path.of(settings.text(EngineOptions.DATA)));
        files.require(files.engine());
        var keys = files.kek().rotate(env.entropy());
        out.println("a new key is made beside " + keys.id());
        out.println("next:");
        out.println("  copy " + files.data() + "/authority/kek to the other engines, if there are any, and back it up");
        out.println(
                "  start all engines again; everything is then sealed under the new key, and the former one forgotten");
    }

    private static Role role(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "agent" -> Role.AGENT;
            case "admin" -> Role.ADMIN;
            default ->
                throw new SettingsException(List.of("--role is '" + text + "', which is neither agent nor admin"));
        };
    }
}
