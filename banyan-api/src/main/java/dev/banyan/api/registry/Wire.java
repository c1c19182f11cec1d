package dev.banyan.api.registry;

import dev.banyan.api.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Requests to one registry: says who one is when asked, and follows redirects. Thread-safe. */
final class Wire {
    private static final int REDIRECTS_MAX = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final String registry;
    private final HttpClient http;
    private final Tokens tokens;
    private final boolean loggedIn;
    private final Map<String, String> authorizations = new ConcurrentHashMap<>();

    Wire(String registry, URI base, HttpClient http, Optional<Login> login) {
        this.registry = registry;
        this.http = http;
        this.tokens = new Tokens(registry, http, login, "http".equals(base.getScheme()));
        this.loggedIn = login.isPresent();
    }

    /**
     * A request.
     *
     * @param scope what it needs to be allowed, in the words of token servers
     * @param timeout until the answer begins, the sending of the body included
     */
    record Ask(
            String method, URI uri, Map<String, String> headers, BodyPublisher body, String scope, Duration timeout) {
        private static final Duration TIMEOUT = Duration.ofSeconds(60);

        static Ask of(String method, URI uri, String scope) {
            return new Ask(method, uri, Map.of(), BodyPublishers.noBody(), scope, TIMEOUT);
        }

        Ask with(String header, String value) {
            return new Ask(method, uri, Map.of(header, value), body, scope, timeout);
        }

        Ask sending(BodyPublisher content, String mediaType, Duration atMost) {
            return new Ask(method, uri, Map.of("Content-Type", mediaType), content, scope, atMost);
        }
    }

    /** The answer; the caller closes its body. Refusals of who one is are failures, all others the caller's to judge. */
    HttpResponse<InputStream> send(Ask ask) throws InterruptedException {
        try {
            var known = Optional.ofNullable(authorizations.get(ask.scope()));
            var first = follow(ask, known);
            if (first.statusCode() != 401) {
                return first;
            }
            first.body().close();
            var answer = answer(first, ask);
            var second = follow(ask, answer);
            if (second.statusCode() == 401 || second.statusCode() == 403) {
                second.body().close();
                throw refused(second.statusCode());
            }
            return second;
        } catch (IOException unreachable) {
            if (Thread.interrupted()) {
                throw new InterruptedException("asking " + registry + " was cancelled");
            }
            throw failure(unreachable);
        }
    }

    /** What is sent may come from elsewhere, and fail there. */
    private RegistryException failure(IOException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof RegistryException elsewhere) {
                return elsewhere;
            }
            if (cause instanceof Content.WrongException wrong) {
                return new RegistryException(Kind.OTHER, words(wrong), failed);
            }
        }
        return new RegistryException(Kind.UNREACHABLE, registry + " cannot be reached: " + words(failed), failed);
    }

    private Optional<String> answer(HttpResponse<InputStream> refusal, Ask ask)
            throws IOException, InterruptedException {
        var header = refusal.headers().firstValue("WWW-Authenticate").orElseThrow(() -> refused(401));
        var answer = tokens.answer(Challenge.parse(header), ask.scope()).orElseThrow(() -> refused(401));
        authorizations.put(ask.scope(), answer);
        return Optional.of(answer);
    }

    private RegistryException refused(int status) {
        return new RegistryException(
                Kind.UNAUTHORISED,
                registry + " answered " + status
                        + (loggedIn ? ": this login is not good for it" : ": it wants a login"));
    }

    private HttpResponse<InputStream> follow(Ask ask, Optional<String> authorization)
            throws IOException, InterruptedException {
        var uri = ask.uri();
        for (int i = 0; i <= REDIRECTS_MAX; i++) {
            var response = http.send(request(ask, uri, authorization), HttpResponse.BodyHandlers.ofInputStream());
            if (!REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            response.body().close();
            uri = next(uri, response);
        }
        throw new RegistryException(Kind.OTHER, registry + " redirects for ever");
    }

    /** Who one is concerns the registry alone, not whoever it sends us to. */
    private static HttpRequest request(Ask ask, URI uri, Optional<String> authorization) {
        var request =
                HttpRequest.newBuilder(uri).method(ask.method(), ask.body()).timeout(ask.timeout());
        ask.headers().forEach(request::header);
        if (sameServer(ask.uri(), uri)) {
            authorization.ifPresent(value -> request.header("Authorization", value));
        }
        return request.build();
    }

    private URI next(URI from, HttpResponse<InputStream> response) {
        var target = from.resolve(response.headers()
                .firstValue("Location")
                .orElseThrow(() -> new RegistryException(Kind.OTHER, registry + " redirects to nowhere")));
        if ("https".equals(from.getScheme()) && !"https".equals(target.getScheme())) {
            throw new RegistryException(
                    Kind.OTHER, registry + " redirects to a server without TLS: " + target.getHost());
        }
        return target;
    }

    private static boolean sameServer(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort();
    }

    static String words(Throwable failure) {
        var deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        if (deepest instanceof UnresolvedAddressException) {
            return "no name server knows an address of it";
        }
        return Optional.ofNullable(deepest.getMessage()).orElseGet(deepest.getClass()::getSimpleName);
    }
}
