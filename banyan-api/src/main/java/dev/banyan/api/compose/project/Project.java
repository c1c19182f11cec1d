package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Node.Mapping;
import java.nio.file.Path;
import java.util.List;

/**
 * A project as its files say it is.
 *
 * @param name of the project
 * @param directory absolute, from which the paths of the tree are seen
 * @param tree of the shape {@link dev.banyan.api.compose.schema.ComposeKeys#DOCUMENT}: joined, filled in, with all short forms written
 *     out, without {@code extends}, {@code include}, {@code env_file}, {@code label_file} and {@code version}
 * @param profiles that its services name, enabled or not, in alphabetical order
 * @param disabled services that were left out because their profiles are not enabled, in alphabetical order
 */
public record Project(String name, Path directory, Mapping tree, List<String> profiles, List<String> disabled) {
    public Project {
        profiles = List.copyOf(profiles);
        disabled = List.copyOf(disabled);
    }

    /** The services under their names. */
    public Mapping services() {
        return tree.mapping("services");
    }
}
