package dev.banyan.api.registry;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.api.registry.RegistryException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What an image consists of: a config and layers, or, for an index, manifests of several platforms. Immutable. */
public final class ImageManifest {
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    /** Registries take no larger ones. */
    static final int BYTES_MAX = 4 << 20;

    /** Most contents that one manifest names. */
    private static final int CONTENTS_MAX = 512;

    private final String mediaType;
    private final byte[] bytes;
    private final String digest;
    private final JsonObject json;

    private ImageManifest(String mediaType, byte[] bytes, JsonObject json) {
        this.mediaType = mediaType;
        this.bytes = bytes;
        this.digest = Content.digest(bytes);
        this.json = json;
    }

    /**
     * Reads one.
     *
     * @param mediaType as told by whoever gave it; empty when it says so itself
     * @throws RegistryException when it is none, or of a form that nobody writes any more
     */
    public static ImageManifest read(String mediaType, byte[] bytes) {
        try {
            var json = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            var type = mediaType.isEmpty() || mediaType.equals("application/json")
                    ? typeOf(json)
                    : mediaType.split(";", 2)[0].strip();
            if (!List.of(OCI_INDEX, OCI_MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST).contains(type)) {
                throw new RegistryException(Kind.OTHER, "its manifest is of the kind " + type + ", which is not known");
            }
            return new ImageManifest(type, bytes.clone(), json);
        } catch (JsonParseException | IllegalStateException malformed) {
            throw new RegistryException(Kind.OTHER, "its manifest is not one", malformed);
        }
    }

    private static String typeOf(JsonObject json) {
        var told = Descriptor.text(json, "mediaType");
        return !told.isEmpty() ? told : json.has("manifests") ? OCI_INDEX : OCI_MANIFEST;
    }

    public String mediaType() {
        return mediaType;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public String digest() {
        return digest;
    }

    /** Whether it is of several platforms. */
    public boolean index() {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_INDEX);
    }

    /** The manifests of an index. */
    public List<Descriptor> manifests() {
        return descriptors("manifests");
    }

    /** Config and layers of one platform; without those that may not be passed on. */
    public List<Descriptor> blobs() {
        var blobs = new ArrayList<Descriptor>();
        if (json.has("config")) {
            blobs.add(descriptor(json.get("config").getAsJsonObject()));
        }
        blobs.addAll(descriptors("layers"));
        return blobs.stream().filter(blob -> !blob.foreign()).distinct().toList();
    }

    /** The index with these of its manifests; itself when that is all. */
    ImageManifest keeping(Predicate<Descriptor> wanted) {
        var kept = new JsonArray();
        json.getAsJsonArray("manifests").forEach(item -> {
            if (wanted.test(descriptor(item.getAsJsonObject()))) {
                kept.add(item);
            }
        });
        if (kept.size() == json.getAsJsonArray("manifests").size()) {
            return this;
        }
        var changed = json.deepCopy();
        changed.add("manifests", kept);
        return new ImageManifest(mediaType, changed.toString().getBytes(StandardCharsets.UTF_8), changed);
    }

    private List<Descriptor> descriptors(String key) {
        var found = new ArrayList<Descriptor>();
        if (json.has(key)) {
            var items = json.getAsJsonArray(key);
            if (items.size() > CONTENTS_MAX) {
                throw new RegistryException(Kind.OTHER, "it consists of more than " + CONTENTS_MAX + " parts");
            }
            items.forEach(item -> found.add(descriptor(item.getAsJsonObject())));
        }
        return found;
    }

    private static Descriptor descriptor(JsonObject json) {
        try {
            return Descriptor.of(json);
        } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException malformed) {
            throw new RegistryException(Kind.OTHER, "its manifest is not one", malformed);
        }
    }
}
