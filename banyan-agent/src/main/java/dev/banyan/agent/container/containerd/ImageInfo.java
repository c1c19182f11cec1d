package dev.banyan.agent.container.containerd;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.StopSignal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads an image's configuration out of CRI's verbose answer, and what that lacks out of the configuration itself. Pure. */
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

    /** The image's health check, which CRI leaves out; empty when {@code configuration} has none, or has it switched off. */
    static Optional<ImageConfig.Check> check(String configuration) {
        try {
            var root = JsonParser.parseString(configuration).getAsJsonObject();
            return check(child(child(root, "config"), "Healthcheck"));
        } catch (JsonParseException | IllegalStateException | NumberFormatException broken) {
            throw new ContainerException(
                    ContainerException.Kind.FAILED, "could not read the health check of an image: " + broken, broken);
        }
    }

    private static Optional<ImageConfig.Check> check(JsonObject health) {
        var words = strings(health, "Test");
        var command =
                switch (words.isEmpty() ? "NONE" : words.getFirst()) {
                    case "CMD" -> words.subList(1, words.size());
                    case "CMD-SHELL" ->
                        Stream.concat(Stream.of("/bin/sh", "-c"), words.stream().skip(1))
                                .toList();
                    default -> List.<String>of();
                };
        return command.isEmpty()
                ? Optional.empty()
                : Optional.of(new ImageConfig.Check(
                        command,
                        nanos(health, "Interval"),
                        nanos(health, "Timeout"),
                        nanos(health, "StartPeriod"),
                        nanos(health, "StartInterval"),
                        health.has("Retries") ? health.get("Retries").getAsInt() : 0));
    }

    private static Duration nanos(JsonObject health, String name) {
        return health.has(name) ? Duration.ofNanos(Math.max(0, health.get(name).getAsLong())) : Duration.ZERO;
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
