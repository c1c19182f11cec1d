package dev.banyan.engine.image;

import dev.banyan.api.registry.Login;
import dev.banyan.api.registry.Registry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Ways to the registries of the world. Thread-safe. */
public final class Upstreams {
    private static final Map<String, String> REAL_HOSTS = Map.of("docker.io", "registry-1.docker.io");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

    /** What a registry answers, to those it knows and to others. */
    private static final Set<Integer> PLAIN = Set.of(200, 401);

    private static final Duration PROBE = Duration.ofSeconds(5);

    private final SSLContext tls;
    private final Set<String> plain;

    /**
     * Believes the authorities in a PEM file; those that Java knows, where there is no such file.
     *
     * @param plain registries, as host or host and port, that may be asked without TLS
     */
    public Upstreams(Path authorities, Set<String> plain) {
        this.tls = tls(authorities);
        this.plain = Set.copyOf(plain);
    }

    /** The registry of that host, and port if it has one; the caller closes it. */
    Registry open(String host, Optional<Login> login) throws InterruptedException {
        var real = REAL_HOSTS.getOrDefault(host, host);
        var scheme = mayBePlain(host) && speaksPlainly(real) ? "http" : "https";
        return Registry.at(host, URI.create(scheme + "://" + real), tls, login);
    }

    private boolean mayBePlain(String host) {
        var name = host.split(":", 2)[0];
        return LOOPBACK.contains(name) || plain.contains(host) || plain.contains(name);
    }

    /** A server that speaks TLS answers a plain question with 400, or hangs up; the other way round many wait for more. */
    private static boolean speaksPlainly(String host) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + host + "/v2/"))
                .timeout(PROBE)
                .build();
        try (var http = HttpClient.newBuilder().connectTimeout(PROBE).build()) {
            return PLAIN.contains(
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (IOException tlsOrAway) {
            return false;
        }
    }

    private static SSLContext tls(Path authorities) {
        try {
            var context = SSLContext.getInstance("TLS");
            if (!Files.isReadable(authorities)) {
                context.init(null, null, null);
                return context;
            }
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            try (var pem = Files.newInputStream(authorities)) {
                int number = 0;
                for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    store.setCertificateEntry("authority-" + number++, certificate);
                }
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException unusable) {
            throw new IllegalStateException("cannot use the authorities of " + authorities, unusable);
        }
    }
}
