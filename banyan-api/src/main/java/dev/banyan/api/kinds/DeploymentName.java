package dev.banyan.api.kinds;

import dev.banyan.runtime.resource.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The name of a Deployment: the project's, followed by its tags in order, as {@code shop} or {@code shop.eu.prod}. */
public final class DeploymentName {
    /** Kinds whose names are a Deployment's and one more word. */
    private static final Set<String> ONE_WORD_MORE =
            Set.of(Kinds.RELEASES.name(), Kinds.SERVICES.name(), Kinds.ENDPOINTS.name());

    private DeploymentName() {}

    /** The name under which a project with these tags is stored; the order of tags does not matter. */
    public static String of(String project, List<String> tags) {
        var sorted = tags.stream().sorted().distinct().toList();
        return sorted.isEmpty() ? project : project + "." + String.join(".", sorted);
    }

    /** The Deployment that an object belongs to by its key; empty for objects that belong to none. */
    public static Optional<String> owning(ObjectKey object) {
        var name = object.name();
        if (object.kind().equals(Kinds.DEPLOYMENTS.name())) {
            return Optional.of(name);
        }
        if (object.kind().equals(Kinds.TASKS.name())) {
            return TaskName.parsed(name).map(TaskName::deployment);
        }
        int dot = name.lastIndexOf('.');
        return ONE_WORD_MORE.contains(object.kind()) && dot > 0
                ? Optional.of(name.substring(0, dot))
                : Optional.empty();
    }
}
