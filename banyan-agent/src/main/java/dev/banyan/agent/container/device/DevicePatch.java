package dev.banyan.agent.container.device;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.DeviceEdits;
import dev.banyan.agent.container.DeviceEdits.Hook;
import dev.banyan.agent.container.DeviceEdits.Node;
import dev.banyan.agent.container.DeviceEdits.Shown;
import java.util.List;

/** What devices need, written into an OCI spec. Pure. */
public final class DevicePatch {
    private final JsonObject root;

    private DevicePatch(String spec) {
        this.root = JsonParser.parseString(spec).getAsJsonObject();
    }

    /** {@code spec} with {@code edits} in it, but for the environment, which is no matter of the spec. */
    public static String apply(String spec, DeviceEdits edits) {
        if (edits.isEmpty()) {
            return spec;
        }
        var patch = new DevicePatch(spec);
        edits.nodes().forEach(patch::node);
        edits.mounts().forEach(patch::mount);
        edits.hooks().forEach(patch::hook);
        patch.groups(edits.groups());
        return patch.root.toString();
    }

    /** In place of another at the same path, as whoever describes a device knows it better. */
    private void node(Node node) {
        var linux = child(root, "linux");
        var devices = list(linux, "devices");
        remove(devices, "path", node.path());
        var entry = new JsonObject();
        entry.addProperty("path", node.path());
        entry.addProperty("type", node.type());
        entry.addProperty("major", node.major());
        entry.addProperty("minor", node.minor());
        node.mode().ifPresent(mode -> entry.addProperty("fileMode", mode));
        node.uid().ifPresent(uid -> entry.addProperty("uid", uid));
        node.gid().ifPresent(gid -> entry.addProperty("gid", gid));
        devices.add(entry);
        if (!node.type().equals("p")) {
            list(child(linux, "resources"), "devices").add(rule(node));
        }
    }

    /** Rules are read in order, so that this one wins over the one that denies everything. */
    private static JsonObject rule(Node node) {
        var rule = new JsonObject();
        rule.addProperty("allow", true);
        rule.addProperty("type", node.type().equals("b") ? "b" : "c");
        rule.addProperty("major", node.major());
        rule.addProperty("minor", node.minor());
        rule.addProperty("access", node.permissions());
        return rule;
    }

    /** After what is there: what is mounted later lies above. */
    private void mount(Shown shown) {
        var mounts = list(root, "mounts");
        remove(mounts, "destination", shown.target());
        var entry = new JsonObject();
        entry.addProperty("destination", shown.target());
        entry.addProperty("source", shown.source());
        entry.addProperty("type", shown.type().isEmpty() ? "bind" : shown.type());
        var options = texts(shown.options());
        boolean bind = shown.options().contains("bind") || shown.options().contains("rbind");
        if (shown.type().isEmpty() && !bind) {
            options.add("rbind");
        }
        entry.add("options", options);
        mounts.add(entry);
    }

    private void hook(Hook hook) {
        var entry = new JsonObject();
        entry.addProperty("path", hook.program());
        if (!hook.arguments().isEmpty()) {
            entry.add("args", texts(hook.arguments()));
        }
        if (!hook.environment().isEmpty()) {
            entry.add("env", texts(hook.environment()));
        }
        hook.timeoutSeconds().ifPresent(seconds -> entry.addProperty("timeout", seconds));
        list(child(root, "hooks"), hook.when()).add(entry);
    }

    private void groups(List<Long> groups) {
        if (groups.isEmpty()) {
            return;
        }
        var all = list(child(child(root, "process"), "user"), "additionalGids");
        var known = all.asList().stream().map(JsonElement::getAsLong).toList();
        groups.stream().filter(group -> !known.contains(group)).forEach(all::add);
    }

    private static JsonArray texts(List<String> texts) {
        var list = new JsonArray();
        texts.forEach(list::add);
        return list;
    }

    private static void remove(JsonArray entries, String key, String value) {
        var gone = entries.asList().stream()
                .filter(entry -> value.equals(text(entry, key)))
                .toList();
        gone.forEach(entry -> {
            boolean ignored = entries.remove(entry);
        });
    }

    private static String text(JsonElement entry, String key) {
        var value = entry.getAsJsonObject().get(key);
        return value == null ? "" : value.getAsString();
    }

    private static JsonArray list(JsonObject parent, String name) {
        if (!parent.has(name) || parent.get(name).isJsonNull()) {
            parent.add(name, new JsonArray());
        }
        return parent.getAsJsonArray(name);
    }

    private static JsonObject child(JsonObject parent, String name) {
        if (!parent.has(name) || parent.get(name).isJsonNull()) {
            parent.add(name, new JsonObject());
        }
        return parent.getAsJsonObject(name);
    }
}
