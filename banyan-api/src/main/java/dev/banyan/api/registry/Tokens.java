package dev.banyan.api.registry;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.api.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/** Gets tokens from the server that a registry names. Thread-safe. */
final class Tokens {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int ANSWER_MAX = 1 << 20;
    private static final String CLIENT = "banyan";

    private final String registry;
    private final HttpClient http;
    private final Optional<Login> login;
    private final boolean plain;

    /** {@code plain} says that the registry itself is asked without TLS, so that its token server may be too. */
    Tokens(String registry, HttpClient http, Optional<Login> login, boolean plain) {
        this.registry = registry;
        this.http = http;
        this.login = login;
        this.plain = plain;
    }

    /** What to send as {@code Authorization}; empty when the challenge cannot be answered for want of a login. */
    Optional<String> answer(Challenge challenge, String scope) throws IOException, InterruptedException {
        return switch (challenge.scheme()) {
            case "basic" ->
                login.filter(Login.Password.class::isInstance).map(known -> ((Login.Password) known).basic());
            case "bearer" -> Optional.of("Bearer " + token(challenge, scope));
            default ->
                throw new RegistryException(
                        Kind.UNAUTHORISED,
                        registry + " wants a login of a kind that is not known: " + challenge.scheme());
        };
    }

    private String token(Challenge challenge, String scope) throws IOException, InterruptedException {
        var realm = realm(challenge);
        var asked = new TreeMap<String, String>();
        challenge.parameter("service").ifPresent(service -> asked.put("service", service));
        asked.put("scope", challenge.parameter("scope").orElse(scope));
        var request = login.filter(Login.IdentityToken.class::isInstance).isPresent()
                ? exchange(realm, asked)
                : question(realm, asked);
        var response = http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (var body = response.body()) {
            if (response.statusCode() != 200) {
                boolean away = response.statusCode() >= 500;
                throw new RegistryException(
                        away ? Kind.UNREACHABLE : Kind.UNAUTHORISED,
                        "the token server " + realm.getHost() + " of " + registry + " answered "
                                + response.statusCode()
                                + (away
                                        ? ""
                                        : login.isPresent()
                                                ? ": this login is not good for it"
                                                : ": it wants a login"));
            }
            return tokenOf(body.readNBytes(ANSWER_MAX));
        }
    }

    private URI realm(Challenge challenge) {
        var realm = challenge
                .parameter("realm")
                .map(URI::create)
                .filter(uri -> uri.getHost() != null)
                .orElseThrow(() -> new RegistryException(Kind.OTHER, registry + " names no token server"));
        if (!"https".equals(realm.getScheme()) && !plain) {
            throw new RegistryException(
                    Kind.UNAUTHORISED,
                    registry + " names a token server without TLS, " + realm + ", which gets no login");
        }
        return realm;
    }

    private HttpRequest.Builder question(URI realm, TreeMap<String, String> asked) {
        var query = form(asked);
        var joined = realm + (realm.getRawQuery() == null ? "?" : "&") + query;
        var request = HttpRequest.newBuilder(URI.create(joined)).GET();
        login.filter(Login.Password.class::isInstance)
                .ifPresent(known -> request.header("Authorization", ((Login.Password) known).basic()));
        return request;
    }

    private HttpRequest.Builder exchange(URI realm, TreeMap<String, String> asked) {
        asked.put("grant_type", "refresh_token");
        asked.put("client_id", CLIENT);
        asked.put("refresh_token", ((Login.IdentityToken) login.orElseThrow()).token());
        return HttpRequest.newBuilder(realm)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(asked)));
    }

    private String tokenOf(byte[] answer) {
        try {
            JsonObject json = JsonParser.parseString(new String(answer, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            var token = Descriptor.text(json, "token");
            var found = token.isEmpty() ? Descriptor.text(json, "access_token") : token;
            if (!found.isEmpty()) {
                return found;
            }
        } catch (JsonParseException | IllegalStateException malformed) {
            throw new RegistryException(Kind.OTHER, "the token server of " + registry + " gives no token", malformed);
        }
        throw new RegistryException(Kind.OTHER, "the token server of " + registry + " gives no token");
    }

    private static String form(TreeMap<String, String> fields) {
        var form = new StringBuilder();
        fields.forEach((key, value) -> form.append(form.isEmpty() ? "" : "&")
                .append(key)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString();
    }
}
