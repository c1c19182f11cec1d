package dev.banyan.agent.container.containerd;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.StopSignal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads an image's configuration out of CRI's verbose answer. Pure. */
final class ImageInfo {
    private ImageInfo() {}

    static ImageConfig read(Map<String, String> info) {
        try {
            var spec = JsonParser.parseString(info.getOrDefault("info", "{}")).getAsJsonObject();
            return config(child(child(spec, "imageSpec"), "config"));
        } catch (JsonParseException | IllegalStateException broken) {
            throw new ContainerException(
                    ContainerException.Kind.FAILED, "could not read the configuration of an image: " + broken, broken);
        }
    }

    /** The content of all layers, one upon the other, as containerd's snapshots are named after it. */
    static String chain(Map<String, String> info) {
        try {
            return string(
                            JsonParser.parseString(info.getOrDefault("info", "{}"))
                                    .getAsJsonObject(),
                            "chainID")
                    .orElseThrow(() -> new ContainerException(
                            ContainerException.Kind.FAILED, "containerd does not name the content of an image"));
        } catch (JsonParseException | IllegalStateException broken) {
            throw new ContainerException(
                    ContainerException.Kind.FAILED,
                    "could not read what containerd says of an image: " + broken,
                    broken);
        }
    }

    private static ImageConfig config(JsonObject config) {
        return new ImageConfig(
                strings(config, "Entrypoint"),
                strings(config, "Cmd"),
                environment(strings(config, "Env")),
                string(config, "User"),
                string(config, "WorkingDir"),
                string(config, "StopSignal").flatMap(StopSignal::parse));
    }

    private static Map<String, String> environment(List<String> assignments) {
        var environment = new LinkedHashMap<String, String>();
        for (var assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals > 0) {
                environment.put(assignment.substring(0, equals), assignment.substring(equals + 1));
            }
        }
        return environment;
    }

    private static JsonObject child(JsonObject parent, String name) {
        var element = parent.get(name);
        return element == null || element.isJsonNull() ? new JsonObject() : element.getAsJsonObject();
    }

    private static Optional<String> string(JsonObject parent, String name) {
        return Optional.ofNullable(parent.get(name))
                .filter(element -> !element.isJsonNull())
                .map(JsonElement::getAsString)
                .filter(text -> !text.isEmpty());
    }

    private static List<String> strings(JsonObject parent, String name) {
        var element = parent.get(name);
        return element == null || element.isJsonNull()
                ? List.of()
                : element.getAsJsonArray().asList().stream()
                        .map(JsonElement::getAsString)
                        .toList();
    }
}
