package dev.banyan.agent.device;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One file of the Container Device Interface.
 *
 * @param file its name, for people
 * @param directory position of its directory: a later one wins
 * @param kind such as {@code nvidia.com/gpu}
 * @param devices by name
 * @param common for a container that has any of them
 */
record Description(String file, int directory, String kind, Map<String, Edits> devices, Edits common) {
    Description {
        devices = Map.copyOf(devices);
    }

    /** What is to be changed in a container, as it is written. */
    record Edits(
            Map<String, String> environment,
            List<Node> nodes,
            List<Mount> mounts,
            List<Hook> hooks,
            List<Long> groups) {
        static final Edits NONE = new Edits(Map.of(), List.of(), List.of(), List.of(), List.of());

        Edits {
            environment = Map.copyOf(environment);
            nodes = List.copyOf(nodes);
            mounts = List.copyOf(mounts);
            hooks = List.copyOf(hooks);
            groups = List.copyOf(groups);
        }

        /** Of the device files that are shown. */
        Set<String> paths() {
            return nodes.stream().map(Node::source).collect(Collectors.toSet());
        }
    }

    /**
     * A device file.
     *
     * @param source on the server
     * @param numbers empty: those of {@code source} when a container starts
     */
    record Node(
            String path,
            String source,
            Optional<Numbers> numbers,
            Optional<Integer> mode,
            Optional<Long> uid,
            Optional<Long> gid,
            String permissions) {}

    /** What the kernel knows a device by; {@code type} is c, b, u or p. */
    record Numbers(String type, long major, long minor) {}

    /** A path of the server, or another file system. */
    record Mount(String source, String target, String type, List<String> options) {
        Mount {
            options = List.copyOf(options);
        }
    }

    /** A program of the server. */
    record Hook(
            String when, String program, List<String> arguments, List<String> environment, Optional<Integer> timeout) {
        Hook {
            arguments = List.copyOf(arguments);
            environment = List.copyOf(environment);
        }
    }
}
