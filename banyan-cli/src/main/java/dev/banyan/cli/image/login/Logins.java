package dev.banyan.cli.image.login;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Login;
import dev.banyan.cli.context.ContextException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the login for an image's registry. For one task. */
public final class Logins {
    private static final String DOCKER = "docker.io";

    /** Under which Docker's tools keep the login for Docker's registry. */
    private static final String DOCKER_SERVER = "https://index.docker.io/v1/";

    private static final int FILE_MAX = 1 << 20;

    private final Map<String, String> environment;
    private final Helper helper;

    public Logins(Map<String, String> environment, Helper helper) {
        this.environment = Map.copyOf(environment);
        this.helper = helper;
    }

    /**
     * The login for an image's registry, if this user keeps one.
     *
     * @throws ContextException when a configuration or a helper cannot be used
     */
    public Optional<Login> of(ImageName image) throws InterruptedException {
        for (var file : files()) {
            var found = configuration(file);
            if (found.isPresent()) {
                var login = within(found.get(), image, file);
                if (login.isPresent()) {
                    return login;
                }
            }
        }
        return Optional.empty();
    }

    private List<Path> files() {
        var files = new ArrayList<Path>();
        var home = Path.of(set("HOME").orElse("."));
        files.add(set("DOCKER_CONFIG")
                .map(Path::of)
                .orElse(home.resolve(".docker"))
                .resolve("config.json"));
        set("REGISTRY_AUTH_FILE").map(Path::of).ifPresent(files::add);
        set("XDG_RUNTIME_DIR").map(Path::of).ifPresent(run -> files.add(run.resolve("containers/auth.json")));
        files.add(set("XDG_CONFIG_HOME")
                .map(Path::of)
                .orElse(home.resolve(".config"))
                .resolve("containers/auth.json"));
        return files;
    }

    private Optional<String> set(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    private static Optional<JsonObject> configuration(Path file) {
        try (var input = Files.newInputStream(file)) {
            var text = new String(input.readNBytes(FILE_MAX), StandardCharsets.UTF_8);
            return Optional.of(JsonParser.parseString(text).getAsJsonObject());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new ContextException("cannot read the logins in " + file + ": " + unreadable + "\n", unreadable);
        } catch (JsonParseException | IllegalStateException malformed) {
            throw broken(file);
        }
    }

    /** Without a cause, which may quote the file. */
    private static ContextException broken(Path file) {
        return new ContextException(
                "The logins in " + file + " cannot be understood: it is not as docker login writes it.\n");
    }

    private Optional<Login> within(JsonObject configuration, ImageName image, Path file) throws InterruptedException {
        try {
            var server = image.host().equals(DOCKER) ? DOCKER_SERVER : image.host();
            var own = text(object(configuration, "credHelpers"), image.host())
                    .or(() -> text(object(configuration, "credHelpers"), server));
            var keeper = own.or(() -> text(configuration, "credsStore"));
            var kept = keeper.isPresent() ? helper.login(keeper.get(), server) : Optional.<Login>empty();
            return kept.isPresent() ? kept : written(object(configuration, "auths"), image);
        } catch (IllegalStateException | IllegalArgumentException | UnsupportedOperationException malformed) {
            throw broken(file);
        }
    }

    /** The login for the longest part of the image's name. */
    private static Optional<Login> written(JsonObject auths, ImageName image) {
        for (var key = image.host() + "/" + image.repository(); !key.isEmpty(); key = parent(key)) {
            var found = auths.has(key) && auths.get(key).isJsonObject()
                    ? login(auths.getAsJsonObject(key))
                    : Optional.<Login>empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return servers(image.host())
                .filter(key -> auths.has(key) && auths.get(key).isJsonObject())
                .flatMap(key -> login(auths.getAsJsonObject(key)).stream())
                .findFirst();
    }

    private static String parent(String key) {
        return key.substring(0, Math.max(0, key.lastIndexOf('/')));
    }

    private static Stream<String> servers(String host) {
        return host.equals(DOCKER)
                ? Stream.of(DOCKER_SERVER, "https://index.docker.io/v1", "index.docker.io", "registry-1.docker.io")
                : Stream.of("https://" + host, "https://" + host + "/", "https://" + host + "/v1/", "http://" + host);
    }

    private static Optional<Login> login(JsonObject entry) {
        var token = text(entry, "identitytoken");
        if (token.isPresent()) {
            return token.map(Login.IdentityToken::new);
        }
        var user = text(entry, "username");
        var password = text(entry, "password");
        if (user.isPresent() && password.isPresent()) {
            return Optional.of(new Login.Password(user.get(), password.get()));
        }
        return text(entry, "auth").map(Logins::decoded);
    }

    private static Login decoded(String auth) {
        var pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8).split(":", 2);
        return new Login.Password(pair[0], pair.length == 2 ? pair[1] : "");
    }

    private static JsonObject object(JsonObject json, String key) {
        return json.has(key) && json.get(key).isJsonObject() ? json.getAsJsonObject(key) : new JsonObject();
    }

    private static Optional<String> text(JsonObject json, String key) {
        return json.has(key) && json.get(key).isJsonPrimitive()
                ? Optional.of(json.get(key).getAsString()).filter(value -> !value.isEmpty())
                : Optional.empty();
    }
}
