package dev.banyan.api.compose.content;

import com.google.protobuf.ByteString;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.ServiceManifest;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Decodes the {@code secrets} and {@code configs} of services. For one project and one thread. */
public final class Grants {
    /** The writable bits mean nothing: such a file cannot be written. */
    private static final int READABLE = 0555;

    private static final int MODE = 0444;

    /** Highest number of a user or group. */
    private static final long ID_MAX = 0xffff_fffeL;

    /** As the cluster takes names of its own secrets and configs. */
    private static final Pattern EXTERNAL = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?");

    private final Mapping tree;
    private final Spot root;
    private final Map<String, String> variables;
    private final ProjectContents contents;
    private final Map<String, Optional<ContentMount>> sources = new HashMap<>();

    /**
     * @param tree of the whole project
     * @param root where the tree is
     * @param variables from which {@code environment} takes values
     */
    public Grants(Mapping tree, Spot root, Map<String, String> variables, ProjectContents contents) {
        this.tree = tree;
        this.root = root;
        this.variables = Map.copyOf(variables);
        this.contents = contents;
    }

    /** Adds the mounts of one service; what is wrong is refused below {@code spot}. */
    public void decode(Mapping service, Spot spot, ServiceManifest.Builder into) {
        decode("secrets", ContentMount.Kind.SECRET, service, spot, into);
        decode("configs", ContentMount.Kind.CONFIG, service, spot, into);
    }

    /** Sorts the mounts of a service, and refuses two at one target; once all are there. */
    public static void settle(Spot spot, ServiceManifest.Builder service) {
        var mounts = service.getContentMountsList().stream()
                .sorted(Comparator.comparing(ContentMount::getTarget))
                .toList();
        Set<String> targets = new HashSet<>();
        for (var mount : mounts) {
            if (!targets.add(mount.getTarget())) {
                spot.refuse("mounts two contents at \"" + mount.getTarget() + "\"");
            }
        }
        if (mounts.size() > ContentLimits.MOUNTS_MAX) {
            spot.refuse("mounts " + mounts.size() + " secrets, configs and files; at most " + ContentLimits.MOUNTS_MAX
                    + " are possible");
        }
        service.clearContentMounts().addAllContentMounts(mounts);
    }

    private void decode(
            String section, ContentMount.Kind kind, Mapping service, Spot spot, ServiceManifest.Builder into) {
        var grants = service.items(section);
        for (int i = 0; i < grants.size(); i++) {
            if (grants.get(i) instanceof Mapping grant) {
                var at = spot.key(section, grant.place()).index(i, grant.place());
                var name = grant.text("source").orElse("");
                source(section, kind, name)
                        .flatMap(source -> granted(kind, source, grant, at))
                        .ifPresent(into::addContentMounts);
            }
        }
    }

    private Optional<ContentMount> granted(ContentMount.Kind kind, ContentMount source, Mapping grant, Spot at) {
        var target = grant.text("target").orElse(source.getName());
        var above = kind == ContentMount.Kind.SECRET ? "/run/secrets/" : "/";
        var uid = id(grant, "uid", at);
        var gid = id(grant, "gid", at);
        int mode = grant.text("mode").map(text -> Integer.parseInt(text, 8)).orElse(MODE) & READABLE;
        var whole = target.startsWith("/") ? target : above + target;
        if (!isPath(whole)) {
            at.refuse("\"" + target + "\" is no path of a file in a container");
            return Optional.empty();
        }
        return Optional.of(source.toBuilder()
                .setTarget(whole)
                .setUid(uid)
                .setGid(gid)
                .setMode(mode)
                .setReadOnly(true)
                .build());
    }

    private static boolean isPath(String text) {
        return text.length() > 1
                && text.length() < 4_096
                && !text.endsWith("/")
                && !text.contains("/../")
                && !text.endsWith("/..")
                && text.chars().noneMatch(Character::isISOControl);
    }

    private static int id(Mapping grant, String key, Spot at) {
        var text = grant.text(key).orElse("0");
        boolean number = text.matches("[0-9]{1,10}") && Long.parseLong(text) <= ID_MAX;
        if (!number) {
            var member = grant.member(key).orElseThrow();
            at.key(key, member.at()).refuse("\"" + text + "\" is no number of a user or group", "write its number");
        }
        return number ? Integer.parseUnsignedInt(text) : 0;
    }

    /** What the top of the file says of one; read once, however many services use it. */
    private Optional<ContentMount> source(String section, ContentMount.Kind kind, String name) {
        var known = sources.get(section + "." + name);
        if (known != null) {
            return known;
        }
        var source = tree.mapping(section).member(name).flatMap(member -> source(section, kind, member));
        sources.put(section + "." + name, source);
        return source;
    }

    private Optional<ContentMount> source(String section, ContentMount.Kind kind, Member member) {
        if (!(member.value() instanceof Mapping resource)) {
            return Optional.empty();
        }
        var mount = ContentMount.newBuilder().setKind(kind).setName(member.key());
        var at = root.key(section, member.at()).key(member.key(), member.at());
        if (resource.flag("external", false)) {
            return external(resource.text("name").orElse(member.key()), at)
                    .map(name -> mount.setExternal(name).build());
        }
        int limit = ContentLimits.of(kind);
        return bytes(resource, at, limit).flatMap(bytes -> contents.add(at, bytes, limit)
                .map(digest -> mount.setContent(digest).setSize(bytes.size()).build()));
    }

    private static Optional<String> external(String name, Spot at) {
        if (EXTERNAL.matcher(name).matches()) {
            return Optional.of(name);
        }
        at.refuse(
                "\"" + name + "\" can be no name of the cluster's own",
                "give it a \"name\" of a-z, 0-9, '.', '_' and '-'");
        return Optional.empty();
    }

    private Optional<ByteString> bytes(Mapping resource, Spot at, int limit) {
        var file = resource.member("file");
        var variable = resource.member("environment");
        if (file.isPresent()) {
            return contents.file(
                    at.key("file", file.get().at()), resource.text("file").orElse(""), limit);
        }
        if (variable.isPresent()) {
            var name = resource.text("environment").orElse("");
            var value = Optional.ofNullable(variables.get(name));
            if (value.isEmpty()) {
                at.key("environment", variable.get().at())
                        .refuse("the variable \"" + name + "\" is not set", "set it, or write it into .env");
            }
            return value.map(Grants::utf8);
        }
        return resource.text("content").map(Grants::utf8);
    }

    private static ByteString utf8(String text) {
        return ByteString.copyFrom(text, StandardCharsets.UTF_8);
    }
}
