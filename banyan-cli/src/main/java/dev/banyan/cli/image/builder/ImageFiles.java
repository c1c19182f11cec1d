package dev.banyan.cli.image.builder;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.api.registry.Descriptor;
import dev.banyan.api.registry.ImageManifest;
import dev.banyan.api.registry.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** An image as files of a directory: an OCI layout, or what an archive of Docker's holds. */
public final class ImageFiles implements ImageSource {
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

    private final ImageManifest top;
    private final Map<String, Path> files;
    private final Path blobs;

    private ImageFiles(ImageManifest top, Map<String, Path> files, Path blobs) {
        this.top = top;
        this.files = Map.copyOf(files);
        this.blobs = blobs;
    }

    /**
     * Reads what is in a directory.
     *
     * @throws BuildException when it holds no image
     */
    static ImageFiles open(Path directory) throws IOException {
        try {
            return Files.exists(directory.resolve("index.json")) ? layout(directory) : archive(directory);
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException malformed) {
            throw new BuildException("what the builder wrote is no image: " + malformed.getMessage(), malformed);
        }
    }

    /** The whole image. */
    public ImageManifest top() {
        return top;
    }

    @Override
    public ImageManifest manifest(Descriptor part) {
        try {
            return ImageManifest.read(part.mediaType(), Files.readAllBytes(file(part)));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @Override
    public InputStream blob(Descriptor part) throws IOException {
        return Files.newInputStream(file(part));
    }

    private Path file(Descriptor part) {
        var known = files.get(part.digest());
        return known != null ? known : blobs.resolve(part.digest().substring("sha256:".length()));
    }

    private static ImageFiles layout(Path directory) throws IOException {
        var blobs = directory.resolve("blobs").resolve("sha256");
        var index = ImageManifest.read(ImageManifest.OCI_INDEX, Files.readAllBytes(directory.resolve("index.json")));
        var files = new ImageFiles(index, Map.of(), blobs);
        var parts = index.manifests();
        return parts.size() == 1 ? new ImageFiles(files.manifest(parts.getFirst()), Map.of(), blobs) : files;
    }

    /** Its layers are not compressed, and its manifest is written here. */
    private static ImageFiles archive(Path directory) throws IOException {
        var written = Files.readString(directory.resolve("manifest.json"));
        var images = JsonParser.parseString(written).getAsJsonArray();
        JsonObject image = images.isEmpty() ? new JsonObject() : images.get(0).getAsJsonObject();
        if (!image.has("Config") || !image.has("Layers")) {
            throw new IllegalStateException("its manifest.json names no config or no layers");
        }
        var files = new HashMap<String, Path>();
        var manifest = new JsonObject();
        manifest.addProperty("schemaVersion", 2);
        manifest.addProperty("mediaType", ImageManifest.OCI_MANIFEST);
        manifest.add(
                "config", part(CONFIG, inside(directory, image.get("Config").getAsString()), files));
        var layers = new JsonArray();
        for (var layer : image.getAsJsonArray("Layers")) {
            layers.add(part(LAYER, inside(directory, layer.getAsString()), files));
        }
        manifest.add("layers", layers);
        var bytes = manifest.toString().getBytes(StandardCharsets.UTF_8);
        return new ImageFiles(ImageManifest.read(ImageManifest.OCI_MANIFEST, bytes), files, directory);
    }

    private static Path inside(Path directory, String name) {
        var file = directory.resolve(name).normalize();
        if (!file.startsWith(directory)) {
            throw new BuildException("what the builder wrote leads out of its directory: " + name);
        }
        return file;
    }

    private static JsonObject part(String mediaType, Path file, Map<String, Path> files) throws IOException {
        var digest = digest(file);
        files.put(digest, file);
        var part = new JsonObject();
        part.addProperty("mediaType", mediaType);
        part.addProperty("digest", digest);
        part.addProperty("size", Files.size(file));
        return part;
    }

    private static String digest(Path file) throws IOException {
        try (var input = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            input.transferTo(java.io.OutputStream.nullOutputStream());
            return "sha256:" + HexFormat.of().formatHex(input.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
