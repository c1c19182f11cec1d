package dev.banyan.agent.container.mounts;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerSpec.Mount;
import dev.banyan.agent.container.ContainerSpec.Mount.Sort;
import java.util.List;

/** What is mounted below paths of the server that containers mount, of which CRI always shows all. Pure. */
public final class BelowMounts {
    /** It is not shown. */
    public static final String ALONE = "bind";

    /** It is shown, and read-only. */
    public static final String READ_ONLY_BELOW = "rro";

    private static final String ALL = "rbind";

    private BelowMounts() {}

    /** Whether any of {@code mounts} asks for it. */
    public static boolean needed(List<Mount> mounts) {
        return mounts.stream().anyMatch(BelowMounts::asks);
    }

    /** The OCI spec {@code spec} with the options of these mounts in place of CRI's. */
    public static String apply(String spec, List<Mount> mounts) {
        if (!needed(mounts)) {
            return spec;
        }
        var root = JsonParser.parseString(spec).getAsJsonObject();
        for (var entry : root.getAsJsonArray("mounts")) {
            var made = entry.getAsJsonObject();
            mounts.stream()
                    .filter(BelowMounts::asks)
                    .filter(mount ->
                            mount.target().equals(made.get("destination").getAsString()))
                    .forEach(mount -> made.add("options", options(made, mount)));
        }
        return root.toString();
    }

    private static boolean asks(Mount mount) {
        return mount.sort() != Sort.MEMORY && !mount.options().isEmpty();
    }

    private static JsonArray options(JsonObject made, Mount mount) {
        var options = new JsonArray();
        boolean alone = mount.options().contains(ALONE);
        for (var option : made.getAsJsonArray("options")) {
            options.add(alone && option.getAsString().equals(ALL) ? ALONE : option.getAsString());
        }
        if (mount.options().contains(READ_ONLY_BELOW)) {
            options.add(READ_ONLY_BELOW);
        }
        return options;
    }
}
