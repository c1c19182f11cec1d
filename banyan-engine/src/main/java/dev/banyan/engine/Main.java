package dev.banyan.engine;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.config.Settings;
import dev.banyan.api.config.SettingsException;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.Role;
import dev.banyan.api.wire.ApiException;
import dev.banyan.engine.backing.BackingException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.StoreException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The command line of the engine. */
public final class Main {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String CONFIG_FILE = "/etc/banyan/engine.yaml";
    private static final String ROLE = "role";
    private static final String VALID = "valid-seconds";

    private final Env env = new SystemEnv();
    private final PrintStream out;

    private Main(PrintStream out) {
        this.out = out;
    }

    /** Runs one command; see {@code banyan-engine help}. */
    public static void main(String[] arguments) {
        try {
            new Main(System.out).run(List.of(arguments));
        } catch (SettingsException usage) {
            System.err.println("banyan-engine: " + usage.getMessage());
            System.exit(USAGE);
        } catch (IdentityException
                | ApiException
                | BackingException
                | StoreException
                | IllegalStateException
                | UncheckedIOException failed) {
            System.err.println("banyan-engine: " + failed.getMessage());
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
        var flags =
                new LinkedHashMap<>(Settings.flags(arguments.subList(Math.min(1, arguments.size()), arguments.size())));
        switch (command) {
            case "init" -> initialise(settings(flags));
            case "run" -> serve(settings(flags));
            case "token" -> token(flags);
            case "config" ->
                settings(flags)
                        .entries()
                        .forEach(entry -> out.println(entry.name() + ": " + entry.value() + "  # " + entry.origin()));
            case "version", "--version" -> out.println("banyan-engine " + version());
            case "help", "--help" -> help();
            default ->
                throw new SettingsException(List.of(
                        "unknown command '" + command + "'; known are init, run, token, config, version, help"));
        }
    }

    private static Settings settings(Map<String, String> arguments) {
        var flags = new LinkedHashMap<>(arguments);
        var named = Optional.ofNullable(flags.remove("config")).map(Path::of);
        var usual = Optional.of(Path.of(CONFIG_FILE)).filter(Files::exists);
        return Settings.resolve(EngineOptions.ALL, new Settings.Sources(flags, System.getenv(), named.or(() -> usual)));
    }

    private void initialise(Settings settings) {
        var files = new EngineFiles(Path.of(settings.text(EngineOptions.DATA)));
        if (files.initialised()) {
            throw new IllegalStateException(
                    "there is a cluster in " + files.data() + " already; a new one needs another directory");
        }
        var advertise = settings.required(EngineOptions.ADVERTISE);
        var authority = files.create(settings.text(EngineOptions.NAME), advertise, env);
        out.println("cluster " + authority.cluster() + " is made in " + files.data());
        out.println("next:");
        out.println("  banyan-engine run --data " + files.data());
        out.println("  banyan-engine token --data " + files.data() + " --role agent > agent.token");
        out.println("  banyan-engine token --data " + files.data() + " --role admin > admin.token");
    }

    private void serve(Settings settings) throws InterruptedException {
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
    private void token(Map<String, String> arguments) {
        var flags = new LinkedHashMap<>(arguments);
        var role = role(flags.remove(ROLE));
        var seconds = flags.remove(VALID);
        var settings = settings(flags);
        var files = new EngineFiles(Path.of(settings.text(EngineOptions.DATA)));
        var request = CreateTokenRequest.newBuilder()
                .setRole(role)
                .setValidSeconds(seconds == null ? 0 : Integer.parseInt(seconds))
                .build();
        var endpoint = "unix:" + settings.text(EngineOptions.SOCKET);
        try (var client = BanyanClient.open(files.require(files.admin()), List.of(endpoint), env)) {
            out.println(client.createToken(request).getToken());
        }
    }

    private static Role role(@Nullable String text) {
        return switch (text == null ? "" : text.toLowerCase(Locale.ROOT)) {
            case "agent" -> Role.AGENT;
            case "admin" -> Role.ADMIN;
            default -> throw new SettingsException(List.of("--role is agent or admin"));
        };
    }

    private void help() {
        out.println("banyan-engine init|run|token|config|version [--option value ...]");
        EngineOptions.ALL.forEach(option -> out.printf(
                "  --%-18s %s%s%n",
                option.name(), option.meaning(), option.fallback().isEmpty() ? "" : " (" + option.fallback() + ")"));
        out.println("  --config             file of settings (" + CONFIG_FILE + ")");
        out.println("  --role               agent or admin (token only)");
        out.println("  --valid-seconds      until the token expires, 60 to 86400 (token only; 900)");
    }
}
