package dev.banyan.api.kinds;

import dev.banyan.api.v1.AllowedBind;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which paths of a server containers may have. */
public final class BindMatching {
    private BindMatching() {}

    /** The rule that holds for a path, the longest of those that name it or something above it. Both are absolute. */
    public static Optional<AllowedBind> covering(String path, List<AllowedBind> allowed) {
        var wanted = Path.of(path).normalize();
        return allowed.stream()
                .filter(rule -> wanted.startsWith(Path.of(rule.getPath()).normalize()))
                .max(Comparator.comparingInt(
                        rule -> Path.of(rule.getPath()).normalize().getNameCount()));
    }

    /** Why a container may not have a path; empty when it may. */
    public static Optional<String> refusal(String path, boolean readOnly, List<AllowedBind> allowed) {
        var rule = covering(path, allowed);
        if (rule.isEmpty()) {
            return Optional.of("does not let containers have " + path + " (its setting \"binds\" does not name it)");
        }
        return readOnly || rule.get().getWritable()
                ? Optional.empty()
                : Optional.of("lets containers only read " + path + " (its setting \"binds\" says ro)");
    }
}
