package dev.banyan.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.banyan.api.registry.Registry;
import dev.banyan.engine.image.ClusterImages.Answer;
import dev.banyan.engine.image.shelf.Demand;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers as registries do. With TLS and a real registry it is tried by EngineServersTest. */
class ClusterImagesTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Registry registry;
    private ClusterImages client;
    private int answer = 200;
    private String digest = DIGEST;
    private String absent = "";

    @BeforeEach
    void listen() throws IOException, NoSuchAlgorithmException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders()
                            .getFirst("Accept")
                            .contains("application/vnd.oci.image.index.v1+json"));
            if (!digest.isEmpty()) {
                exchange.getResponseHeaders().add("Docker-Content-Digest", digest);
            }
            boolean gone =
                    !absent.isEmpty() && exchange.getRequestURI().toString().endsWith(absent);
            exchange.sendResponseHeaders(gone ? 404 : answer, -1);
            exchange.close();
        });
        server.start();
        var base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        registry = Registry.at("the registry", base, SSLContext.getDefault(), Optional.empty());
        client = new ClusterImages(registry, new Demand(new SystemEnv().time()), 7444);
    }

    @AfterEach
    void close() {
        registry.close();
        server.stop(0);
    }

    @Test
    void resolvesATagToItsDigest() {
        assertThat(client.resolve("registry.banyan/team/web:1.2"))
                .isEqualTo(new Answer.Found("registry.banyan/team/web@" + DIGEST));
        assertThat(asked).containsExactly("HEAD /v2/team/web/manifests/1.2 true");
    }

    @Test
    void takesLatestWhereNoTagIsWritten() {
        client.resolve("registry.banyan/web");

        assertThat(asked).containsExactly("HEAD /v2/web/manifests/latest true");
    }

    @Test
    void checksThatADigestIsThere() {
        assertThat(client.resolve("registry.banyan/web@" + DIGEST))
                .isEqualTo(new Answer.Found("registry.banyan/web@" + DIGEST));
        assertThat(asked).containsExactly("HEAD /v2/web/manifests/" + DIGEST + " true");
    }

    @Test
    void saysHowToPushWhatIsNotThere() {
        answer = 404;

        assertThat(reason("registry.banyan/web:1"))
                .contains("registry.banyan/web:1 is not in the cluster's registry", "skopeo copy", "/web:1");
    }

    @Test
    void namesAnAnswerThatItDoesNotUnderstand() {
        answer = 500;
        assertThat(reason("registry.banyan/web:1")).contains("asking for registry.banyan/web:1", "answered 500");
    }

    @Test
    void namesARegistryThatIsAway() {
        server.stop(0);

        assertThat(reason("registry.banyan/web:1")).contains("the registry cannot be reached");
    }

    @Test
    void looksForImagesOfElsewhereInTheirMirror() {
        assertThat(client.resolve("redis:7"))
                .isEqualTo(new Answer.Found("registry.banyan/mirror/docker.io/library/redis@" + DIGEST));
        assertThat(client.resolve("localhost:5000/x"))
                .isEqualTo(new Answer.Found("registry.banyan/mirror/localhost_5000/x@" + DIGEST));
        assertThat(asked)
                .containsExactly(
                        "HEAD /v2/mirror/docker.io/library/redis/manifests/7 true",
                        "HEAD /v2/mirror/localhost_5000/x/manifests/latest true");

        answer = 404;
        assertThat(reason("redis:7")).contains("redis:7 is not in the cluster's registry", "banyan-cli up brings it");
    }

    @Test
    void takesTheKeptPlatformsOfAForeignDigest() {
        absent = DIGEST;

        assertThat(client.resolve("redis@" + DIGEST))
                .isEqualTo(new Answer.Found("registry.banyan/mirror/docker.io/library/redis@" + DIGEST));

        assertThat(asked).last().asString().contains("/manifests/" + DIGEST.replace(':', '-'));
    }

    @Test
    void asksNobodyAboutMalformedNames() {
        for (var name : List.of(
                "registry.banyan/",
                "registry.banyan/Web:1",
                "registry.banyan/../secret:1",
                "registry.banyan/web:",
                "registry.banyan/web:a b",
                "registry.banyan/web@sha256:12",
                "registry.banyan/web:1/../../x")) {
            assertThat(reason(name)).as(name).contains("is no image name");
        }
        assertThat(asked).isEmpty();
    }

    private String reason(String image) {
        var found = client.resolve(image);
        assertThat(found).as(image).isInstanceOf(Answer.NotFound.class);
        return ((Answer.NotFound) found).reason();
    }
}
