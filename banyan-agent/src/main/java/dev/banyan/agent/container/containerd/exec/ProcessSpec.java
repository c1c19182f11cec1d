package dev.banyan.agent.container.containerd.exec;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.door.CommandSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A command as OCI has it: the container's own process with another program, and what else the command wants. Pure. */
final class ProcessSpec {
    private ProcessSpec() {}

    /**
     * Of the container's whole OCI spec, the process.
     *
     * @param environment over the container's; empty when it gets it another way
     */
    static String of(String containerSpec, CommandSpec command, Map<String, String> environment) {
        var process = JsonParser.parseString(containerSpec).getAsJsonObject().getAsJsonObject("process");
        process.add("args", strings(command.words()));
        process.addProperty("terminal", command.terminal().isPresent());
        process.remove("consoleSize");
        command.terminal().ifPresent(size -> {
            var console = new JsonObject();
            console.addProperty("height", size.rows());
            console.addProperty("width", size.columns());
            process.add("consoleSize", console);
        });
        command.directory().ifPresent(directory -> process.addProperty("cwd", directory));
        command.user().ifPresent(user -> process.add("user", user(user)));
        process.add("env", strings(merged(process, environment).values()));
        return process.toString();
    }

    private static Map<String, String> merged(JsonObject process, Map<String, String> environment) {
        var all = new LinkedHashMap<String, String>();
        if (process.has("env")) {
            process.getAsJsonArray("env").forEach(entry -> {
                var text = entry.getAsString();
                int equals = text.indexOf('=');
                all.put(equals < 0 ? text : text.substring(0, equals), text);
            });
        }
        new TreeMap<>(environment).forEach((name, value) -> all.put(name, name + "=" + value));
        return all;
    }

    private static JsonObject user(CommandSpec.User wanted) {
        var user = new JsonObject();
        user.addProperty("uid", wanted.uid());
        user.addProperty("gid", wanted.gid());
        if (!wanted.groups().isEmpty()) {
            var groups = new JsonArray();
            wanted.groups().forEach(groups::add);
            user.add("additionalGids", groups);
        }
        return user;
    }

    private static JsonArray strings(Iterable<String> texts) {
        var array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
