package dev.banyan.api.compose.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an image is built.
 *
 * @param context an absolute directory, or an address that a builder fetches
 * @param dockerfile which one of the context, or a text in its place
 * @param values names with values that the builder gets
 * @param caches from where a builder may take and where it may put what it has made before
 * @param names others that the image gets in the cluster
 */
public record Build(
        String context,
        Recipe dockerfile,
        Values values,
        Caches caches,
        Surroundings surroundings,
        List<Secret> secrets,
        List<String> platforms,
        List<String> names) {
    public Build {
        secrets = List.copyOf(secrets);
        platforms = List.copyOf(platforms);
        names = List.copyOf(names);
    }

    /**
     * What is built.
     *
     * @param file path from the context; its own default where there is none
     * @param text of a Dockerfile, in place of a file
     * @param target the stage that is wanted; the last where there is none
     */
    public record Recipe(Optional<String> file, Optional<String> text, Optional<String> target) {}

    /**
     * Names with values.
     *
     * @param contexts more directories or images that the Dockerfile names
     */
    public record Values(Map<String, String> args, Map<String, String> labels, Map<String, String> contexts) {
        public Values {
            args = Map.copyOf(args);
            labels = Map.copyOf(labels);
            contexts = Map.copyOf(contexts);
        }
    }

    /**
     * What may be used again.
     *
     * @param unused stages that are made anew each time
     * @param none nothing is used again
     * @param pull the images that the Dockerfile names are asked for each time
     */
    public record Caches(List<String> from, List<String> to, List<String> unused, boolean none, boolean pull) {
        public Caches {
            from = List.copyOf(from);
            to = List.copyOf(to);
            unused = List.copyOf(unused);
        }
    }

    /**
     * Where the commands of the Dockerfile run.
     *
     * @param hosts as {@code name=address}
     * @param shm bytes of shared memory
     * @param ulimits as {@code name=soft:hard}
     * @param ssh as {@code id} or {@code id=path}
     * @param grants what the builder must allow beyond the usual
     */
    public record Surroundings(
            Optional<String> network,
            List<String> hosts,
            OptionalLong shm,
            List<String> ulimits,
            List<String> ssh,
            List<String> grants) {
        public Surroundings {
            hosts = List.copyOf(hosts);
            ulimits = List.copyOf(ulimits);
            ssh = List.copyOf(ssh);
            grants = List.copyOf(grants);
        }
    }

    /**
     * What commands of the Dockerfile may read and the image does not keep.
     *
     * @param id under which the Dockerfile names it
     * @param file absolute; or else
     * @param variable of the caller's environment
     */
    public record Secret(String id, Optional<String> file, Optional<String> variable) {}
}
