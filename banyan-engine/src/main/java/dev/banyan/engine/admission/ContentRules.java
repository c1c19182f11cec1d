package dev.banyan.engine.admission;

import dev.banyan.api.compose.content.ContentLimits;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the contents that a manifest mounts must satisfy, whoever sends it. Pure. */
final class ContentRules {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?");
    private static final int TEXT_MAX = 4_096;

    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Long> sizes = new HashMap<>();

    static List<Violation> violations(Manifest manifest) {
        var rules = new ContentRules();
        manifest.getServicesList().forEach(rules::service);
        long all = rules.sizes.values().stream().mapToLong(Long::longValue).sum();
        rules.require(
                all <= ContentLimits.APP_MAX,
                "services",
                "secrets, configs and files of the project have " + ContentLimits.words(all) + ", and at most "
                        + ContentLimits.words(ContentLimits.APP_MAX) + " are possible");
        return rules.violations;
    }

    private void service(ServiceManifest service) {
        var path = "services." + service.getName();
        require(!service.hasSealedEnvironment(), path + ".environment", "is sealed by the engine alone");
        require(
                service.getContentMountsCount() <= ContentLimits.MOUNTS_MAX,
                path + ".volumes",
                "at most " + ContentLimits.MOUNTS_MAX + " secrets, configs and files of the project");
        var targets = new HashSet<String>();
        for (var mount : service.getContentMountsList()) {
            var at = path + section(mount.getKind());
            require(targets.add(mount.getTarget()), at, "there are two at " + mount.getTarget());
            mount(at, mount);
        }
    }

    private void mount(String path, ContentMount mount) {
        require(
                mount.getKind() != ContentMount.Kind.KIND_UNSPECIFIED
                        && mount.getKind() != ContentMount.Kind.UNRECOGNIZED,
                path,
                "a content of a kind that this engine does not know");
        require(target(mount.getTarget()), path, "'" + mount.getTarget() + "' is no path in a container");
        require((mount.getMode() & ~0777) == 0, path, "a mode has permission bits alone");
        require(mount.getName().length() <= TEXT_MAX, path, "a name of more than " + TEXT_MAX + " characters");
        if (!mount.getExternal().isEmpty()) {
            boolean valued = mount.getKind() == ContentMount.Kind.SECRET || mount.getKind() == ContentMount.Kind.CONFIG;
            require(valued, path, "only secrets and configs can be external");
            require(NAME.matcher(mount.getExternal()).matches(), path, "'" + mount.getExternal() + "' is no name");
            require(mount.getContent().isEmpty(), path, "what is external has no content of its own");
            return;
        }
        require(SHA256.matcher(mount.getContent()).matches(), path, "the content has no SHA-256");
        long size = mount.getSize();
        int limit = ContentLimits.of(mount.getKind());
        require(size >= 0 && size <= limit, path, "at most " + ContentLimits.words(limit));
        sizes.put(mount.getContent(), size);
    }

    private static boolean target(String path) {
        return path.length() > 1
                && path.length() <= TEXT_MAX
                && path.startsWith("/")
                && !path.endsWith("/")
                && !(path + "/").contains("/../")
                && path.chars().noneMatch(Character::isISOControl);
    }

    private static String section(ContentMount.Kind kind) {
        return switch (kind) {
            case SECRET -> ".secrets";
            case CONFIG -> ".configs";
            case FILE, TREE, KIND_UNSPECIFIED, UNRECOGNIZED -> ".volumes";
        };
    }

    private void require(boolean holds, String field, String message) {
        if (!holds) {
            violations.add(new Violation(field, message));
        }
    }
}
