package dev.banyan.engine.image.shelf;

import dev.banyan.api.registry.FakeRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A registry's directory, written as docker-registry writes it. */
final class RegistryTree {
    private final Path base;

    RegistryTree(Path root) {
        this.base = root.resolve("docker").resolve("registry").resolve("v2");
    }

    /** An image with layers of these texts; answers its digest. */
    String image(String repository, String tag, String... layers) {
        var parts = Arrays.stream(layers)
                .map(layer -> part("application/vnd.oci.image.layer.v1.tar", blob(layer), layer.length()))
                .toList();
        var config = "config of " + String.join(",", layers);
        return manifest(
                repository,
                tag,
                "{\"schemaVersion\":2,\"config\":"
                        + part("application/vnd.oci.image.config.v1+json", blob(config), config.length())
                        + ",\"layers\":[" + String.join(",", parts) + "]}");
    }

    /** An index of images that are there. */
    String index(String repository, String tag, String... digests) {
        var parts = new ArrayList<String>();
        for (var digest : digests) {
            parts.add(part("application/vnd.oci.image.manifest.v1+json", digest, 1));
        }
        return manifest(repository, tag, "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", parts) + "]}");
    }

    /** Any text as a manifest; without a tag when that is empty. */
    String manifest(String repository, String tag, String text) {
        var digest = blob(text);
        var hex = digest.substring("sha256:".length());
        var manifests = base.resolve("repositories").resolve(repository).resolve("_manifests");
        write(manifests.resolve("revisions/sha256").resolve(hex).resolve("link"), digest);
        if (!tag.isEmpty()) {
            write(manifests.resolve("tags").resolve(tag).resolve("current/link"), digest);
            write(
                    manifests
                            .resolve("tags")
                            .resolve(tag)
                            .resolve("index/sha256")
                            .resolve(hex)
                            .resolve("link"),
                    digest);
        }
        return digest;
    }

    String blob(String text) {
        var digest = FakeRegistry.digest(text);
        write(data(digest), text);
        return digest;
    }

    void upload(String repository) {
        write(base.resolve("repositories").resolve(repository).resolve("_uploads/1/data"), "half");
    }

    /** As the registry's API deletes: the link and the tags, not the bytes. */
    void delete(String repository, String digest) {
        var manifests = base.resolve("repositories").resolve(repository).resolve("_manifests");
        remove(manifests.resolve("revisions/sha256").resolve(digest.substring("sha256:".length())));
        try (var tags = Files.list(manifests.resolve("tags"))) {
            for (var tag : tags.toList()) {
                if (Files.readString(tag.resolve("current/link")).equals(digest)) {
                    remove(tag);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void deleteBlob(String digest) {
        remove(data(digest));
    }

    /** All of it was written then. */
    void written(Instant when) {
        try (var files = Files.walk(base)) {
            for (var file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(when));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path data(String digest) {
        var hex = digest.substring("sha256:".length());
        return base.resolve("blobs/sha256")
                .resolve(hex.substring(0, 2))
                .resolve(hex)
                .resolve("data");
    }

    private static String part(String type, String digest, int size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(List.of(file.getParent()).getFirst());
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void remove(Path path) {
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
