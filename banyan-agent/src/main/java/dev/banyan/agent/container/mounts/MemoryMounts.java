package dev.banyan.agent.container.mounts;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerSpec.Mount;
import java.util.List;

/** Mounts of memory, for which CRI has no words, written into the OCI spec that it made. Pure. */
public final class MemoryMounts {
    private MemoryMounts() {}

    /** Whether there are any. */
    public static boolean needed(List<Mount> mounts) {
        return mounts.stream().anyMatch(MemoryMounts::isMemory);
    }

    /** {@code spec} with the mounts in it: each before those below it, and in place of the one that CRI has there. */
    public static String apply(String spec, List<Mount> mounts) {
        var root = JsonParser.parseString(spec).getAsJsonObject();
        var list = root.has("mounts") ? root.getAsJsonArray("mounts") : new JsonArray();
        for (var mount : mounts) {
            if (isMemory(mount)) {
                list = with(list, mount);
            }
        }
        root.add("mounts", list);
        return root.toString();
    }

    private static boolean isMemory(Mount mount) {
        return mount.sort() == Mount.Sort.MEMORY;
    }

    private static JsonArray with(JsonArray before, Mount mount) {
        var after = new JsonArray();
        boolean placed = false;
        for (var other : before) {
            var destination = other.getAsJsonObject().get("destination").getAsString();
            if (!placed && destination.startsWith(mount.target() + "/")) {
                after.add(entry(mount));
                placed = true;
            }
            if (!destination.equals(mount.target())) {
                after.add(other);
            }
        }
        if (!placed) {
            after.add(entry(mount));
        }
        return after;
    }

    private static JsonObject entry(Mount mount) {
        var options = new JsonArray();
        mount.options().forEach(options::add);
        options.add(mount.readOnly() ? "ro" : "rw");
        var entry = new JsonObject();
        entry.addProperty("destination", mount.target());
        entry.addProperty("type", "tmpfs");
        entry.addProperty("source", "tmpfs");
        entry.add("options", options);
        return entry;
    }
}
