package dev.banyan.api.compose.image;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.project.Project;
import dev.banyan.api.compose.schema.Amounts;
import dev.banyan.api.compose.schema.Spot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads from a project which images it needs. */
public final class ImageNeeds {
    private static final String CLUSTER = "registry.banyan/apps/";

    private ImageNeeds() {}

    /** The name of an image that is built and that the file gives no name. */
    public static String builtName(String project, String service) {
        return CLUSTER + project + "/" + service + ":latest";
    }

    /** Complains of what makes no sense in one service. */
    public static void check(Mapping service, Spot spot) {
        boolean built = service.member("build").isPresent();
        var text = service.text("pull_policy");
        var after = service.text("pull_refresh_after");
        service.find("pull_policy").ifPresent(node -> {
            var at = spot.key("pull_policy", node.place());
            var policy = text.orElse("");
            if (policy.equals("build") && !built) {
                at.refuse("\"build\" is for a service that has a \"build\"");
            } else if (policy.equals("refresh") && after.isEmpty()) {
                at.refuse("\"refresh\" does not say when", "write \"pull_refresh_after\" too, or \"daily\"");
            } else if (built && service.member("image").isEmpty() && fetches(policy)) {
                at.refuse(
                        "\"" + policy + "\" is for an image of another registry, and this one is only built",
                        "write \"build\", or give it an \"image\"");
            }
        });
        service.find("pull_refresh_after").ifPresent(node -> {
            if (text.filter(policy -> !policy.equals("refresh")).isPresent()) {
                spot.key("pull_refresh_after", node.place()).refuse("is for \"pull_policy: refresh\" alone");
            }
        });
    }

    private static boolean fetches(String policy) {
        return policy.equals("always")
                || policy.equals("refresh")
                || policy.equals("daily")
                || policy.equals("weekly")
                || policy.startsWith("every_");
    }

    /** One need for each service, in the order of the file. */
    public static List<ImageNeed> of(Project project) {
        var needs = new ArrayList<ImageNeed>();
        for (var member : project.services().members()) {
            if (member.value() instanceof Mapping service) {
                needs.add(need(project, member.key(), service));
            }
        }
        return needs;
    }

    private static ImageNeed need(Project project, String name, Mapping service) {
        var after = service.text("pull_refresh_after").flatMap(Amounts::duration);
        Optional<Build> build = service.member("build").isEmpty()
                ? Optional.empty()
                : Optional.of(new BuildDecoder(
                                service.mapping("build"), project.tree().mapping("secrets"), project.directory())
                        .decode());
        return new ImageNeed(
                name,
                service.text("image").orElseGet(() -> builtName(project.name(), name)),
                policy(service.text("pull_policy"), after),
                build,
                service.text("platform"));
    }

    private static PullPolicy policy(Optional<String> text, Optional<Duration> after) {
        var said = text.or(() -> after.map(time -> "refresh"));
        return said.flatMap(word -> PullPolicy.of(word, after)).orElseGet(PullPolicy.Unsaid::new);
    }
}
