package dev.banyan.agent.container.containerd.exec;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.door.ContainerDetails.Limits;
import dev.banyan.agent.container.door.ContainerDetails.Mount;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/** What a container was made of, from its whole OCI spec. Immutable. */
final class SpecFacts {
    /** The others are how the kernel shows itself, the same in every container. */
    private static final Set<String> TYPES = Set.of("bind", "tmpfs");

    /** Of these every container has one. */
    private static final Set<String> USUAL = Set.of("/dev", "/dev/shm", "/run");

    private static final int MILLI = 1000;

    private final JsonObject spec;

    SpecFacts(String spec) {
        this.spec = JsonParser.parseString(spec).getAsJsonObject();
    }

    /** In the order in which they are mounted. */
    List<Mount> mounts() {
        return elements(spec, "mounts").stream()
                .map(JsonElement::getAsJsonObject)
                .map(mount -> new Mount(
                        text(mount, "source"),
                        text(mount, "destination"),
                        text(mount, "type"),
                        elements(mount, "options").stream()
                                .map(JsonElement::getAsString)
                                .toList()))
                .filter(mount -> TYPES.contains(mount.type()) && !USUAL.contains(mount.target()))
                .toList();
    }

    Limits limits() {
        var resources = object(object(spec, "linux"), "resources");
        var memory = object(resources, "memory");
        var cpu = object(resources, "cpu");
        long period = number(cpu, "period");
        return new Limits(
                number(memory, "limit"),
                number(memory, "swap"),
                period == 0 ? 0 : number(cpu, "quota") * MILLI / period,
                text(cpu, "cpus"),
                number(object(resources, "pids"), "limit"),
                openFiles());
    }

    private long openFiles() {
        return elements(object(spec, "process"), "rlimits").stream()
                .map(JsonElement::getAsJsonObject)
                .filter(limit -> text(limit, "type").equals("RLIMIT_NOFILE"))
                .mapToLong(limit -> number(limit, "soft"))
                .findFirst()
                .orElse(0);
    }

    private static JsonObject object(JsonObject of, String name) {
        return of.get(name) instanceof JsonObject found ? found : new JsonObject();
    }

    private static List<JsonElement> elements(JsonObject of, String name) {
        return of.get(name) instanceof JsonArray found
                ? StreamSupport.stream(found.spliterator(), false).toList()
                : List.of();
    }

    private static String text(JsonObject of, String name) {
        return of.has(name) ? of.get(name).getAsString() : "";
    }

    /** Less than zero is how runc has no limit. */
    private static long number(JsonObject of, String name) {
        return of.has(name) ? Math.max(0, of.get(name).getAsLong()) : 0;
    }
}
