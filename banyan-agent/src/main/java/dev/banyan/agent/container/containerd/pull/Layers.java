package dev.banyan.agent.container.containerd.pull;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What an index or a manifest says. It comes from a registry, and may say anything. Pure. */
final class Layers {
    /** The same as of the cluster's registry: a longer list is nobody's image. */
    private static final int PARTS_MAX = 512;

    /** As long as the cluster takes images: what sums up to more is no size. */
    private static final long BYTES_MAX = 1L << 50;

    private Layers() {}

    /** The manifests of an index; nothing when it is none. */
    static List<String> manifests(String json) {
        return parsed(json)
                .map(index -> entries(index, "manifests"))
                .map(entries -> entries.stream()
                        .flatMap(entry -> digest(entry).stream())
                        .toList())
                .orElse(List.of());
    }

    /** Sizes of the layers of a manifest by their digests, each once; nothing when it is none. */
    static Map<String, Long> of(String json) {
        var layers = new LinkedHashMap<String, Long>();
        for (var entry :
                parsed(json).map(manifest -> entries(manifest, "layers")).orElse(List.of())) {
            digest(entry).ifPresent(digest -> layers.put(digest, size(entry)));
        }
        return layers;
    }

    private static Optional<JsonObject> parsed(String json) {
        try {
            return Optional.of(JsonParser.parseString(json))
                    .filter(JsonElement::isJsonObject)
                    .map(JsonElement::getAsJsonObject);
        } catch (JsonParseException none) {
            return Optional.empty();
        }
    }

    private static List<JsonObject> entries(JsonObject object, String name) {
        var found = object.get(name) instanceof JsonArray array ? array : new JsonArray();
        return StreamSupport.stream(found.spliterator(), false)
                .filter(JsonElement::isJsonObject)
                .map(JsonElement::getAsJsonObject)
                .limit(PARTS_MAX)
                .toList();
    }

    private static Optional<String> digest(JsonObject entry) {
        return Optional.ofNullable(entry.get("digest"))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString);
    }

    private static long size(JsonObject entry) {
        try {
            return entry.get("size") instanceof JsonElement size && size.isJsonPrimitive()
                    ? Math.clamp(size.getAsLong(), 0, BYTES_MAX / PARTS_MAX)
                    : 0;
        } catch (NumberFormatException none) {
            return 0;
        }
    }
}
