package dev.banyan.engine.backing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** Asks the cluster's registry for the digest of an image. Thread-safe; calls block. */
public final class RegistryClient implements AutoCloseable {
    /** The logical host under which images of the cluster's registry are named. */
    public static final String HOST = "registry.banyan";

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Pattern REPOSITORY = Pattern.compile("[a-z0-9]+([._/-]+[a-z0-9]+)*");
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|sha256:[0-9a-f]{64}");
    private static final String ACCEPT = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");

    private final URI base;
    private final HttpClient http;

    /** Talks to the registry at {@code base}, such as {@code https://127.0.0.1:7444}. */
    public RegistryClient(URI base, SSLContext tls) {
        this.base = base;
        this.http = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    /** What became of a question. */
    public sealed interface Answer {
        /** {@code registry.banyan/<repository>@<digest>}. */
        record Found(String reference) implements Answer {}

        /** Why not, in words for the one who asked for the image. */
        record NotFound(String reason) implements Answer {}
    }

    /** Looks up an image by its name as written in a manifest. */
    public Answer resolve(String image) {
        if (!image.startsWith(HOST + "/")) {
            return new Answer.NotFound(elsewhere(image));
        }
        var path = image.substring(HOST.length() + 1);
        int at = path.indexOf('@');
        int colon = path.lastIndexOf(':');
        var repository = at >= 0 ? path.substring(0, at) : colon >= 0 ? path.substring(0, colon) : path;
        var reference = at >= 0 ? path.substring(at + 1) : colon >= 0 ? path.substring(colon + 1) : "latest";
        if (!REPOSITORY.matcher(repository).matches()
                || !REFERENCE.matcher(reference).matches()) {
            return new Answer.NotFound("'" + image + "' is no image name");
        }
        return ask(image, repository, reference);
    }

    private Answer ask(String image, String repository, String reference) {
        var request = HttpRequest.newBuilder(base.resolve("/v2/" + repository + "/manifests/" + reference))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .header("Accept", ACCEPT)
                .timeout(TIMEOUT)
                .build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.discarding());
            return switch (response.statusCode()) {
                case 200 -> found(image, repository, response.headers().firstValue("Docker-Content-Digest"));
                case 404 ->
                    new Answer.NotFound(image + " is not in the cluster's registry; push it first, as with: "
                            + "skopeo copy --dest-cert-dir ~/.config/banyan/credentials/default/registry SOURCE docker://ENGINE:"
                            + base.getPort() + "/" + repository + ":"
                            + reference);
                default ->
                    new Answer.NotFound(
                            "the registry at " + base + " answered " + response.statusCode() + " for " + image);
            };
        } catch (IOException unreachable) {
            return new Answer.NotFound(
                    "the registry at " + base + " cannot be reached for " + image + ": " + unreachable);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return new Answer.NotFound("asking the registry for " + image + " was cancelled");
        }
    }

    private Answer found(String image, String repository, Optional<String> digest) {
        return digest.<Answer>map(value -> new Answer.Found(HOST + "/" + repository + "@" + value))
                .orElseGet(() -> new Answer.NotFound("the registry at " + base + " names no digest for " + image));
    }

    private static String elsewhere(String image) {
        return image + " is not in the cluster's registry, and agents pull from nowhere else; push it as " + HOST
                + "/<name>:<tag> and write that name";
    }

    @Override
    public void close() {
        http.close();
    }
}
