package dev.banyan.api.registry;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.api.registry.RegistryException.Kind;
import dev.banyan.api.source.Visible;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLContext;

/**
 * One registry, by the HTTP API of the distribution specification. Thread-safe; calls block, and throw {@link RegistryException} when the
 * registry does not do what is asked.
 */
public final class Registry implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** 10 GiB over 10 Mbit/s take 2.4 hours; who watches the progress ends it earlier. */
    private static final Duration UPLOAD = Duration.ofHours(3);

    private static final int ANSWER_MAX = 4 << 20;
    private static final int REASON_MAX = 200;
    private static final String BYTES = "application/octet-stream";
    private static final String ACCEPT = String.join(
            ", ",
            ImageManifest.OCI_INDEX,
            ImageManifest.OCI_MANIFEST,
            ImageManifest.DOCKER_INDEX,
            ImageManifest.DOCKER_MANIFEST);

    private final String name;
    private final URI base;
    private final HttpClient http;
    private final Wire wire;

    private Registry(String name, URI base, HttpClient http, Optional<Login> login) {
        this.name = name;
        this.base = base;
        this.http = http;
        this.wire = new Wire(name, base, http, login);
    }

    /**
     * Nothing is sent before the first call.
     *
     * @param name in words for people
     * @param base such as {@code https://127.0.0.1:7444}
     */
    public static Registry at(String name, URI base, SSLContext tls, Optional<Login> login) {
        var http = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
        return new Registry(name, base, http, login);
    }

    /** In words for people. */
    public String name() {
        return name;
    }

    /** The digest of a manifest by tag or digest; empty when there is none. */
    public Optional<String> digest(String repository, String reference) throws InterruptedException {
        var ask = Wire.Ask.of("HEAD", uri(repository + "/manifests/" + reference), pull(repository))
                .with("Accept", ACCEPT);
        var response = closed(wire.send(ask));
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        require(response, 200, "the question for " + repository + ":" + reference, "");
        var told = response.headers().firstValue("Docker-Content-Digest");
        return told.isPresent() ? told : manifest(repository, reference).map(ImageManifest::digest);
    }

    /** A manifest by tag or digest; empty when there is none. */
    public Optional<ImageManifest> manifest(String repository, String reference) throws InterruptedException {
        var ask = Wire.Ask.of("GET", uri(repository + "/manifests/" + reference), pull(repository))
                .with("Accept", ACCEPT);
        var response = wire.send(ask);
        var bytes = body(response, ImageManifest.BYTES_MAX);
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        require(response, 200, "the question for " + repository + ":" + reference, reason(bytes));
        var manifest =
                ImageManifest.read(response.headers().firstValue("Content-Type").orElse(""), bytes);
        if (reference.startsWith("sha256:") && !manifest.digest().equals(reference)) {
            throw new RegistryException(
                    Kind.OTHER, name + " sent " + manifest.digest() + " when it was asked for " + reference);
        }
        return Optional.of(manifest);
    }

    /** An image here as something to be copied; whole is what {@link #manifest} gave. */
    public ImageSource source(String repository) {
        return new ImageSource() {
            @Override
            public ImageManifest manifest(Descriptor part) throws InterruptedException {
                return Registry.this
                        .manifest(repository, part.digest())
                        .orElseThrow(() -> new RegistryException(Kind.NOT_FOUND, name + " has no " + part.digest()));
            }

            @Override
            public InputStream blob(Descriptor part) throws InterruptedException {
                return Registry.this.blob(repository, part);
            }
        };
    }

    boolean has(String repository, Descriptor blob) throws InterruptedException {
        var ask = Wire.Ask.of("HEAD", uri(repository + "/blobs/" + blob.digest()), pull(repository));
        return closed(wire.send(ask)).statusCode() == 200;
    }

    private InputStream blob(String repository, Descriptor blob) throws InterruptedException {
        var ask = Wire.Ask.of("GET", uri(repository + "/blobs/" + blob.digest()), pull(repository));
        var response = wire.send(ask);
        if (response.statusCode() != 200) {
            require(response, 200, "the question for " + blob.digest(), reason(body(response, ANSWER_MAX)));
        }
        return response.body();
    }

    /** Sends a blob whole, and fails unless it is what its digest says. {@code moved} is told of bytes as they go. */
    void upload(String repository, Descriptor blob, ImageSource from, LongConsumer moved) throws InterruptedException {
        var begin = closed(wire.send(Wire.Ask.of("POST", uri(repository + "/blobs/uploads/"), push(repository))));
        require(begin, 202, "the upload to " + repository, "");
        var place = begin.headers()
                .firstValue("Location")
                .orElseThrow(() -> new RegistryException(Kind.OTHER, name + " names no place for an upload"));
        var target = base.resolve(place);
        var end = URI.create(target + (target.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
        var content = BodyPublishers.ofInputStream(() -> open(blob, from, moved));
        var sized = blob.size() == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(content, blob.size());
        var response = wire.send(Wire.Ask.of("PUT", end, push(repository)).sending(sized, BYTES, UPLOAD));
        require(response, 201, "the upload of " + blob.digest(), reason(body(response, ANSWER_MAX)));
    }

    private static InputStream open(Descriptor blob, ImageSource from, LongConsumer moved) {
        try {
            return new Content(from.blob(blob), blob, moved);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new RegistryException(Kind.UNREACHABLE, "cancelled", cancelled);
        }
    }

    /** Puts a manifest under a tag or its digest; everything that it names must be there. */
    public void put(String repository, String reference, ImageManifest manifest) throws InterruptedException {
        var ask = Wire.Ask.of("PUT", uri(repository + "/manifests/" + reference), push(repository))
                .sending(BodyPublishers.ofByteArray(manifest.bytes()), manifest.mediaType(), UPLOAD);
        var response = wire.send(ask);
        require(response, 201, "the manifest of " + repository, reason(body(response, ANSWER_MAX)));
    }

    /** All repositories. */
    public List<String> repositories() throws InterruptedException {
        return names(base.resolve("/v2/_catalog?n=1000"), "registry:catalog:*", "repositories");
    }

    /** All tags of a repository. */
    public List<String> tags(String repository) throws InterruptedException {
        return names(uri(repository + "/tags/list?n=1000"), pull(repository), "tags");
    }

    /** Removes a manifest with all tags on it; its blobs stay until the registry collects them. Nothing happens when it is gone. */
    public void delete(String repository, String digest) throws InterruptedException {
        var scope = "repository:" + repository + ":delete";
        var response = closed(wire.send(Wire.Ask.of("DELETE", uri(repository + "/manifests/" + digest), scope)));
        if (response.statusCode() != 404) {
            require(response, 202, "the removal of " + repository + "@" + digest, "");
        }
    }

    private List<String> names(URI first, String scope, String key) throws InterruptedException {
        var found = new ArrayList<String>();
        Optional<URI> page = Optional.of(first);
        while (page.isPresent()) {
            var response = wire.send(Wire.Ask.of("GET", page.get(), scope));
            var bytes = body(response, ANSWER_MAX);
            if (response.statusCode() == 404) {
                return found;
            }
            require(response, 200, "the question for " + key, reason(bytes));
            json(bytes)
                    .filter(answer -> answer.get(key) instanceof JsonArray)
                    .ifPresent(answer -> answer.getAsJsonArray(key).forEach(item -> found.add(item.getAsString())));
            page = response.headers().firstValue("Link").map(link -> nextPage(link));
        }
        return found;
    }

    private URI nextPage(String link) {
        return base.resolve(link.substring(link.indexOf('<') + 1, Math.max(link.indexOf('>'), link.indexOf('<') + 1)));
    }

    private void require(HttpResponse<?> response, int wanted, String what, String reason) {
        int status = response.statusCode();
        if (status == wanted) {
            return;
        }
        var kind =
                switch (status) {
                    case 404 -> Kind.NOT_FOUND;
                    case 401, 403 -> Kind.UNAUTHORISED;
                    // Of a registry that gives back the room of what was removed, and takes no pushes meanwhile: 405.
                    case 405, 408, 429, 500, 502, 503, 504 -> Kind.UNREACHABLE;
                    default -> Kind.OTHER;
                };
        var words = reason.isEmpty() ? "" : " (" + reason + ")";
        throw new RegistryException(kind, name + " answered " + status + words + " to " + what);
    }

    private static HttpResponse<InputStream> closed(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException gone) {
            // Nothing is wanted of it.
        }
        return response;
    }

    private byte[] body(HttpResponse<InputStream> response, int limit) throws InterruptedException {
        try (var stream = response.body()) {
            var bytes = stream.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new RegistryException(Kind.OTHER, name + " answered more than " + limit + " bytes");
            }
            return bytes;
        } catch (IOException cut) {
            if (Thread.interrupted()) {
                throw new InterruptedException("asking " + name + " was cancelled");
            }
            throw new RegistryException(Kind.UNREACHABLE, name + " stopped answering: " + Wire.words(cut), cut);
        }
    }

    /** What a registry says of an error, as far as it keeps to the specification. */
    private static String reason(byte[] bytes) {
        return json(bytes)
                .filter(answer -> answer.get("errors") instanceof JsonArray errors && !errors.isEmpty())
                .map(answer -> answer.getAsJsonArray("errors").get(0))
                .filter(JsonObject.class::isInstance)
                .map(error -> Descriptor.text((JsonObject) error, "message"))
                .map(text -> Visible.text(text.length() > REASON_MAX ? text.substring(0, REASON_MAX) : text))
                .orElse("");
    }

    private static Optional<JsonObject> json(byte[] bytes) {
        try {
            var parsed = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8));
            return parsed instanceof JsonObject json ? Optional.of(json) : Optional.empty();
        } catch (JsonParseException malformed) {
            return Optional.empty();
        }
    }

    private URI uri(String path) {
        return base.resolve("/v2/" + path);
    }

    private static String pull(String repository) {
        return "repository:" + repository + ":pull";
    }

    private static String push(String repository) {
        return "repository:" + repository + ":pull,push";
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
