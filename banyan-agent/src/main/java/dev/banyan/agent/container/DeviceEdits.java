package dev.banyan.agent.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What devices need in the container that has them, as their vendor describes it.
 *
 * @param environment wins over the container's own
 * @param groups further groups of its process, by number
 */
public record DeviceEdits(
        Map<String, String> environment, List<Node> nodes, List<Shown> mounts, List<Hook> hooks, List<Long> groups) {
    /** Nothing. */
    public static final DeviceEdits NONE = new DeviceEdits(Map.of(), List.of(), List.of(), List.of(), List.of());

    public DeviceEdits {
        environment = Map.copyOf(environment);
        nodes = List.copyOf(nodes);
        mounts = List.copyOf(mounts);
        hooks = List.copyOf(hooks);
        groups = List.copyOf(groups);
    }

    public boolean isEmpty() {
        return equals(NONE);
    }

    /** These, and then others; what both have is there once. */
    public DeviceEdits and(DeviceEdits more) {
        var all = new LinkedHashMap<>(environment);
        all.putAll(more.environment);
        return new DeviceEdits(
                all,
                joined(nodes, more.nodes),
                joined(mounts, more.mounts),
                joined(hooks, more.hooks),
                joined(groups, more.groups));
    }

    private static <T> List<T> joined(List<T> some, List<T> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all.stream().distinct().toList();
    }

    /**
     * A device file.
     *
     * @param path in the container
     * @param type {@code c}, {@code b}, {@code u} or {@code p}
     * @param mode its permission bits; empty is the runtime's own choice
     * @param permissions of {@code rwm}
     */
    public record Node(
            String path,
            String type,
            long major,
            long minor,
            Optional<Integer> mode,
            Optional<Long> uid,
            Optional<Long> gid,
            String permissions) {}

    /**
     * A path of the server.
     *
     * @param type of file system; empty for a bind mount
     * @param options in mount(8)'s words
     */
    public record Shown(String source, String target, String type, List<String> options) {
        public Shown {
            options = List.copyOf(options);
        }
    }

    /**
     * A program of the server that is run when the container gets so far.
     *
     * @param when such as {@code createContainer}
     * @param arguments the first is the program's name
     * @param timeoutSeconds empty is without limit
     */
    public record Hook(
            String when,
            String program,
            List<String> arguments,
            List<String> environment,
            Optional<Integer> timeoutSeconds) {
        public Hook {
            arguments = List.copyOf(arguments);
            environment = List.copyOf(environment);
        }
    }
}
