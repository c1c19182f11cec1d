package dev.banyan.agent.container.containerd;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerSpec.Limits;
import dev.banyan.agent.container.ContainerSpec.Rlimit;

/** What CRI 1.6 has no words for, written into the OCI spec that it made: rlimits, and the pids limit. Pure. */
final class SpecPatch {
    private SpecPatch() {}

    static boolean needed(Limits limits) {
        return limits.pids() > 0 || !limits.rlimits().isEmpty();
    }

    /** {@code spec} with the limits in it. */
    static String apply(String spec, Limits limits, HostLimits host) {
        var root = JsonParser.parseString(spec).getAsJsonObject();
        if (limits.pids() > 0) {
            var pids = new JsonObject();
            pids.addProperty("limit", limits.pids());
            child(child(root, "linux"), "resources").add("pids", pids);
        }
        if (!limits.rlimits().isEmpty()) {
            child(root, "process").add("rlimits", rlimits(limits, host));
        }
        return root.toString();
    }

    private static JsonArray rlimits(Limits limits, HostLimits host) {
        var list = new JsonArray();
        for (var wish : limits.rlimits()) {
            if (!host.knows(wish)) {
                throw new ContainerException(
                        ContainerException.Kind.INVALID, "this server knows no limit named " + wish.name());
            }
            list.add(rlimit(host.clamp(wish)));
        }
        return list;
    }

    private static JsonObject rlimit(Rlimit limit) {
        var entry = new JsonObject();
        entry.addProperty("type", HostLimits.ociName(limit));
        entry.addProperty("soft", limit.soft());
        entry.addProperty("hard", limit.hard());
        return entry;
    }

    private static JsonObject child(JsonObject parent, String name) {
        if (!parent.has(name)) {
            parent.add(name, new JsonObject());
        }
        return parent.getAsJsonObject(name);
    }
}
