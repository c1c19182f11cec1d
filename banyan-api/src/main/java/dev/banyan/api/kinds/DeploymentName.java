package dev.banyan.api.kinds;

import java.util.List;

/** The name of a Deployment: the project's, followed by its tags in order, as {@code shop} or {@code shop.eu.prod}. */
public final class DeploymentName {
    private DeploymentName() {}

    /** The name under which a project with these tags is stored; the order of tags does not matter. */
    public static String of(String project, List<String> tags) {
        var sorted = tags.stream().sorted().distinct().toList();
        return sorted.isEmpty() ? project : project + "." + String.join(".", sorted);
    }
}
