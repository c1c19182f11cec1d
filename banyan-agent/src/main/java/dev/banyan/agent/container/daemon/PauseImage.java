package dev.banyan.agent.container.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.HostCommand;
import dev.banyan.agent.host.WholeFile;
import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * The image whose only process holds a sandbox open: Debian's static catatonit, which also waits for orphans. The same program gives the
 * same bytes on every server, and its name carries their digest, so a new package gives a new image.
 *
 * @param name such as {@code registry.banyan/pause:3f0c9a7d21e4}
 * @param archive OCI layout as tar
 */
public record PauseImage(String name, byte[] archive) {
    private static final int DIGEST_DIGITS_IN_NAME = 12;
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final Duration IMPORT_LIMIT = Duration.ofSeconds(60);

    /** The image around {@code catatonit}, which must be a static program of this server's architecture. */
    public static PauseImage around(Path catatonit) {
        try {
            return of(Files.readAllBytes(catatonit), architecture(System.getProperty("os.arch")));
        } catch (IOException unreadable) {
            throw new DaemonException("could not read " + catatonit + " for the pause image", unreadable);
        }
    }

    static PauseImage of(byte[] program, String architecture) {
        var layer = Blob.of(
                LAYER_TYPE, new TarWriter().file("catatonit", 0755, program).finish());
        var config = Blob.of(CONFIG_TYPE, bytes(config(layer, architecture)));
        var manifest = Blob.of(MANIFEST_TYPE, bytes(manifest(config, layer)));
        var name = Registries.CLUSTER + "/pause:" + manifest.digest().substring(0, DIGEST_DIGITS_IN_NAME);
        var layout = new JsonObject();
        layout.addProperty("imageLayoutVersion", "1.0.0");
        var archive = new TarWriter()
                .file("oci-layout", 0644, bytes(layout))
                .file("index.json", 0644, bytes(index(manifest, name)));
        for (var blob : List.of(layer, config, manifest)) {
            archive.file("blobs/sha256/" + blob.digest(), 0644, blob.content());
        }
        return new PauseImage(name, archive.finish());
    }

    /**
     * Makes the image present in a running containerd; nothing changes when it is there already. CRI must serve already: it learns of
     * images by events, and of those from before only when containerd starts the next time.
     *
     * @throws dev.banyan.agent.host.HostException when containerd does not take it
     */
    public void load(DaemonSettings settings, Env env) throws InterruptedException {
        var file = settings.directory().data().resolve("pause.tar");
        WholeFile.replace(file, archive);
        var line = CommandLine.of(
                settings.programs().ctr().toString(),
                "--address",
                settings.directory().socket().toString(),
                "--namespace",
                "k8s.io",
                "images",
                "import",
                file.toString());
        new HostCommand(env.tasks()).run(line.within(IMPORT_LIMIT)).require();
    }

    private static JsonObject config(Blob layer, String architecture) {
        var entrypoint = new JsonArray();
        entrypoint.add("/catatonit");
        entrypoint.add("-P");
        var run = new JsonObject();
        run.add("Entrypoint", entrypoint);
        var layers = new JsonArray();
        layers.add("sha256:" + layer.digest());
        var rootfs = new JsonObject();
        rootfs.addProperty("type", "layers");
        rootfs.add("diff_ids", layers);
        var config = new JsonObject();
        config.addProperty("architecture", architecture);
        config.addProperty("os", "linux");
        config.add("config", run);
        config.add("rootfs", rootfs);
        return config;
    }

    private static JsonObject manifest(Blob config, Blob layer) {
        var layers = new JsonArray();
        layers.add(layer.descriptor());
        var manifest = new JsonObject();
        manifest.addProperty("schemaVersion", 2);
        manifest.addProperty("mediaType", MANIFEST_TYPE);
        manifest.add("config", config.descriptor());
        manifest.add("layers", layers);
        return manifest;
    }

    private static JsonObject index(Blob manifest, String name) {
        var annotations = new JsonObject();
        annotations.addProperty("io.containerd.image.name", name);
        var descriptor = manifest.descriptor();
        descriptor.add("annotations", annotations);
        var manifests = new JsonArray();
        manifests.add(descriptor);
        var index = new JsonObject();
        index.addProperty("schemaVersion", 2);
        index.add("manifests", manifests);
        return index;
    }

    /** Java's names of architectures in OCI's words. */
    static String architecture(String java) {
        return switch (java) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> java;
        };
    }

    private static byte[] bytes(JsonObject json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private record Blob(String type, String digest, byte[] content) {
        static Blob of(String type, byte[] content) {
            try {
                var digest = MessageDigest.getInstance("SHA-256").digest(content);
                return new Blob(type, HexFormat.of().formatHex(digest), content);
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every Java has SHA-256", impossible);
            }
        }

        JsonObject descriptor() {
            var descriptor = new JsonObject();
            descriptor.addProperty("mediaType", type);
            descriptor.addProperty("digest", "sha256:" + digest);
            descriptor.addProperty("size", content.length);
            return descriptor;
        }
    }
}
