package dev.banyan.api.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A registry in memory that speaks the distribution's API over plain HTTP on loopback, and can be as strict and as broken as a test wants. */
public final class FakeRegistry implements AutoCloseable {
    /** How it wants to be told who one is. */
    public enum Door {
        OPEN,
        BASIC,
        TOKEN
    }

    private record Stored(String mediaType, byte[] bytes) {}

    private final HttpServer server;
    private final ExecutorService answering = Executors.newCachedThreadPool();
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, Stored> manifests = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> cut = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> refusals = new ConcurrentHashMap<>();
    private volatile Door door = Door.OPEN;
    private volatile Optional<URI> elsewhere = Optional.empty();
    private volatile Runnable before = () -> {};

    public FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(answering);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI base() {
        return URI.create("http://" + host());
    }

    /** Host and port. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on only alice with the password "secret" may in. */
    public void lock(Door kind) {
        door = kind;
    }

    /** Blobs are to be had from there. */
    public void redirectBlobs(URI to) {
        elsewhere = Optional.of(to);
    }

    /** Ends the next answer with this blob in its middle. */
    public void cutOnce(String digest) {
        cut.add(digest);
    }

    /** Another content under the same digest. */
    public void spoil(String digest) {
        blobs.computeIfPresent(digest, (key, bytes) -> {
            var spoilt = bytes.clone();
            spoilt[0] ^= 1;
            return spoilt;
        });
    }

    /** So many of the next pushes of this method are refused, as by a registry that can only be read. */
    public void refusePushes(String method, int times) {
        refusals.put(method, new AtomicInteger(times));
    }

    /** As a registry does that collects what no manifest names. */
    public void forgetBlob(String text) {
        blobs.remove(digest(text));
    }

    private boolean refused(String method) {
        var left = refusals.get(method);
        return left != null && left.getAndDecrement() > 0;
    }

    /** Is run before each answer. */
    public void before(Runnable action) {
        before = action;
    }

    /** Method, path and the kind of login, of each question. */
    public List<String> asked() {
        return asked;
    }

    /** How many questions began so. */
    public long asked(String beginning) {
        return asked.stream().filter(line -> line.startsWith(beginning)).count();
    }

    public boolean hasBlob(String text) {
        return blobs.containsKey(digest(text));
    }

    /** The manifest under a name such as {@code team/web:1}, or with a digest. */
    public Optional<String> manifest(String name) {
        return Optional.ofNullable(manifests.get(name))
                .map(stored -> new String(stored.bytes(), StandardCharsets.UTF_8));
    }

    /** An image of one platform: a config and layers that consist of these texts. Answers its digest. */
    public String image(String repository, String tag, String... layers) {
        var config = "{\"layers\":\"" + String.join(",", layers) + "\"}";
        var parts = Stream.of(layers)
                .map(layer -> part("application/vnd.oci.image.layer.v1.tar+gzip", blob(layer), layer.length(), ""))
                .toList();
        return put(
                repository,
                tag,
                ImageManifest.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + ImageManifest.OCI_MANIFEST + "\",\"config\":"
                        + part("application/vnd.oci.image.config.v1+json", blob(config), config.length(), "")
                        + ",\"layers\":[" + String.join(",", parts) + "]}");
    }

    /** An index of images, by platform, each with one layer that is its platform's name and {@code word}. */
    public String index(String repository, String tag, String word, String... platforms) {
        var parts = Arrays.stream(platforms).map(platform -> {
            var digest = image(repository, platform.replace('/', '-'), platform + word);
            var size = manifest(repository + "@" + digest).orElseThrow().length();
            var halves = platform.split("/", 2);
            return part(
                    ImageManifest.OCI_MANIFEST,
                    digest,
                    size,
                    ",\"platform\":{\"os\":\"" + halves[0] + "\",\"architecture\":\"" + halves[1] + "\"}");
        });
        return put(
                repository,
                tag,
                ImageManifest.OCI_INDEX,
                "{\"schemaVersion\":2,\"mediaType\":\"" + ImageManifest.OCI_INDEX + "\",\"manifests\":["
                        + String.join(",", parts.toList()) + "]}");
    }

    public static String digest(String text) {
        return Content.digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String part(String mediaType, String digest, int size, String more) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + size + more + "}";
    }

    private String blob(String text) {
        blobs.put(digest(text), text.getBytes(StandardCharsets.UTF_8));
        return digest(text);
    }

    private String put(String repository, String reference, String mediaType, String text) {
        var stored = new Stored(mediaType, text.getBytes(StandardCharsets.UTF_8));
        manifests.put(repository + ":" + reference, stored);
        manifests.put(repository + "@" + digest(text), stored);
        return digest(text);
    }

    private void answer(HttpExchange exchange) throws IOException {
        before.run();
        var path = exchange.getRequestURI().getPath();
        var authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + authorization.split(" ")[0]);
        try (exchange) {
            if (path.equals("/token")) {
                token(exchange, authorization);
            } else if (!path.startsWith("/stored/") && !admitted(authorization)) {
                var kind = door == Door.BASIC
                        ? "Basic realm=\"fake\""
                        : "Bearer realm=\"" + base() + "/token\",service=\"fake\"";
                exchange.getResponseHeaders().add("WWW-Authenticate", kind);
                exchange.sendResponseHeaders(401, -1);
            } else {
                serve(exchange, path);
            }
        }
    }

    private boolean admitted(String authorization) {
        return switch (door) {
            case OPEN -> true;
            case BASIC -> authorization.equals(basic());
            case TOKEN -> authorization.equals("Bearer good");
        };
    }

    private static String basic() {
        return "Basic " + Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8));
    }

    private void token(HttpExchange exchange, String authorization) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean known = authorization.equals(basic()) || body.contains("refresh_token=kept");
        send(exchange, 200, "application/json", known ? "{\"token\":\"good\"}" : "{\"access_token\":\"for-anybody\"}");
    }

    private void serve(HttpExchange exchange, String path) throws IOException {
        var rest = path.substring(Math.min(path.length(), "/v2/".length()));
        if (refused(exchange.getRequestMethod())) {
            send(exchange, 405, "application/json", "{\"errors\":[{\"message\":\"read only\"}]}");
            return;
        }
        if (path.startsWith("/stored/")) {
            blob(exchange, path.substring("/stored/".length()));
        } else if (rest.equals("_catalog")) {
            var names = manifests.keySet().stream()
                    .map(name -> name.split("[:@]")[0])
                    .distinct()
                    .sorted();
            send(exchange, 200, "application/json", "{\"repositories\":" + list(names) + "}");
        } else if (rest.endsWith("/tags/list")) {
            tags(exchange, rest.substring(0, rest.length() - "/tags/list".length()));
        } else if (rest.contains("/blobs/uploads/")) {
            upload(exchange);
        } else if (rest.contains("/blobs/")) {
            var digest = rest.substring(rest.indexOf("/blobs/") + "/blobs/".length());
            if (elsewhere.isPresent() && exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().add("Location", elsewhere.get() + "/stored/" + digest);
                exchange.sendResponseHeaders(307, -1);
            } else {
                blob(exchange, digest);
            }
        } else if (rest.contains("/manifests/")) {
            manifest(exchange, rest);
        } else {
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** One to a page. */
    private void tags(HttpExchange exchange, String repository) throws IOException {
        var all = manifests.keySet().stream()
                .filter(name -> name.startsWith(repository + ":"))
                .map(name -> name.substring(repository.length() + 1))
                .sorted()
                .toList();
        var query = exchange.getRequestURI().getQuery();
        int from = query.contains("last=") ? all.indexOf(query.replaceAll(".*last=", "")) + 1 : 0;
        var page = all.stream().skip(from).limit(1).toList();
        if (from + 1 < all.size()) {
            exchange.getResponseHeaders()
                    .add("Link", "</v2/" + repository + "/tags/list?n=1&last=" + page.getFirst() + ">; rel=\"next\"");
        }
        send(exchange, 200, "application/json", "{\"tags\":" + list(page.stream()) + "}");
    }

    private static String list(Stream<String> words) {
        return "[" + String.join(",", words.map(word -> "\"" + word + "\"").toList()) + "]";
    }

    private void upload(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders()
                    .add("Location", exchange.getRequestURI().getPath() + "one?state=x");
            exchange.sendResponseHeaders(202, -1);
            return;
        }
        var bytes = exchange.getRequestBody().readAllBytes();
        var told = exchange.getRequestURI().getQuery().replaceAll(".*digest=", "");
        if (!Content.digest(bytes).equals(told)) {
            send(exchange, 400, "application/json", "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"no\"}]}");
            return;
        }
        blobs.put(told, bytes);
        exchange.sendResponseHeaders(201, -1);
    }

    private void blob(HttpExchange exchange, String digest) throws IOException {
        var bytes = blobs.get(digest);
        if (bytes == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes, 0, cut.remove(digest) ? bytes.length / 2 : bytes.length);
        }
    }

    private void manifest(HttpExchange exchange, String rest) throws IOException {
        var repository = rest.substring(0, rest.indexOf("/manifests/"));
        var reference = rest.substring(rest.indexOf("/manifests/") + "/manifests/".length());
        var name = repository + (reference.startsWith("sha256:") ? "@" : ":") + reference;
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                var text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                var type = exchange.getRequestHeaders().getFirst("Content-Type");
                var manifest = ImageManifest.read(type, text.getBytes(StandardCharsets.UTF_8));
                if (!manifest.blobs().stream().allMatch(blob -> blobs.containsKey(blob.digest()))) {
                    send(exchange, 400, "application/json", "{\"errors\":[{\"message\":\"blob unknown\"}]}");
                    return;
                }
                put(repository, reference, type, text);
                exchange.sendResponseHeaders(201, -1);
            }
            case "DELETE" -> {
                var gone = manifests.remove(name);
                manifests.values().removeIf(stored -> gone != null && Arrays.equals(stored.bytes(), gone.bytes()));
                exchange.sendResponseHeaders(gone == null ? 404 : 202, -1);
            }
            default -> {
                var stored = manifests.get(name);
                if (stored == null) {
                    send(exchange, 404, "application/json", "{\"errors\":[{\"message\":\"manifest unknown\"}]}");
                } else {
                    var text = new String(stored.bytes(), StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Docker-Content-Digest", digest(text));
                    send(exchange, 200, stored.mediaType(), text);
                }
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String mediaType, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", mediaType);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        answering.shutdownNow();
    }
}
