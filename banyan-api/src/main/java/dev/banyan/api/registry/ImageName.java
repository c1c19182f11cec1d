package dev.banyan.api.registry;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An image as people name it, by Docker's rules: {@code redis}, {@code ghcr.io/team/web:1.2}, {@code localhost:5000/x@sha256:...}.
 *
 * @param host registry with optional port, such as {@code docker.io}, in lower case
 * @param repository path within the registry
 * @param tag as written
 * @param digest as written; where there is one the tag says nothing
 */
public record ImageName(String host, String repository, Optional<String> tag, Optional<String> digest) {
    /** The logical host under which images of the cluster's own registry are named. */
    public static final String CLUSTER = "registry.banyan";

    private static final String DOCKER = "docker.io";
    private static final String MIRROR = "mirror/";
    private static final String LIBRARY = "library/";

    /** The limit of the distribution protocol, less what a mirror puts before it. */
    private static final int NAME_MAX = 200;

    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException when it is none; the message says why
     */
    public static ImageName parse(String text) {
        int at = text.indexOf('@');
        var digest = at < 0 ? Optional.<String>empty() : Optional.of(text.substring(at + 1));
        var rest = at < 0 ? text : text.substring(0, at);
        int colon = rest.lastIndexOf(':');
        boolean tagged = colon > rest.lastIndexOf('/');
        var tag = tagged ? Optional.of(rest.substring(colon + 1)) : Optional.<String>empty();
        var path = tagged ? rest.substring(0, colon) : rest;
        require(digest.isEmpty() || DIGEST.matcher(digest.get()).matches(), text, "a digest is sha256: and 64 digits");
        require(tag.isEmpty() || TAG.matcher(tag.get()).matches(), text, "its tag is none");
        return located(text, path, tag, digest);
    }

    private static ImageName located(String text, String path, Optional<String> tag, Optional<String> digest) {
        int slash = path.indexOf('/');
        var first = slash < 0 ? "" : path.substring(0, slash);
        boolean hosted = first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        var written = hosted ? first.toLowerCase(Locale.ROOT) : DOCKER;
        var host = written.equals("index.docker.io") ? DOCKER : written;
        var below = hosted ? path.substring(slash + 1) : path;
        var repository = host.equals(DOCKER) && below.indexOf('/') < 0 ? LIBRARY + below : below;
        require(HOST.matcher(host).matches(), text, "'" + host + "' is no name of a registry");
        require(path.length() <= NAME_MAX, text, "it is longer than " + NAME_MAX + " characters");
        require(REPOSITORY.matcher(repository).matches(), text, "lower-case letters, digits and . _ - / are allowed");
        return new ImageName(host, repository, tag, digest);
    }

    private static void require(boolean holds, String text, String reason) {
        if (!holds) {
            throw new IllegalArgumentException("'" + text + "' is no image name: " + reason);
        }
    }

    /** Whether it names an image of the cluster's own registry. */
    public boolean inCluster() {
        return host.equals(CLUSTER);
    }

    /** Tag or digest, by which its registry is asked. */
    public String reference() {
        return digest.orElseGet(() -> tag.orElse("latest"));
    }

    /** Where the cluster's registry keeps it. */
    public String clusterRepository() {
        // A host has no underscore, so no two hosts meet.
        return inCluster() ? repository : MIRROR + host.replace(':', '_') + "/" + repository;
    }

    /** How people know what the cluster's registry keeps under this repository; one of another registry by the name it has there. */
    public static String familiar(String clusterRepository) {
        var path = clusterRepository.startsWith(CLUSTER + "/")
                ? clusterRepository.substring(CLUSTER.length() + 1)
                : clusterRepository;
        if (!path.startsWith(MIRROR) || path.indexOf('/', MIRROR.length()) < 0) {
            return path;
        }
        var mirrored = path.substring(MIRROR.length());
        var host = mirrored.substring(0, mirrored.indexOf('/')).replace('_', ':');
        var repository = mirrored.substring(mirrored.indexOf('/') + 1);
        if (!host.equals(DOCKER)) {
            return host + "/" + repository;
        }
        return repository.startsWith(LIBRARY) ? repository.substring(LIBRARY.length()) : repository;
    }

    /** The tag under which the cluster's registry keeps it: a digest of another registry may be of more platforms than are kept. */
    public String clusterTag() {
        return digest.map(ImageName::tagOf).orElseGet(() -> tag.orElse("latest"));
    }

    /** A tag that names a content by its digest. */
    public static String tagOf(String digest) {
        return digest.replace(':', '-');
    }

    /** What agents pull: this image with that content. */
    public String inCluster(String content) {
        return CLUSTER + "/" + clusterRepository() + "@" + content;
    }

    /** In full. */
    @Override
    public String toString() {
        return host + "/" + repository + tag.map(word -> ":" + word).orElse("")
                + digest.map(word -> "@" + word).orElse("");
    }
}
