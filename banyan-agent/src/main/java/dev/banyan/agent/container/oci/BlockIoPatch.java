package dev.banyan.agent.container.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.Tuning.BlockIo;

/** How a container may use disks, written into the OCI spec that CRI made without. */
public final class BlockIoPatch {
    private BlockIoPatch() {}

    /**
     * {@code spec} with what {@code wanted} asks for in it.
     *
     * @throws dev.banyan.agent.container.ContainerException {@code INVALID} when the server lacks a disk
     */
    public static String apply(String spec, BlockIo wanted, Disks disks) {
        if (wanted.equals(BlockIo.USUAL)) {
            return spec;
        }
        var root = JsonParser.parseString(spec).getAsJsonObject();
        var io = child(child(child(root, "linux"), "resources"), "blockIO");
        if (wanted.weight() > 0) {
            io.addProperty("weight", wanted.weight());
        }
        for (var limit : wanted.limits()) {
            var entries = list(io, name(limit.bound()));
            entries.add(entry(limit, disks.number(limit.disk())));
        }
        return root.toString();
    }

    private static JsonObject entry(BlockIo.DiskLimit limit, Disks.Number disk) {
        var entry = new JsonObject();
        entry.addProperty("major", disk.major());
        entry.addProperty("minor", disk.minor());
        entry.addProperty(limit.bound() == BlockIo.Bound.WEIGHT ? "weight" : "rate", limit.value());
        return entry;
    }

    private static String name(BlockIo.Bound bound) {
        return switch (bound) {
            case WEIGHT -> "weightDevice";
            case READ_BYTES -> "throttleReadBpsDevice";
            case WRITE_BYTES -> "throttleWriteBpsDevice";
            case READS -> "throttleReadIOPSDevice";
            case WRITES -> "throttleWriteIOPSDevice";
        };
    }

    private static JsonArray list(JsonObject parent, String name) {
        if (!parent.has(name)) {
            parent.add(name, new JsonArray());
        }
        return parent.getAsJsonArray(name);
    }

    private static JsonObject child(JsonObject parent, String name) {
        if (!parent.has(name)) {
            parent.add(name, new JsonObject());
        }
        return parent.getAsJsonObject(name);
    }
}
