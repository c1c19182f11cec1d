package dev.banyan.agent.container.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Puts a profile in Docker's form into an OCI spec. Pure. */
public final class SeccompPatch {
    private final JsonObject profile;
    private final Server server;

    /** Such as {@code CAP_SYS_ADMIN}. */
    private final Set<String> capabilities;

    private SeccompPatch(JsonObject profile, Server server, Set<String> capabilities) {
        this.profile = profile;
        this.server = server;
        this.capabilities = capabilities;
    }

    /** {@code spec} with {@code profile} as its filter on {@code server}; the same spec for an empty profile. */
    public static String apply(String spec, String profile, Server server) {
        if (profile.isEmpty()) {
            return spec;
        }
        var root = JsonParser.parseString(spec).getAsJsonObject();
        var filter = JsonParser.parseString(profile).getAsJsonObject();
        var patch = new SeccompPatch(filter, server, capabilities(root));
        if (!root.has("linux")) {
            root.add("linux", new JsonObject());
        }
        root.getAsJsonObject("linux").add("seccomp", patch.filter());
        return root.toString();
    }

    /** Those that the container could ever have. */
    private static Set<String> capabilities(JsonObject root) {
        var all = object(object(root, "process"), "capabilities");
        return Set.copyOf(texts(all, "bounding"));
    }

    private JsonObject filter() {
        var filter = new JsonObject();
        copy(profile, "defaultAction", filter);
        copy(profile, "defaultErrnoRet", filter);
        var architectures = architectures();
        if (!architectures.isEmpty()) {
            filter.add("architectures", architectures);
        }
        var calls = new JsonArray();
        for (var call : list(profile, "syscalls")) {
            var rule = call.getAsJsonObject();
            if (holds(rule)) {
                calls.add(rule(rule));
            }
        }
        if (!calls.isEmpty()) {
            filter.add("syscalls", calls);
        }
        return filter;
    }

    /** Of a map, what it says of this machine: its own and those whose programs it runs too. */
    private JsonArray architectures() {
        if (profile.has("architectures")) {
            return list(profile, "architectures");
        }
        var all = new JsonArray();
        for (var entry : list(profile, "archMap")) {
            var architecture = entry.getAsJsonObject();
            if (text(architecture, "architecture").equals(server.filterArchitecture())) {
                all.add(server.filterArchitecture());
                all.addAll(list(architecture, "subArchitectures"));
            }
        }
        return all;
    }

    private boolean holds(JsonObject rule) {
        return included(object(rule, "includes")) && !excluded(object(rule, "excludes"));
    }

    private boolean included(JsonObject condition) {
        var machines = texts(condition, "arches");
        var kernel = text(condition, "minKernel");
        return (machines.isEmpty() || machines.contains(server.architecture()))
                && capabilities.containsAll(texts(condition, "caps"))
                && (kernel.isEmpty() || server.atLeast(kernel));
    }

    private boolean excluded(JsonObject condition) {
        var kernel = text(condition, "minKernel");
        return texts(condition, "arches").contains(server.architecture())
                || texts(condition, "caps").stream().anyMatch(capabilities::contains)
                || !kernel.isEmpty() && server.atLeast(kernel);
    }

    private static JsonObject rule(JsonObject rule) {
        var entry = new JsonObject();
        List.of("names", "action", "errnoRet", "args").forEach(key -> copy(rule, key, entry));
        return entry;
    }

    private static void copy(JsonObject from, String key, JsonObject into) {
        if (from.has(key)) {
            into.add(key, from.get(key));
        }
    }

    private static JsonObject object(JsonObject parent, String key) {
        return parent.has(key) ? parent.getAsJsonObject(key) : new JsonObject();
    }

    private static JsonArray list(JsonObject parent, String key) {
        return parent.has(key) ? parent.getAsJsonArray(key) : new JsonArray();
    }

    private static String text(JsonObject parent, String key) {
        return parent.has(key) ? parent.get(key).getAsString() : "";
    }

    private static List<String> texts(JsonObject parent, String key) {
        return StreamSupport.stream(list(parent, key).spliterator(), false)
                .map(JsonElement::getAsString)
                .collect(Collectors.toList());
    }
}
