package dev.banyan.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.registry.FakeRegistry;
import dev.banyan.api.registry.ImageCopy;
import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Login;
import dev.banyan.api.registry.Platform;
import dev.banyan.api.registry.Registry;
import dev.banyan.engine.identity.ClusterAuthority;
import dev.banyan.engine.identity.Subject;
import dev.banyan.engine.image.ImageDesk.State;
import dev.banyan.engine.image.shelf.Demand;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry behind TLS that sends everybody to a token server, as Docker Hub does. */
@Tag("servers")
class TokenRegistryServersTest {
    private static final Env ENV = new SystemEnv();
    private static final String CLUSTER = ENV.entropy().uid();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PACE = Duration.ofMillis(20);
    private static final Login ALICE = new Login.Password("alice", "secret");

    @TempDir
    private Path directory = Path.of("");

    private final ClusterAuthority authority = ClusterAuthority.create(CLUSTER, ENV);
    private final Credentials server = authority.issue(
            Subject.server(new SpiffeId(CLUSTER, "registry", "other"), List.of("127.0.0.1", "localhost")));
    private final FakeRegistry own = new FakeRegistry();
    private final FakeRegistry maker = new FakeRegistry();
    private final List<String> scopes = new CopyOnWriteArrayList<>();
    private int port;
    private @Nullable HttpsServer tokens;
    private @Nullable Process other;

    @BeforeEach
    void start() throws Exception {
        var files = new CredentialsDirectory(directory.resolve("tls"));
        files.save(server);
        port = freePort();
        var started = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        started.setHttpsConfigurator(new HttpsConfigurator(tls()));
        started.createContext("/token", this::token);
        started.start();
        tokens = started;
        var config = Files.writeString(
                directory.resolve("other.yml"),
                """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d", tls: {certificate: %s, key: %s}}
                auth: {token: {realm: "https://127.0.0.1:%d/token", service: other, issuer: tokens, rootcertbundle: %s}}
                """
                        .formatted(
                                directory.resolve("data"),
                                port,
                                files.certificate(),
                                files.key(),
                                started.getAddress().getPort(),
                                files.authority()));
        other = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("other.log").toFile())
                .start();
        awaitRegistry();
    }

    @AfterEach
    void end() throws InterruptedException {
        var process = other;
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        var started = tokens;
        if (started != null) {
            started.stop(0);
        }
        own.close();
        maker.close();
    }

    @Test
    void fetchesWithAToken() throws Exception {
        var digest = push();
        scopes.clear();

        var done = (State.Done) ended(Optional.of(ALICE), files().authority());

        assertThat(done.reference()).endsWith("@" + digest);
        assertThat(own.manifest(name().clusterRepository() + ":1")).isEqualTo(maker.manifest("web:1"));
        assertThat(scopes).as("no more than is needed").containsOnly("repository:team/web:pull");
    }

    @Test
    void saysThatALoginIsMissingOrWrong() throws Exception {
        push();

        assertThat(failed(Optional.empty(), files().authority())).contains("wants a login", "docker login");
        assertThat(failed(Optional.of(new Login.Password("alice", "guess")), files().authority()))
                .contains("this login is not good for it");
    }

    @Test
    void believesNoCertificateOfAnotherAuthority() throws Exception {
        var stranger = new CredentialsDirectory(directory.resolve("stranger"));
        stranger.save(ClusterAuthority.create(CLUSTER, ENV)
                .issue(Subject.server(new SpiffeId(CLUSTER, "registry", "x"), List.of("127.0.0.1"))));
        scopes.clear();

        assertThat(failed(Optional.of(ALICE), stranger.authority())).contains("cannot be reached");
        assertThat(scopes).as("nobody was told who asks").isEmpty();
    }

    private String push() throws Exception {
        maker.image("web", "1", "layer", "another");
        var upstreams = new Upstreams(files().authority(), Set.of());
        try (var from = Registry.at("maker", maker.base(), SSLContext.getDefault(), Optional.empty());
                var to = upstreams.open("127.0.0.1:" + port, Optional.of(ALICE))) {
            var target = new ImageCopy.Target(to, "team/web", Set.<Platform>of());
            return new ImageCopy(from.source("web"), target, new Silent(), ENV)
                    .copy(from.manifest("web", "1").orElseThrow(), List.of("1"))
                    .digest();
        }
    }

    private String failed(Optional<Login> login, Path authorities) throws Exception {
        return ((State.Failed) ended(login, authorities)).reason();
    }

    private State ended(Optional<Login> login, Path authorities) throws Exception {
        try (var registry = Registry.at("own", own.base(), SSLContext.getDefault(), Optional.empty())) {
            var place = new Mirror.Place(
                    "engine:7444", registry, directory.resolve("notes"), new Demand(ENV.time()), () -> {
                        throw new IllegalStateException("nobody looks what is there");
                    });
            var mirror = new Mirror(
                    place, new Upstreams(authorities, Set.of()), () -> Set.of(Platform.parse("linux/amd64")), ENV);
            var order = new Order(name().toString(), name(), new Order.Policy.Missing(), Optional.empty(), login);
            try (var waiting = mirror.mirror(order)) {
                var state = waiting.next(PACE);
                while (state instanceof State.Moving) {
                    state = waiting.next(PACE);
                }
                return state;
            }
        }
    }

    private ImageName name() {
        return ImageName.parse("127.0.0.1:" + port + "/team/web:1");
    }

    private CredentialsDirectory files() {
        return new CredentialsDirectory(directory.resolve("tls"));
    }

    /** What a token server gives: who is not known gets a token for nothing, as on Docker Hub. */
    private void token(HttpExchange exchange) throws IOException {
        try (exchange) {
            var query = URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
            var scope = Arrays.stream(query.split("&"))
                    .filter(part -> part.startsWith("scope="))
                    .map(part -> part.substring("scope=".length()))
                    .collect(Collectors.joining(" "));
            scopes.add(scope);
            var told = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
            var known = "Basic " + Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8));
            if (told.isPresent() && !told.get().equals(known)) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            var answer =
                    ("{\"token\":\"" + signed(told.isPresent() ? scope : "") + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private String signed(String scope) {
        var chain = new ArrayList<String>();
        try {
            for (var certificate : server.chain()) {
                chain.add("\"" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + "\"");
            }
            long now = ENV.time().now().getEpochSecond();
            var words = scope.split(":", 3);
            var access = scope.isEmpty()
                    ? ""
                    : "{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[%s]}"
                            .formatted(
                                    words[0],
                                    words[1],
                                    Arrays.stream(words[2].split(","))
                                            .map(action -> "\"" + action + "\"")
                                            .collect(Collectors.joining(",")));
            var header = "{\"typ\":\"JWT\",\"alg\":\"ES256\",\"x5c\":[" + String.join(",", chain) + "]}";
            var claims =
                    "{\"iss\":\"tokens\",\"sub\":\"alice\",\"aud\":\"other\",\"exp\":%d,\"nbf\":%d,\"iat\":%d,\"jti\":\"1\",\"access\":[%s]}"
                            .formatted(now + 300, now - 60, now, access);
            var text = encoded(header.getBytes(StandardCharsets.UTF_8)) + "."
                    + encoded(claims.getBytes(StandardCharsets.UTF_8));
            var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(server.key());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + encoded(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private SSLContext tls() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new OwnKey(server)}, null, null);
        return context;
    }

    private void awaitRegistry() throws Exception {
        long start = ENV.time().nanos();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
                return;
            } catch (IOException notYet) {
                assertThat(ENV.time().since(start))
                        .as(Files.readString(directory.resolve("other.log")))
                        .isLessThan(PATIENCE);
                ENV.signal().await(PACE);
            }
        }
    }

    /** Below the range from which the kernel takes ports for connections, so that nobody takes it by chance. */
    private static int freePort() throws IOException {
        for (int port = 10_000 + (int) (ProcessHandle.current().pid() % 4_000); ; port++) {
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
    }

    private static final class Silent implements ImageCopy.Progress {
        @Override
        public void expect(long bytes) {}

        @Override
        public void moved(long bytes) {}
    }
}
