package dev.banyan.api.registry;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A content that a manifest names.
 *
 * @param digest {@code sha256:...}
 * @param size in bytes
 * @param platform for the manifests of an index
 */
public record Descriptor(String mediaType, String digest, long size, Optional<Platform> platform) {
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    public Descriptor {
        if (!DIGEST.matcher(digest).matches() || size < 0) {
            throw new RegistryException(
                    RegistryException.Kind.OTHER, "a manifest names a content that nobody can check: " + digest);
        }
    }

    static Descriptor of(JsonObject json) {
        var platform = json.has("platform") && json.get("platform").isJsonObject()
                ? Optional.of(Platform.of(json.getAsJsonObject("platform")))
                : Optional.<Platform>empty();
        long size = json.has("size") ? json.get("size").getAsLong() : -1;
        return new Descriptor(text(json, "mediaType"), text(json, "digest"), size, platform);
    }

    /** A layer that its maker forbids to pass on; registries of images do not have it. */
    boolean foreign() {
        return mediaType.contains("nondistributable") || mediaType.contains("foreign");
    }

    static String text(JsonObject json, String key) {
        JsonElement value = json.get(key);
        return value == null || !value.isJsonPrimitive() ? "" : value.getAsString();
    }
}
