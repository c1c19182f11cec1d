package dev.banyan.api.compose.image;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Decodes one {@code build}, whose values were checked already. */
final class BuildDecoder {
    private final Mapping build;
    private final Mapping secrets;
    private final Path directory;

    /** {@code secrets} are those of the project, {@code directory} is where its paths begin. */
    BuildDecoder(Mapping build, Mapping secrets, Path directory) {
        this.build = build;
        this.secrets = secrets;
        this.directory = directory;
    }

    Build decode() {
        return new Build(
                placed(build.text("context").orElse(".")),
                new Build.Recipe(build.text("dockerfile"), build.text("dockerfile_inline"), build.text("target")),
                new Build.Values(values("args"), values("labels"), contexts()),
                new Build.Caches(
                        build.texts("cache_from"),
                        build.texts("cache_to"),
                        build.texts("no_cache_filter"),
                        build.flag("no_cache", false),
                        build.flag("pull", false)),
                surroundings(),
                secrets(),
                build.texts("platforms"),
                build.texts("tags"));
    }

    private Build.Surroundings surroundings() {
        var ssh = new ArrayList<String>();
        values("ssh").forEach((id, path) -> ssh.add(path.isEmpty() ? id : id + "=" + path));
        var shm = build.text("shm_size").map(Long::parseLong);
        return new Build.Surroundings(
                build.text("network"),
                build.texts("extra_hosts"),
                shm.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                ulimits(),
                ssh,
                build.texts("entitlements"));
    }

    private List<String> ulimits() {
        var limits = new ArrayList<String>();
        for (var limit : build.mapping("ulimits").members()) {
            if (limit.value() instanceof Mapping pair) {
                var soft = pair.text("soft").or(() -> pair.text("hard")).orElse("-1");
                limits.add(limit.key() + "=" + soft + ":" + pair.text("hard").orElse(soft));
            }
        }
        return limits;
    }

    private Map<String, String> contexts() {
        var contexts = new LinkedHashMap<String, String>();
        values("additional_contexts").forEach((name, place) -> contexts.put(name, placed(place)));
        return contexts;
    }

    private List<Build.Secret> secrets() {
        var wanted = new ArrayList<Build.Secret>();
        for (var item : build.items("secrets")) {
            if (item instanceof Mapping use) {
                var source = use.text("source").orElse("");
                var secret = secrets.mapping(source);
                wanted.add(new Build.Secret(
                        use.text("target").orElse(source),
                        secret.text("file").map(this::placed),
                        secret.text("environment")));
            }
        }
        return wanted;
    }

    /** Names whose value is nobody's are left out: the Dockerfile's own default holds. */
    private Map<String, String> values(String key) {
        var values = new LinkedHashMap<String, String>();
        for (Member member : build.mapping(key).members()) {
            if (member.value() instanceof Scalar value && !value.isNull()) {
                values.put(member.key(), value.text());
            }
        }
        return values;
    }

    /** Addresses, and names with a scheme, are the builder's to read. */
    private String placed(String path) {
        boolean elsewhere = path.contains("://") || path.startsWith("git@") || path.startsWith("github.com/");
        return elsewhere ? path : directory.resolve(path).normalize().toString();
    }
}
