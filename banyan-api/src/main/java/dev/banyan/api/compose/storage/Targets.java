package dev.banyan.api.compose.storage;

import dev.banyan.api.compose.schema.Spot;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Where in a container something may be mounted. Pure. */
public final class Targets {
    private static final Set<String> KERNEL = Set.of("/proc", "/sys", "/dev");
    private static final String HOSTS = "/etc/hosts";

    private Targets() {}

    /** Why nothing can be mounted there; empty where it can. */
    public static Optional<String> problem(String target) {
        try {
            var path = Path.of(target).normalize().toString();
            if (!target.startsWith("/")) {
                return Optional.of("\"" + target + "\" is no absolute path");
            }
            if (path.equals("/")) {
                return Optional.of("nothing can be mounted over the whole container");
            }
            if (KERNEL.contains(path)) {
                return Optional.of(path + " is the kernel's");
            }
            return path.equals(HOSTS)
                    ? Optional.of(HOSTS + " is written by the cluster, with the container's own names and its links")
                    : Optional.empty();
        } catch (InvalidPathException malformed) {
            return Optional.of("it is no path");
        }
    }

    static boolean accepts(String target, Spot at) {
        var problem = problem(target);
        problem.ifPresent(at::refuse);
        return problem.isEmpty() && !target.isEmpty();
    }
}
