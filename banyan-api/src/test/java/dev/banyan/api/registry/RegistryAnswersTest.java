package dev.banyan.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.banyan.api.registry.RegistryException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Registries that answer as they should not, or in a way that few do. */
class RegistryAnswersTest {
    private static final String OTHER_DIGEST = "sha256:" + "0b".repeat(32);
    private static final String MANIFEST = "{\"schemaVersion\":2,\"mediaType\":\"" + ImageManifest.OCI_MANIFEST
            + "\",\"config\":{\"digest\":\"" + OTHER_DIGEST + "\",\"size\":2},\"layers\":[]}";

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Registry registry;

    private record Answer(int status, Map<String, String> headers, String body) {}

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        var base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        registry = Registry.at("the shelf", base, SSLContext.getDefault(), Optional.empty());
    }

    @AfterEach
    void stop() {
        registry.close();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "401,UNAUTHORISED",
        "403,UNAUTHORISED",
        "405,UNREACHABLE",
        "408,UNREACHABLE",
        "429,UNREACHABLE",
        "500,UNREACHABLE",
        "503,UNREACHABLE",
        "504,UNREACHABLE",
        "400,OTHER",
        "418,OTHER"
    })
    void aRefusalSaysWhetherTryingAgainHelps(int status, Kind kind) {
        on("GET /v2/web/manifests/1", status, "{\"errors\":[{\"message\":\"not \\u001b[31mtoday\"}]}");

        assertThatThrownBy(() -> registry.manifest("web", "1"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("the shelf")
                .satisfies(failed -> {
                    assertThat(((RegistryException) failed).kind()).isEqualTo(kind);
                    assertThat(failed.getMessage()).doesNotContain("\u001b");
                });
    }

    @Test
    void whatARegistrySaysOfAnErrorIsToldAndCut() {
        on("GET /v2/web/manifests/1", 400, "{\"errors\":[{\"message\":\"" + "x".repeat(500) + "\"}]}");

        assertThatThrownBy(() -> registry.manifest("web", "1"))
                .hasMessageContaining("(" + "x".repeat(200) + ")")
                .hasMessageContaining("the question for web:1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"''", "[]", "{}", "{\"errors\":[]}", "{\"errors\":{}}", "{\"errors\":[1]}", "<html>"})
    void anErrorWithoutWordsIsToldByItsNumber(String body) {
        on("GET /v2/web/manifests/1", 400, body);

        assertThatThrownBy(() -> registry.manifest("web", "1")).hasMessageContaining("the shelf answered 400 to the");
    }

    @Test
    void aDigestThatIsNotToldIsWorkedOut() throws Exception {
        on("HEAD /v2/web/manifests/1", 200, "");
        on("GET /v2/web/manifests/1", 200, MANIFEST);

        assertThat(registry.digest("web", "1")).contains(Content.digest(MANIFEST.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anotherManifestThanTheOneAskedForIsRefused() {
        on("GET /v2/web/manifests/" + OTHER_DIGEST, 200, MANIFEST);

        assertThatThrownBy(() -> registry.manifest("web", OTHER_DIGEST))
                .hasMessageContaining("when it was asked for " + OTHER_DIGEST);
    }

    @Test
    void aManifestWithoutEndIsNotReadToItsEnd() {
        on("GET /v2/web/manifests/1", 200, " ".repeat(ImageManifest.BYTES_MAX + 1));

        assertThatThrownBy(() -> registry.manifest("web", "1"))
                .hasMessageContaining("the shelf answered more than " + ImageManifest.BYTES_MAX + " bytes");
    }

    @Test
    void aPageThatNamesTheNextIsFollowedAndNoLists() throws Exception {
        answers.put(
                "GET /v2/web/tags/list?n=1000",
                new Answer(
                        200, Map.of("Link", "</v2/web/tags/list?n=1000&last=a>; rel=\"next\""), "{\"tags\":[\"a\"]}"));
        on("GET /v2/web/tags/list?n=1000&last=a", 200, "{\"tags\":null}");
        on("GET /v2/_catalog?n=1000", 200, "[]");

        assertThat(registry.tags("web")).containsExactly("a");
        assertThat(registry.repositories()).isEmpty();
        assertThat(registry.tags("gone")).isEmpty();
    }

    @Test
    void whatIsGoneNeedNoRemoval() throws Exception {
        registry.delete("web", OTHER_DIGEST);
        on("DELETE /v2/web/manifests/" + OTHER_DIGEST, 405, "");

        assertThatThrownBy(() -> registry.delete("web", OTHER_DIGEST))
                .hasMessageContaining("the removal of web@" + OTHER_DIGEST);
    }

    @Test
    void anUploadWithoutAPlaceIsRefused() {
        on("POST /v2/web/blobs/uploads/", 202, "");

        assertThatThrownBy(() -> registry.upload("web", blob("x"), source("x"), moved -> {}))
                .hasMessageContaining("the shelf names no place for an upload");
        on("POST /v2/web/blobs/uploads/", 507, "");
        assertThatThrownBy(() -> registry.upload("web", blob("x"), source("x"), moved -> {}))
                .hasMessageContaining("answered 507 to the upload to web");
    }

    @Test
    void anUploadGoesWhereItIsSentWithTheDigestBesideWhatStandsThere() throws Exception {
        answers.put("POST /v2/web/blobs/uploads/", new Answer(202, Map.of("Location", "/elsewhere/7?state=a%2Fb"), ""));
        var blob = blob("layer");
        on("PUT /elsewhere/7?state=a%2Fb&digest=" + blob.digest(), 201, "");

        registry.upload("web", blob, source("layer"), moved -> {});

        assertThat(asked).contains("PUT /elsewhere/7?state=a%2Fb&digest=" + blob.digest() + " layer");
    }

    @Test
    void aBlobThatIsAwayIsNamed() {
        var source = registry.source("web");

        assertThatThrownBy(() -> source.blob(blob("x")))
                .hasMessageContaining("the question for " + blob("x").digest());
        assertThatThrownBy(() -> source.manifest(blob("x")))
                .hasMessageContaining("the shelf has no " + blob("x").digest());
    }

    @Test
    void aLoginOfAKindThatNobodyKnowsIsNotTried() {
        answers.put("GET /v2/web/manifests/1", new Answer(401, Map.of("WWW-Authenticate", "Negotiate abc"), ""));

        assertThatThrownBy(() -> registry.manifest("web", "1"))
                .hasMessageContaining("the shelf wants a login of a kind that is not known: negotiate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"{};gives no token", "[];gives no token", "x;gives no token", "{\"token\":\"\"};gives no token"})
    void aTokenServerThatGivesNoneIsNamed(String body, String words) {
        var realm = "http://127.0.0.1:" + server.getAddress().getPort() + "/token?kind=a";
        answers.put(
                "GET /v2/web/manifests/1",
                new Answer(401, Map.of("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s s\""), ""));
        on("GET /token?kind=a&scope=repository%3Aweb%3Apull&service=s+s", 200, body);

        assertThatThrownBy(() -> registry.manifest("web", "1"))
                .hasMessageContaining("the token server of the shelf " + words);
    }

    @Test
    void aChallengeWithoutATokenServerIsRefused() {
        answers.put("GET /v2/web/manifests/1", new Answer(401, Map.of("WWW-Authenticate", "Bearer scope=\"x\""), ""));

        assertThatThrownBy(() -> registry.manifest("web", "1")).hasMessageContaining("the shelf names no token server");
    }

    private void on(String ask, int status, String body) {
        answers.put(ask, new Answer(status, Map.of(), body));
    }

    private void answer(HttpExchange exchange) throws IOException {
        var sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var ask = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        asked.add(ask + " " + sent);
        var answer = answers.getOrDefault(ask, new Answer(404, Map.of(), ""));
        answer.headers().forEach((key, value) -> exchange.getResponseHeaders().add(key, value));
        exchange.getResponseHeaders().add("Content-Type", ImageManifest.OCI_MANIFEST);
        var body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static Descriptor blob(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Descriptor("application/octet-stream", Content.digest(bytes), bytes.length, Optional.empty());
    }

    private static ImageSource source(String text) {
        return new ImageSource() {
            @Override
            public ImageManifest manifest(Descriptor part) {
                throw new AssertionError("nobody asked for a manifest");
            }

            @Override
            public InputStream blob(Descriptor part) {
                return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            }
        };
    }
}
